"""Classes of a printed map: the quantile classes of the page's `classes.js`, so that both show the same.

Bounds are rounded before territories are put in classes: what the legend says is what the map shows.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

CLASSES = 5
# Under this many people one practitioner more or less makes any density: it is not to be read.
READABLE = 200
# k classes spread over the palette's five colours.
RANKS = ((), (2,), (1, 3), (0, 2, 4), (0, 1, 3, 4), (0, 1, 2, 3, 4))

type Kind = Literal["class", "zero", "few", "unknown"]


@dataclass(frozen=True, slots=True)
class Valued:
    """A territory as the map sees it; None is unknown."""

    id: int
    value: float | None
    population: float | None

    @property
    def kind(self) -> Kind:
        """Say how it is drawn: in a class, or as zero, too few people, unknown."""
        if self.value is None:
            return "unknown"
        if self.population is not None and 0 < self.population < READABLE:
            return "few"
        return "zero" if self.value == 0 else "class"


@dataclass(frozen=True, slots=True)
class Band:
    """A line of the legend: what is drawn alike. ``rank`` is its colour; bounds only of a class."""

    kind: Kind
    members: tuple[Valued, ...]
    rank: int = 0
    low: float = 0.0
    high: float = 0.0
    decimals: int = 0

    @property
    def population(self) -> float:
        """Return how many people live there, as far as it is known."""
        return sum(one.population or 0.0 for one in self.members)


def bands_of(territories: Sequence[Valued]) -> list[Band]:
    """Return the bands of a map, lightest class first, then zero, few people, unknown; none empty."""
    classed = [one for one in territories if one.kind == "class"]
    bands = _classes(classed)
    kinds: tuple[Kind, ...] = ("zero", "few", "unknown")
    for kind in kinds:
        members = tuple(one for one in territories if one.kind == kind)
        if members:
            bands.append(Band(kind, members))
    return bands


def _classes(classed: list[Valued]) -> list[Band]:
    values = sorted(one.value for one in classed if one.value is not None)
    if not values:
        return []
    breaks = _quantiles(values)
    step = rounding_step(values, breaks)
    low, high = _to(values[0], step, math.floor), _to(values[-1], step, math.ceil)
    inner = [_to(value, step, _half_up) for value in breaks]
    bounds = list(dict.fromkeys([low, *(bound for bound in inner if bound > low)]))
    bounds = [bound for bound in bounds if bound < high or bound == low]
    edges = [*bounds[1:], math.inf]
    filled = [
        start
        for start, end in zip(bounds, edges, strict=True)
        if any(start <= value < end for value in values)
    ]
    ends = [*filled[1:], high]
    decimals = max(0, math.ceil(-math.log10(step)))
    return [
        Band(
            "class",
            tuple(one for one in classed if start <= (one.value or 0) and (last or (one.value or 0) < end)),
            *(rank, start, end, decimals),
        )
        for start, end, rank, last in zip(
            filled,
            ends,
            RANKS[len(filled)],
            [*[False] * (len(filled) - 1), True],
            strict=True,
        )
    ]


def _quantiles(values: Sequence[float]) -> list[float]:
    breaks = []
    for k in range(1, CLASSES):
        at = k / CLASSES * (len(values) - 1)
        below = values[math.floor(at)]
        breaks.append(below + (values[math.ceil(at)] - below) * (at - math.floor(at)))
    return breaks


def rounding_step(values: Sequence[float], breaks: Sequence[float]) -> float:
    """Return what bounds are rounded to: two figures of a usual class's width, three of a usual value."""
    bounds = [values[0], *breaks, values[-1]]
    width = _median([bound - before for before, bound in pairwise(bounds)])
    usual = _median(values)
    finest = _power(usual, 3) if usual > 0 else 1.0
    return max(finest, _power(width, 2) if width > 0 else finest)


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _power(value: float, figures: int) -> float:
    return float(10.0 ** (math.floor(math.log10(value)) - figures + 1))


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


def _to(value: float, step: float, how: Callable[[float], int]) -> float:
    places = max(0, math.ceil(-math.log10(step)))
    return round(how(round(value / step, 6)) * step, places)
