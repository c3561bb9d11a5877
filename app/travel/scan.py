"""The connections of a timetable scanned: from one place at many instants, or towards many places.

Connection scan (Dibbelt, Pajor, Strasser, Wagner, 2013), each step on an array: of the instants at which one
leaves, or of the places that one goes to. Times are int32 seconds from midnight, NEVER where there is no way.
"""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.travel.rides import Connections

NEVER = np.int32(1 << 29)
BOARD_S = 60  # at the stop before a vehicle leaves it
Times = NDArray[np.int32]
type Onward = Sequence[Sequence[tuple[int, int]]]  # of each stop, the stops on foot with the seconds to them


def earliest(connections: Connections, onward: Onward, at: Times, latest: Times) -> Times:
    """Return when one gets off at each stop at the earliest, (stops, instants).

    ``at`` (stops, instants) is when one is at each stop on foot, and is changed; nothing leaves after
    ``latest`` (instants,).
    """
    off = np.full_like(at, NEVER)
    seen = (at < NEVER).any(axis=1).tolist()
    aboard: dict[int, NDArray[np.bool_]] = {}
    for ride, start, end, leaves, comes, boards, alights in _rows(connections):
        on = aboard.get(ride)
        if boards and seen[start]:
            here = (at[start] <= leaves - BOARD_S) & (leaves <= latest)
            on = here if on is None else on | here
        if on is None or not on.any():
            continue
        aboard[ride] = on
        if not alights:
            continue
        sooner = on & (comes < off[end])
        if sooner.any():
            off[end][sooner] = comes
            for stop, seconds in ((end, 0), *onward[end]):
                seen[stop] = True
                np.minimum(at[stop], comes + seconds, out=at[stop], where=sooner)
    return off


class Profile:
    """When one arrives at some places, according to when one is at a stop: later departures, later arrivals.

    ``leaves`` are minus the seconds of departures, ascending; ``comes`` (departures, places) the arrivals of
    whoever is there in time for one.
    """

    __slots__ = ("_comes", "_leaves")

    def __init__(self) -> None:
        self._leaves: list[int] = []
        self._comes: list[Times] = []

    def add(self, leaves: int, comes: Times) -> None:
        """Note a departure, none later than those noted before."""
        if self._comes:
            comes = np.minimum(comes, self._comes[-1])
            if np.array_equal(comes, self._comes[-1]):
                return
        self._leaves.append(-leaves)
        self._comes.append(comes)

    def after(self, instant: int) -> Times | None:
        """Return the arrivals, (places,), of whoever is at the stop at an instant; None without any."""
        rank = bisect_right(self._leaves, -(instant + BOARD_S)) - 1
        return self._comes[rank] if rank >= 0 else None

    def table(self) -> tuple[NDArray[np.int64], Times] | None:
        """Return what ``at`` reads: departures, and arrivals with a last line of NEVER. None without any."""
        if not self._comes:
            return None
        return np.array(self._leaves), np.stack([*self._comes, np.full_like(self._comes[0], NEVER)])


def at(table: tuple[NDArray[np.int64], Times], instants: Times) -> Times:
    """Return the arrivals, (instants, places), of whoever is at a stop at each instant."""
    leaves, comes = table
    found: Times = comes[np.searchsorted(leaves, -(instants.astype(np.int64) + BOARD_S), side="right") - 1]
    return found


def profiles(connections: Connections, onward: Onward, walk: Times, limit_s: int) -> list[Profile]:
    """Return the profile of each stop towards some places, bounded.

    ``walk`` (stops, places) is the seconds on foot from each stop, NEVER where too far. A ride of more than
    ``limit_s`` to all places is left out.
    """
    made = [Profile() for _ in range(len(walk))]
    near = (walk < NEVER).any(axis=1).tolist()
    aboard: dict[int, Times] = {}
    for ride, start, end, leaves, comes, boards, alights in _rows(connections, last_first=True):
        best = aboard.get(ride)
        if alights:
            if near[end]:
                here = walk[end] + comes
                best = here if best is None else np.minimum(best, here)
            for stop, seconds in ((end, 0), *onward[end]):
                then = made[stop].after(comes + seconds)
                if then is not None:
                    best = then if best is None else np.minimum(best, then)
        if best is None or best.min() > leaves + limit_s:
            continue
        aboard[ride] = best
        if boards:
            made[start].add(leaves, best)
    return made


def _rows(connections: Connections, *, last_first: bool = False) -> Sequence[tuple[int, ...]]:
    columns = (
        connections.ride,
        connections.start,
        connections.end,
        connections.departure,
        connections.arrival,
        connections.boards,
        connections.alights,
    )
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    return rows[::-1] if last_first else rows
