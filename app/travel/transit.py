"""Times in public transport: on foot to a stop, waiting, riding, on foot again; or all the way on foot.

A time is the median over the instants at which one leaves (docs/decisions/022): half of them do not take
longer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from app.travel.departure import Departure
from app.travel.modes import Mode
from app.travel.network import Snapped
from app.travel.rides import Connections, Rides
from app.travel.scan import BOARD_S, NEVER, Onward, Times, at, earliest, profiles
from app.travel.search import LARGEST_LIMIT, StreetSearch
from app.travel.streets import Streets

TO_STOP_S = 900  # on foot to the first stop, and from the last one
CHANGE_S = 600  # on foot between two stops
PLACES = 256  # towards which one scan goes: what bounds the memory


class StopNetwork:
    """The streets one walks, the stops brought onto them, and the way on foot from stop to stop."""

    def __init__(self, streets: Streets, rides: Rides) -> None:
        self.rides = rides
        self.walk = StreetSearch(streets, "walk")
        self.stops = self.walk.snap(rides.stops)
        self.onward: Onward = _onward(self.walk.times(self.stops, self.stops, CHANGE_S))

    @property
    def reached(self) -> int:
        """Return how many stops are near a street."""
        return int(self.stops.found.sum())


@dataclass(frozen=True, slots=True)
class Legs:
    """The stops that one origin leads to on foot, (n,), with the seconds to each."""

    stop: NDArray[np.int64]
    seconds: Times


class TransitSearch:
    """Times in public transport for one departure; answers as any search of times does."""

    def __init__(self, network: StopNetwork, departure: Departure) -> None:
        self.network, self.departure = network, departure

    def leaving(self, departure: Departure) -> "TransitSearch":
        """Return the same search for another departure."""
        return TransitSearch(self.network, departure)

    @property
    def mode(self) -> Mode:
        """The mode that these times are of."""
        return "transit"

    @property
    def terms(self) -> str:
        """What these times depend on: when one leaves, and how far one walks to a stop."""
        when = self.departure
        return f"{when.day} {when.first_s} {when.last_s} {BOARD_S} {TO_STOP_S} {CHANGE_S}"

    def snap(self, lonlat: NDArray[np.float64]) -> Snapped:
        """Bring (n, 2) points in degrees onto the nearest street where one walks."""
        return self.network.walk.snap(lonlat)

    def times(self, destinations: Snapped, origins: Snapped, limit_s: int) -> csr_array:
        """Return (destinations, origins) seconds, int16 from 1 up; what is not stored is not reached.

        Raises ValueError for a limit that does not fit.
        """
        if not 0 < limit_s <= LARGEST_LIMIT:
            raise ValueError(f"limit of {limit_s} s")
        walk = self.network.walk
        found = csc_array(walk.times(destinations, origins, limit_s))
        egress = walk.times(destinations, self.network.stops, min(TO_STOP_S, limit_s))
        legs = [*self._legs(origins, limit_s)]
        few = len(origins) * PLACES <= len(destinations) or len(origins) == 1
        ridden = self._from_each(legs, egress, limit_s) if few else self._towards(legs, egress, limit_s)
        return _assembled(found, ridden, limit_s)

    def reach(self, origins: Snapped, limit_s: int) -> Times:
        """Return the seconds until one gets off at each stop, (stops,), NEVER where no ride leads.

        From whichever of the origins one gets there first.
        """
        from_each = self._legs(origins, limit_s)
        instants = self.departure.instants
        each = [_median(self._off(legs, limit_s) - instants) for legs in from_each]
        return np.asarray(np.minimum.reduce(each))

    def _legs(self, origins: Snapped, limit_s: int) -> Iterator[Legs]:
        """Yield the way on foot from each origin to the stops."""
        found = csc_array(self.network.walk.times(self.network.stops, origins, min(TO_STOP_S, limit_s)))
        for first, last in zip(found.indptr[:-1], found.indptr[1:], strict=True):
            yield Legs(found.indices[first:last], found.data[first:last].astype(np.int32))

    def _off(self, legs: Legs, limit_s: int) -> Times:
        """Return when one gets off at each stop, (stops, instants), having left one origin."""
        instants = self.departure.instants
        there = np.full((len(self.network.stops), len(instants)), NEVER, dtype=np.int32)
        there[legs.stop] = legs.seconds[:, None] + instants
        return earliest(self._connections(limit_s), self.network.onward, there, instants + np.int32(limit_s))

    def _from_each(self, legs: list[Legs], egress: csr_array, limit_s: int) -> Iterator[tuple[slice, Times]]:
        """Yield (destinations, origins) seconds by rides, scanned from each origin."""
        instants = self.departure.instants
        seconds = np.full((egress.shape[0], len(legs)), NEVER, dtype=np.int32)
        for column, leg in enumerate(legs):
            off = self._off(leg, limit_s) if len(leg.stop) else None
            for row in range(egress.shape[0] if off is not None else 0):
                near = slice(egress.indptr[row], egress.indptr[row + 1])
                stops, walked = egress.indices[near], egress.data[near].astype(np.int32)
                if len(stops) and off is not None:
                    comes = (off[stops] + walked[:, None]).min(axis=0)
                    seconds[row, column] = _median(comes - instants)
        yield slice(0, egress.shape[0]), seconds

    def _towards(self, legs: list[Legs], egress: csr_array, limit_s: int) -> Iterator[tuple[slice, Times]]:
        """Yield (destinations, origins) seconds by rides, scanned towards PLACES destinations at a time."""
        connections, instants = self._connections(limit_s), self.departure.instants
        for first in range(0, egress.shape[0], PLACES):
            chunk = slice(first, min(first + PLACES, egress.shape[0]))
            walked = egress[chunk].toarray().T.astype(np.int32)
            made = profiles(connections, self.network.onward, np.where(walked > 0, walked, NEVER), limit_s)
            tables = [profile.table() for profile in made]
            seconds = np.full((walked.shape[1], len(legs)), NEVER, dtype=np.int32)
            for column, leg in enumerate(legs):
                best: Times | None = None
                for stop, foot in zip(leg.stop.tolist(), leg.seconds.tolist(), strict=True):
                    table = tables[stop]
                    if table is not None:
                        comes = at(table, instants + np.int32(foot))
                        best = comes if best is None else np.minimum(best, comes, out=best)
                if best is not None:
                    seconds[:, column] = _median((best - instants[:, None]).T)
            yield chunk, seconds

    def _connections(self, limit_s: int) -> Connections:
        instants = self.departure.instants
        return self.network.rides.between(self.departure.day, int(instants[0]), int(instants[-1]) + limit_s)


def _onward(found: csr_array) -> Onward:
    """Return the stops that one walks to from each stop, itself left out; ``found`` is (to, from)."""
    columns = csc_array(found)
    return [
        [
            (int(stop), int(seconds))
            for stop, seconds in zip(columns.indices[first:last], columns.data[first:last], strict=True)
            if stop != origin
        ]
        for origin, (first, last) in enumerate(zip(columns.indptr[:-1], columns.indptr[1:], strict=True))
    ]


def _median(seconds: Times) -> Times:
    """Return the seconds that half of the instants (the last axis) do not exceed."""
    rank = (seconds.shape[-1] + 1) // 2 - 1
    return np.asarray(np.partition(seconds, rank, axis=-1)[..., rank])


def _assembled(walked: csc_array, ridden: Iterator[tuple[slice, Times]], limit_s: int) -> csr_array:
    """Return the shorter of walking and riding within the limit, (destinations, origins)."""
    parts = []
    direct = walked.tocsr()
    for chunk, seconds in ridden:
        foot = direct[chunk].toarray().astype(np.int32)
        best = np.minimum(seconds, np.where(foot > 0, foot, NEVER))
        row, column = np.nonzero(best <= limit_s)
        parts.append((row + chunk.start, column, np.maximum(best[row, column], 1).astype(np.int16)))
    rows, columns, values = (np.concatenate([part[n] for part in parts]) for n in range(3))
    return csr_array((values, (rows.astype(np.int32), columns.astype(np.int32))), shape=walked.shape)
