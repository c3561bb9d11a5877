"""The rides of a timetable as arrays: read once from a GTFS feed, kept beside the streets of a graph.

A ride is one trip of one vehicle. Hours are seconds from midnight of the service day and may pass 86 400: a
ride of a Saturday night calls at stops on Sunday. Days of clock change are as long as any other here.
"""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.sources.refusal import refusal
from app.travel.timetable import Timetable

FILE_NAME = "rides.npz"
DAY_S = 86_400
NEVER = "1"  # pickup_type, drop_off_type: not at this stop
Integers = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Connections:
    """Rides between two stops in a row, (n,), the earliest departure first; ``ride`` numbers from 0.

    ``departure`` and ``arrival`` are seconds from midnight of the day asked; ``boards`` and ``alights`` say
    where one may get on at the first stop and off at the second.
    """

    ride: Integers
    start: Integers
    end: Integers
    departure: Integers
    arrival: Integers
    boards: Bools
    alights: Bools

    def __len__(self) -> int:
        return len(self.ride)


@dataclass(frozen=True, slots=True)
class Rides:
    """Every ride of a feed: those that call at stops (n, 2 degrees), one after the other.

    ``offsets`` (rides + 1) says where the calls of each ride begin, ``service`` (rides) its calendar, and
    ``runs`` (calendars, days) on which days from ``first_day`` (a date's ordinal) it runs. ``usual_day`` is
    the ordinal of an ordinary working day. Calls are (n,) stop, arrival, departure, boards, alights.
    """

    stops: NDArray[np.float64]
    offsets: NDArray[np.int64]
    service: Integers
    runs: Bools
    first_day: NDArray[np.int64]
    usual_day: NDArray[np.int64]
    stop: Integers
    arrival: Integers
    departure: Integers
    boards: Bools
    alights: Bools

    @property
    def days(self) -> tuple[date, date]:
        """Return the first and last days on which anything runs."""
        first = date.fromordinal(int(self.first_day))
        return first, first + timedelta(days=self.runs.shape[1] - 1)

    @property
    def ordinary_day(self) -> date:
        """Return an ordinary working day."""
        return date.fromordinal(int(self.usual_day))

    def between(self, day: date, first_s: int, last_s: int) -> Connections:
        """Return the connections that leave within some seconds of a day, with those of the nights around."""
        calls = np.ones(len(self.stop), dtype=bool)
        calls[self.offsets[1:] - 1] = False
        at = np.flatnonzero(calls)
        ride = np.repeat(np.arange(len(self.service)), np.diff(self.offsets))[at]
        parts = []
        for shift in (-1, 0, 1):
            running = self._running(day + timedelta(days=shift))[ride]
            leaves = self.departure[at] + shift * DAY_S
            kept = at[running & (leaves >= first_s) & (leaves <= last_s)]
            parts.append((kept, np.full(len(kept), shift)))
        chosen, shifts = (np.concatenate(column) for column in zip(*parts, strict=True))
        number = np.repeat(np.arange(len(self.service)), np.diff(self.offsets))[chosen] * 3 + shifts
        leaves, comes = self.departure[chosen] + shifts * DAY_S, self.arrival[chosen + 1] + shifts * DAY_S
        # Calls of one ride at one instant stay in the order of the ride.
        order = np.lexsort((chosen, comes, leaves))
        return Connections(
            ride=np.unique(number, return_inverse=True)[1][order].astype(np.int32),
            start=self.stop[chosen][order],
            end=self.stop[chosen + 1][order],
            departure=leaves[order].astype(np.int32),
            arrival=comes[order].astype(np.int32),
            boards=self.boards[chosen][order],
            alights=self.alights[chosen + 1][order],
        )

    def _running(self, day: date) -> Bools:
        """Say which rides run on a day, (rides,)."""
        rank = day.toordinal() - int(self.first_day)
        if not 0 <= rank < self.runs.shape[1]:
            return np.zeros(len(self.service), dtype=bool)
        return np.asarray(self.runs[:, rank][self.service])

    def save(self, folder: Path) -> None:
        """Write the arrays into a graph's folder."""
        np.savez(folder / FILE_NAME, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the arrays of a graph's folder."""
        with (folder / FILE_NAME).open("rb") as stream, np.load(stream) as kept:
            return cls(**{field.name: kept[field.name] for field in fields(cls)})


def read_rides(feed: Timetable) -> Rides:
    """Read the trips of a feed: repeated as frequencies.txt says, stops in their order, hours filled in.

    Raises SourceError naming the line of what cannot be read.
    """
    services = {name: rank for rank, name in enumerate(sorted(feed.services))}
    places, stops = _stops(feed)
    trips = _trips(feed, services)
    trip, sequence, stop, hours, on_off = _calls(feed, trips, stops)
    order = np.lexsort((sequence, trip))
    trip, stop, hours, on_off = trip[order], stop[order], hours[order], on_off[order]
    called, starts = np.unique(trip, return_index=True)
    offsets = np.append(starts, len(trip))
    hours = _filled(feed, hours, offsets)
    which, shift = _repeated(feed, trips, called, hours[starts, 1])
    sizes = np.diff(offsets)[which]
    each = np.repeat(starts[which] - np.append(0, np.cumsum(sizes)[:-1]), sizes) + np.arange(sizes.sum())
    later = np.repeat(shift, sizes)
    service = np.array(list(trips.values()), dtype=np.int32)[called]
    first, last = feed.days
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return Rides(
        stops=places,
        offsets=np.append(0, np.cumsum(sizes)),
        service=service[which],
        runs=np.array([[feed.services[name].runs(day) for day in days] for name in services]),
        first_day=np.array(first.toordinal()),
        usual_day=np.array(feed.ordinary_day().toordinal()),
        stop=stop[each],
        arrival=(hours[each, 0] + later).astype(np.int32),
        departure=(hours[each, 1] + later).astype(np.int32),
        boards=on_off[each, 0],
        alights=on_off[each, 1],
    )


def _stops(feed: Timetable) -> tuple[NDArray[np.float64], dict[str, int]]:
    """Return the places of stops, (n, 2) degrees, and the rank of each; a stop without a place has none."""
    places: list[tuple[float, float]] = []
    ranks: dict[str, int] = {}
    for line, row in feed.rows("stops.txt"):
        lon, lat = row.get("stop_lon", ""), row.get("stop_lat", "")
        if not lon or not lat:
            continue
        try:
            place = float(lon), float(lat)
        except ValueError as error:
            what = f"La place d'un arrêt ne se lit pas : « {lon}, {lat} »"
            raise refusal(feed.path, what, line=line, column="stop_lon") from error
        ranks[row["stop_id"]] = len(places)
        places.append(place)
    return np.array(places, dtype=np.float64).reshape(-1, 2), ranks


def _trips(feed: Timetable, services: dict[str, int]) -> dict[str, int]:
    """Return the calendar of each trip that ever runs."""
    return {
        row["trip_id"]: services[row["service_id"]]
        for _, row in feed.rows("trips.txt")
        if row["service_id"] in services
    }


def _calls(
    feed: Timetable, trips: dict[str, int], stops: dict[str, int]
) -> tuple[Integers, Integers, Integers, NDArray[np.float64], Bools]:
    """Return the calls of trips as they come: trip, sequence, stop, (n, 2) hours and (n, 2) on and off."""
    numbers = {name: rank for rank, name in enumerate(trips)}
    found: list[tuple[int, int, int]] = []
    hours: list[tuple[float, float]] = []
    on_off: list[tuple[bool, bool]] = []
    for line, row in feed.rows("stop_times.txt"):
        trip = numbers.get(row["trip_id"])
        if trip is None:
            continue
        stop = stops.get(row["stop_id"])
        if stop is None:
            what = f"L'arrêt « {row['stop_id']} » n'est pas dans stops.txt, ou sans coordonnées"
            raise refusal(feed.path, what, line=line, column="stop_id")
        found.append((trip, int(row["stop_sequence"]), stop))
        both = [row.get(column, "") for column in ("arrival_time", "departure_time")]
        arrival, departure = (
            seconds_of(feed, each or other, line) for each, other in zip(both, both[::-1], strict=True)
        )
        hours.append((arrival, departure))
        on_off.append((row.get("pickup_type") != NEVER, row.get("drop_off_type") != NEVER))
    if not found:
        raise refusal(feed.path, "Aucune course de ces horaires n'a d'arrêt")
    columns = np.array(found, dtype=np.int32)
    return (
        columns[:, 0],
        columns[:, 1],
        columns[:, 2],
        np.array(hours, dtype=np.float64),
        np.array(on_off, dtype=bool),
    )


def seconds_of(feed: Timetable, text: str, line: int) -> float:
    """Return an hour such as « 25:10:00 » in seconds from midnight, NaN for none. Raises SourceError."""
    if not text:
        return float("nan")
    try:
        hours, minutes, seconds = (int(part) for part in text.split(":"))
    except ValueError as error:
        what = f"Une heure n'est pas de la forme HH:MM:SS : « {text} »"
        raise refusal(feed.path, what, line=line, column="arrival_time") from error
    return hours * 3600.0 + minutes * 60 + seconds


def _filled(feed: Timetable, hours: NDArray[np.float64], offsets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the hours of calls with those between two known ones filled in evenly.

    Raises SourceError for a trip without its first or last hour, or that goes back in time.
    """
    known = ~np.isnan(hours[:, 0])
    if not known[offsets[:-1]].all() or not known[offsets[1:] - 1].all():
        raise refusal(feed.path, "Une course n'a pas d'heure à son premier ou à son dernier arrêt")
    rank = np.arange(len(hours))
    filled = np.stack(
        [np.interp(rank, rank[known], column[known]) for column in (hours[:, 0], hours[:, 1])], 1
    )
    # Between two known hours a vehicle leaves as it comes.
    filled[~known, 1] = filled[~known, 0]
    waits = filled[:, 1] - filled[:, 0]
    rides = filled[1:, 0] - filled[:-1, 1]
    rides[offsets[1:-1] - 1] = 0
    if (waits < 0).any() or (rides < 0).any():
        raise refusal(feed.path, "Une course repart ou arrive avant l'heure de l'arrêt précédent")
    return np.rint(filled)


def _repeated(
    feed: Timetable, trips: dict[str, int], called: Integers, leaves: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return which trips run and how much later than written: once, or as often as frequencies.txt says.

    A frequency without exact times is taken at its word: one vehicle every so many seconds from the start.
    """
    numbers = {name: rank for rank, name in enumerate(trips)}
    ranks = {int(number): rank for rank, number in enumerate(called)}
    which: list[int] = []
    shift: list[float] = []
    for line, row in feed.rows("frequencies.txt"):
        rank = ranks.get(numbers.get(row["trip_id"], -1))
        if rank is None:
            continue
        start, end = (seconds_of(feed, row.get(column, ""), line) for column in ("start_time", "end_time"))
        gap = row.get("headway_secs", "")
        if not gap.isdigit() or int(gap) == 0 or not start <= end:
            what = "Une fréquence (frequencies.txt) n'a pas d'horaire ou d'intervalle utilisable"
            raise refusal(feed.path, what, line=line, column="headway_secs")
        starts = np.arange(start, end, int(gap))
        which += [rank] * len(starts)
        shift += (starts - leaves[rank]).tolist()
    once = np.setdiff1d(np.arange(len(called)), which)
    return np.append(np.array(which, dtype=np.int64), once), np.append(shift, np.zeros(len(once)))
