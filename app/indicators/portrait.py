"""The portrait of a territory: every indicator that has one, with its rank, its comparisons and its sentence.

Secrecy is that of the indicator's entry, applied here to whatever was read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
from sqlalchemy import Connection

from app.indicators.density import Floats
from app.indicators.entry import Indicator
from app.indicators.portrait_values import Around, Measured
from app.indicators.registry import INDICATORS
from app.indicators.secrecy import Status, status_of, too_few, withheld
from app.indicators.wording import Level


@dataclass(frozen=True, slots=True)
class Place:
    """A territory that takes part in a portrait."""

    id: int
    level: Level
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The value of what holds the territory; ``different`` says that it is outside of the interval.

    None where nothing tells: a value or an interval is unknown.
    """

    place: Place | None
    value: float | None
    low: float | None
    high: float | None
    status: Status
    different: bool | None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of the territory, for one profession or none: its value and what puts it in its place.

    ``rank`` 1 is the greatest value among the ``ranked`` peers whose value is known; ``tied`` have this one.
    """

    measured: Measured
    value: float | None
    low: float | None
    high: float | None
    status: Status
    rank: int | None
    tied: int
    ranked: int
    compared: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Circle:
    """The territory, its peers (itself among them), where it is ranked, what holds it, the nearest first."""

    own: Place
    peers: tuple[int, ...]
    ranked_in: Place | None
    above: tuple[Place, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """Return all their numbers once, the territory's first."""
        return tuple(dict.fromkeys((self.own.id, *self.peers, *(place.id for place in self.above))))


@dataclass(frozen=True, slots=True)
class _Shown:
    """Values, bounds and statuses over the territories, once what is secret is out of them."""

    values: list[float]
    low: list[float]
    high: list[float]
    status: Sequence[Status]


@dataclass(frozen=True, slots=True)
class _Ranks:
    """Where the peers, and what holds the territory, stand in the arrays."""

    peers: list[int]
    above: list[int]


def portray(
    connection: Connection, around: Around, circle: Circle
) -> Iterator[tuple[Indicator, tuple[Figure, ...]]]:
    """Yield each indicator of the registry that has a portrait at this level, with its figures.

    A reader that several indicators share is asked once.
    """
    told = [one for one in INDICATORS.values() if one.portrait and circle.own.level in one.levels]
    readers = dict.fromkeys(one.portrait for one in told if one.portrait)
    measured = [found for reader in readers for found in reader(connection, around)]
    place = {number: rank for rank, number in enumerate(around.ids)}
    ranks = _Ranks([place[number] for number in circle.peers], [place[above.id] for above in circle.above])
    for indicator in told:
        own = [found for found in measured if found.indicator == indicator.slug]
        yield indicator, tuple(_figure(indicator, one, circle, ranks) for one in own)


def _figure(indicator: Indicator, measured: Measured, circle: Circle, ranks: _Ranks) -> Figure:
    hidden = np.zeros(len(measured.value), dtype=np.bool_) if measured.hidden is None else measured.hidden
    if measured.base is not None:
        hidden = hidden | too_few(measured.base, indicator.secrecy)
    values = withheld(measured.value, hidden)
    low, high = (
        np.full(len(values), np.nan) if bound is None else withheld(bound, hidden)
        for bound in (measured.low, measured.high)
    )
    # Plain numbers: a portrait looks at some thousands of them one by one.
    shown = _Shown(values.tolist(), low.tolist(), high.tolist(), status_of(measured.value, hidden))
    rank, tied, ranked = _rank(values[ranks.peers], values[0])
    compared = [
        _compared(above, rank_above, shown)
        for above, rank_above in zip(circle.above, ranks.above, strict=True)
    ]
    if measured.france is not None and all(above.level != "france" for above in circle.above):
        france = measured.france
        different = _outside(france.value, shown.low[0], shown.high[0])
        compared.append(Compared(None, france.value, None, None, "known", different, france.origin))
    return Figure(
        measured=measured,
        value=_told(shown.values[0]),
        low=_told(shown.low[0]),
        high=_told(shown.high[0]),
        status=shown.status[0],
        # One value alone is no rank: the others were not asked, or nobody knows them.
        rank=rank if circle.ranked_in and ranked > 1 else None,
        tied=tied,
        ranked=ranked if circle.ranked_in else 0,
        compared=tuple(compared),
    )


def _rank(peers: Floats, own: float) -> tuple[int | None, int, int]:
    """Return the rank of a value among peers, 1 for the greatest, how many have it, and of how many."""
    known = peers[~np.isnan(peers)]
    if np.isnan(own):
        return None, 0, len(known)
    return int((known > own).sum()) + 1, int((known == own).sum()), len(known)


def _compared(above: Place, rank: int, shown: _Shown) -> Compared:
    return Compared(
        above,
        _told(shown.values[rank]),
        _told(shown.low[rank]),
        _told(shown.high[rank]),
        shown.status[rank],
        _outside(shown.values[rank], shown.low[0], shown.high[0]),
    )


def _outside(value: float, low: float, high: float) -> bool | None:
    if isnan(value) or isnan(low) or isnan(high):
        return None
    return not low <= value <= high


def _told(value: float) -> float | None:
    return None if isnan(value) else value
