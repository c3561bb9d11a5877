"""Every index of inequality of some territories, with its interval, or why it is not defined (METHODS 8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.indicators import inequality
from app.indicators.bootstrap import Estimate, estimate, redrawn
from app.indicators.density import Floats

type Booleans = NDArray[np.bool_]

SLUGS = (
    *("max_min", "quintile_ratio", "palma", "gini", "theil", "theil_between", "theil_within"),
    *("concentration", "erreygers"),
)
# A territory is counted as of QPV when this part of its people lives in one.
MAJORITY = 0.5
ALONE = "Moins de deux territoires habités ont une valeur connue : il n'y a rien à comparer."
NOTHING = "Toutes les valeurs sont à 0 : il n'y a rien à partager."
UNBOUNDED = "La borne haute n'est pas finie : dans certains tirages, les moins pourvus ont 0."
OVER_NOTHING = "Les moins pourvus ont 0 : le rapport n'est pas défini."
ONE_KIND = "Tous ces territoires sont des QPV, ou aucun ne l'est, ou personne ne sait lesquels."
UNRANKED = "Ce qui classe les territoires n'est connu que pour moins de deux d'entre eux."


@dataclass(frozen=True, slots=True)
class Territories:
    """Territories to compare, (n,) each: their values and people, NaN where unknown.

    ``priority`` says which are QPV, None where nobody knows; ``rank_by`` is larger for the better-off.
    ``bounds`` are the least and the greatest value possible, for Erreygers' correction.
    """

    values: Floats
    people: Floats
    priority: Booleans | None
    rank_by: Floats
    bounds: tuple[float, float]

    @property
    def compared(self) -> Booleans:
        """Say which territories are: inhabited, with a known value."""
        return np.asarray(~np.isnan(self.values) & (np.nan_to_num(self.people) > 0))


@dataclass(frozen=True, slots=True)
class Index:
    """One index: its slug, its value and interval, None where not defined, and then why."""

    slug: str
    value: float | None
    low: float | None
    high: float | None
    reason: str | None


def indices(territories: Territories) -> list[Index]:
    """Return every index of some territories; those of rank leave out territories that are not ranked."""
    kept = territories.compared
    if kept.sum() < 2:
        return [Index(slug, None, None, None, ALONE) for slug in SLUGS]
    values, people = territories.values[kept], territories.people[kept]
    priority = None if territories.priority is None else territories.priority[kept]
    drawn = redrawn(people)
    return [
        *_plain(values, people, drawn),
        *_grouped(values, people, drawn, priority),
        *_ranked(territories, kept & ~np.isnan(territories.rank_by)),
    ]


def _plain(values: Floats, people: Floats, drawn: Floats) -> Iterator[Index]:
    # No draw has a greater maximum than what was drawn from: its interval would say nothing.
    yield _told("max_min", estimate(partial(inequality.max_min, values), people))
    yield _told("quintile_ratio", estimate(partial(inequality.quintile_ratio, values), people, drawn))
    yield _told("palma", estimate(partial(inequality.palma, values), people, drawn))
    yield _told("gini", estimate(partial(inequality.gini, values), people, drawn))
    yield _told("theil", estimate(partial(inequality.theil, values), people, drawn))


def _grouped(values: Floats, people: Floats, drawn: Floats, priority: Booleans | None) -> Iterator[Index]:
    if priority is None or priority.all() or not priority.any():
        for slug in ("theil_between", "theil_within"):
            yield Index(slug, None, None, None, ONE_KIND)
        return
    between = partial(inequality.theil_between, values, group=priority)
    yield _told("theil_between", estimate(between, people, drawn))
    within = partial(inequality.theil_within, values, group=priority)
    yield _told("theil_within", estimate(within, people, drawn))


def _ranked(territories: Territories, ranked: Booleans) -> Iterator[Index]:
    values, people = territories.values[ranked], territories.people[ranked]
    if len(values) < 2:
        for slug in ("concentration", "erreygers"):
            yield Index(slug, None, None, None, UNRANKED)
        return
    rank_by, drawn = territories.rank_by[ranked], redrawn(people)
    low, high = territories.bounds
    plain = partial(inequality.concentration, values, rank_by=rank_by)
    yield _told("concentration", estimate(plain, people, drawn))
    corrected = partial(inequality.erreygers, values, rank_by=rank_by, low=low, high=high)
    yield _told("erreygers", estimate(corrected, people, drawn))


def _told(slug: str, found: Estimate) -> Index:
    """Return an estimate as it may be written: neither NaN nor infinity, and why it is missing."""
    value, low, high = (each if np.isfinite(each) else None for each in (found.value, found.low, found.high))
    if value is not None:
        return Index(slug, value, low, high, UNBOUNDED if np.isinf(found.high) else None)
    return Index(slug, None, low, None, OVER_NOTHING if np.isinf(found.value) else NOTHING)
