"""The portrait of a territory: every indicator that has one, with its rank, its comparisons and its sentence.

Secrecy is that of the indicator's entry, applied here to whatever was read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
from sqlalchemy import Connection

from app.indicators.entry import Indicator
from app.indicators.portrait_values import Around, Measured
from app.indicators.registry import INDICATORS
from app.indicators.secrecy import Booleans, Status, too_few, withheld
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
class _Line:
    """One figure of the territory, first, and of what holds it, without what is secret; NaN is unknown."""

    value: list[float]
    low: list[float]
    high: list[float]
    status: list[Status]
    rank: int
    tied: int
    ranked: int


def portray(
    connection: Connection, around: Around, circle: Circle
) -> Iterator[tuple[Indicator, tuple[Figure, ...]]]:
    """Yield each indicator of the registry that has a portrait at this level, with its figures.

    A reader that several indicators share is asked once.
    """
    told = {one.slug: one for one in INDICATORS.values() if one.portrait and circle.own.level in one.levels}
    readers = dict.fromkeys(one.portrait for one in told.values() if one.portrait)
    read = (found for reader in readers for found in reader(connection, around))
    measured = [found for found in read if found.indicator in told]
    figures: dict[str, list[Figure]] = {slug: [] for slug in told}
    for one, line in zip(measured, _lines(measured, told, around, circle), strict=True):
        figures[one.indicator].append(_figure(one, line, circle))
    for slug, indicator in told.items():
        yield indicator, tuple(figures[slug])


def _lines(
    measured: Sequence[Measured], told: Mapping[str, Indicator], around: Around, circle: Circle
) -> Iterator[_Line]:
    """Yield the line of each measure: all of them at once, since a portrait has some hundreds."""
    if not measured:
        return
    place = {number: rank for rank, number in enumerate(around.ids)}
    peers = [place[number] for number in circle.peers]
    columns = [0, *(place[above.id] for above in circle.above)]
    unknown = np.full(len(around.ids), np.nan)
    hidden = np.array([_hidden(one, told[one.indicator]) for one in measured])
    value = np.array([one.value for one in measured], dtype=np.float64)
    status = np.select([hidden, np.isnan(value)], ["suppressed", "unknown"], "known")[:, columns]
    value = withheld(value, hidden)
    low, high = (
        withheld([unknown if bound is None else bound for bound in bounds], hidden)[:, columns]
        for bounds in ([one.low for one in measured], [one.high for one in measured])
    )
    among, own = value[:, peers], value[:, :1]
    rank, tied = (among > own).sum(axis=1) + 1, (among == own).sum(axis=1)
    ranked = (~np.isnan(among)).sum(axis=1)
    arrays = (value[:, columns], low, high, status, rank, tied, ranked)
    for line in zip(*(array.tolist() for array in arrays), strict=True):
        yield _Line(*line)


def _hidden(measured: Measured, indicator: Indicator) -> Booleans:
    hidden = np.zeros(len(measured.value), dtype=np.bool_) if measured.hidden is None else measured.hidden
    if measured.base is None:
        return hidden
    return np.asarray(hidden | too_few(measured.base, indicator.secrecy))


def _figure(measured: Measured, line: _Line, circle: Circle) -> Figure:
    compared = [_compared(above, at, line, measured) for at, above in enumerate(circle.above, 1)]
    if measured.france is not None and all(above.level != "france" for above in circle.above):
        france = measured.france
        different = _outside(france.value, line.low[0], line.high[0])
        compared.append(Compared(None, france.value, None, None, "known", different, france.origin))
    # One value alone is no rank: the others were not asked, or nobody knows them.
    placed = circle.ranked_in is not None and line.ranked > 1 and not isnan(line.value[0])
    return Figure(
        measured=measured,
        value=_told(line.value[0]),
        low=_told(line.low[0]),
        high=_told(line.high[0]),
        status=line.status[0],
        rank=line.rank if placed else None,
        tied=line.tied,
        ranked=line.ranked if circle.ranked_in else 0,
        compared=tuple(compared),
    )


def _compared(above: Place, at: int, line: _Line, measured: Measured) -> Compared:
    return Compared(
        above,
        _told(line.value[at]),
        _told(line.low[at]),
        _told(line.high[at]),
        line.status[at],
        None if measured.total else _outside(line.value[at], line.low[0], line.high[0]),
    )


def _outside(value: float, low: float, high: float) -> bool | None:
    if isnan(value) or isnan(low) or isnan(high):
        return None
    return not low <= value <= high


def _told(value: float) -> float | None:
    return None if isnan(value) else value
