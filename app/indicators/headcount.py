"""Head-counts, weights and sites of every profession in every territory, on arrays (METHODS 1)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Retained:
    """Retained practices of one scope, arrays of one length n: each (person, site, profession) once."""

    person: Integers
    site: Integers
    profession: Integers


@dataclass(frozen=True, slots=True)
class Places:
    """Placed sites: ``site`` ascending, ``located`` 0 or 1, ``length`` territories each; ``territory`` holds
    them one site after the other, so it is as long as the sum of ``length``."""

    site: Integers
    located: Integers
    length: Integers
    territory: Integers


@dataclass(frozen=True, slots=True)
class Counts:
    """One entry a territory and profession where anybody practises. ``unlocated`` are people with a practice
    there placed no better than the commune; ``weight`` is in persons."""

    territory: Integers
    profession: Integers
    headcount: Integers
    weight: Floats
    sites: Integers
    unlocated: Integers


def shared_weights(retained: Retained) -> Floats:
    """Return 1 / number of the person's retained practices in the profession, shape (n,).

    Weights over all practices add up to persons.
    """
    _, which, times = np.unique(
        _paired(retained.person, retained.profession), return_inverse=True, return_counts=True
    )
    return 1.0 / times[which]


def count(retained: Retained, places: Places) -> Counts:
    """Count persons, weights and sites in every territory that holds a retained practice.

    Cost grows as n log n with the number of (practice, territory) pairs. A site that is not placed counts
    nowhere.
    """
    practice, territory = held(retained, places)
    located = places.located[np.searchsorted(places.site, retained.site[practice])]
    person, site = retained.person[practice], retained.site[practice]
    group = _paired(territory, retained.profession[practice], width=_width(retained.profession))
    groups, headcount = _distinct(group, person)
    _, sites = _distinct(group, site)
    weight = np.bincount(
        np.searchsorted(groups, group), weights=shared_weights(retained)[practice], minlength=len(groups)
    )
    lost = located == 0
    lost_groups, lost_count = _distinct(group[lost], person[lost])
    unlocated = np.zeros(len(groups), dtype=np.int64)
    unlocated[np.searchsorted(groups, lost_groups)] = lost_count
    width = _width(retained.profession)
    return Counts(groups // width, groups % width, headcount, weight, sites, unlocated)


def held(retained: Retained, places: Places) -> tuple[Integers, Integers]:
    """Return the pairs (practice index, territory) of every practice whose site is placed."""
    at = np.searchsorted(places.site, retained.site)
    inside = at < len(places.site)
    placed = np.flatnonzero(inside)
    placed = placed[places.site[at[placed]] == retained.site[placed]]
    start = np.concatenate([[0], np.cumsum(places.length)])[:-1]
    length = places.length[at[placed]]
    practice = np.repeat(placed, length)
    first = np.repeat(start[at[placed]], length)
    step = np.arange(len(practice)) - np.repeat(np.cumsum(length) - length, length)
    return practice, places.territory[first + step]


def _width(values: Integers) -> int:
    return int(values.max(initial=0)) + 1


def _paired(left: Integers, right: Integers, width: int | None = None) -> Integers:
    """Return one integer a pair, ordered by left, then right."""
    return left * (width or _width(right)) + right


def ascending(values: Integers) -> Integers:
    """Return each value once, in order: numpy.unique, whose hash table is slower here than one sort."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def _distinct(group: Integers, member: Integers) -> tuple[Integers, Integers]:
    """Return the groups in order and the number of distinct members of each."""
    width = _width(member)
    return np.unique(ascending(_paired(group, member, width)) // width, return_counts=True)
