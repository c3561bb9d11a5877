"""The portrait of a territory: every indicator that has one, with its rank, its comparisons and its sentence.

Secrecy is that of the indicator's entry, applied here to whatever was read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
from sqlalchemy import Connection

from app.indicators.density import Floats
from app.indicators.entry import Indicator
from app.indicators.portrait_values import Around, Measured
from app.indicators.registry import INDICATORS
from app.indicators.secrecy import Booleans, Status, too_few, withheld
from app.indicators.wording import Level

# Decimals of what is written: what floats leave behind them says nothing.
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Place:
    """A territory that takes part in a portrait."""

    id: int
    level: Level
    code: str
    name: str


class Compared(NamedTuple):
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


class Figure(NamedTuple):
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


class _Line(NamedTuple):
    """One figure of the territory, first, and of what holds it, without what is secret; None is unknown."""

    value: list[float | None]
    low: list[float | None]
    high: list[float | None]
    status: list[Status]
    different: list[bool | None]
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
    hidden = np.concatenate([_hidden(one, told[one.indicator]) for one in measured]).reshape(
        len(measured), -1
    )
    value = _stacked([one.value for one in measured])
    status = np.select([hidden, np.isnan(value)], ["suppressed", "unknown"], "known")[:, columns]
    value = withheld(value, hidden)
    low, high = (
        withheld(_stacked([unknown if bound is None else bound for bound in bounds]), hidden)[:, columns]
        for bounds in ([one.low for one in measured], [one.high for one in measured])
    )
    among, own = value[:, peers], value[:, :1]
    rank, tied = (among > own).sum(axis=1) + 1, (among == own).sum(axis=1)
    ranked = (~np.isnan(among)).sum(axis=1)
    value = value[:, columns]
    total = np.array([one.total for one in measured])
    different = _different(value, low[:, :1], high[:, :1], total[:, None])
    told_of = (_told(value), _told(low), _told(high), status.tolist(), different)
    yield from map(_Line, *told_of, rank.tolist(), tied.tolist(), ranked.tolist())


def _stacked(rows: Sequence[Floats]) -> Floats:
    """Return rows of one length as one array; numpy takes ten times as long over a list of arrays."""
    return np.concatenate(rows).reshape(len(rows), -1).astype(np.float64, copy=False)


def _different(value: Floats, low: Floats, high: Floats, total: Booleans) -> list[list[bool | None]]:
    """Say which values are outside of the interval, None where nothing tells."""
    found = ((value < low) | (value > high)).astype(object)
    found[np.isnan(value + low + high) | total] = None
    return cast(list[list[bool | None]], found.tolist())


def _told(values: Floats) -> list[list[float | None]]:
    """Return values as they are written, None where unknown."""
    found = np.round(values, DIGITS).astype(object)
    found[np.isnan(values)] = None
    return cast(list[list[float | None]], found.tolist())


def _hidden(measured: Measured, indicator: Indicator) -> Booleans:
    hidden = np.zeros(len(measured.value), dtype=np.bool_) if measured.hidden is None else measured.hidden
    if measured.base is None:
        return hidden
    return np.asarray(hidden | too_few(measured.base, indicator.secrecy))


def _figure(measured: Measured, line: _Line, circle: Circle) -> Figure:
    own, low, high = line.value[0], line.low[0], line.high[0]
    compared = [
        Compared(above, line.value[at], line.low[at], line.high[at], line.status[at], line.different[at])
        for at, above in enumerate(circle.above, 1)
    ]
    if (france := measured.france) is not None and all(above.level != "france" for above in circle.above):
        different = None if low is None or high is None else not low <= france.value <= high
        compared.append(
            Compared(None, round(france.value, DIGITS), None, None, "known", different, france.origin)
        )
    # One value alone is no rank: the others were not asked, or nobody knows them.
    placed = circle.ranked_in is not None and line.ranked > 1 and own is not None
    return Figure(
        measured=measured,
        value=own,
        low=low,
        high=high,
        status=line.status[0],
        rank=line.rank if placed else None,
        tied=line.tied,
        ranked=line.ranked if circle.ranked_in else 0,
        compared=tuple(compared),
    )
