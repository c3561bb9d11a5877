"""QPV against the rest of their communes (METHODS 5): who practises and who lives on each side.

An area is one QPV, all the QPV of a commune together, or a QPV with the belt around it that its people use
(its « quartier d'ancrage »). What is around is the rest of the communes that the QPV lies in, whatever else
is there. Only located practices count: of the others nobody knows the side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.indicators.density import Floats, density
from app.indicators.ratio import parity, rate_difference, rate_ratio, ratio_interval

Area = Literal["qpv", "together", "anchorage"]
AgeSex = tuple[str, str]
type Integers = NDArray[np.int64]
# People by territory, then by age class and sex; by QPV and commune (None where unknown) for parts of a QPV.
type People = Mapping[int, Mapping[AgeSex, float]]
type Parts = Mapping[int, Mapping[int | None, Mapping[AgeSex, float]]]


@dataclass(frozen=True, slots=True)
class Place:
    """An area to compare: the QPV it is made of, and the communes whose rest it is compared with."""

    id: int
    code: str
    name: str
    qpv: tuple[int, ...]
    communes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Practices:
    """Located practices, (n,): each person once a site and profession; ``profession`` is a position.

    ``inside`` gives the rows in each territory, ``near`` those in the belt around each QPV.
    """

    profession: Integers
    person: Integers
    weight: Floats
    inside: Mapping[int, Integers]
    near: Mapping[int, Integers]


@dataclass(frozen=True, slots=True)
class Sides:
    """Counts of areas and professions, (areas, professions) each; ``border`` are heads in the belt."""

    heads_in: Floats
    heads_out: Floats
    weight_in: Floats
    weight_out: Floats
    border: Floats


@dataclass(frozen=True, slots=True)
class Gap:
    """The comparison, arrays of one shape; NaN is unknown, for ``high`` also without bound.

    Ratio, interval, difference and parity are of heads; ``weighted_ratio`` is that of the weights.
    """

    density_in: Floats
    density_out: Floats
    ratio: Floats
    low: Floats
    high: Floats
    difference: Floats
    parity: Floats
    weighted_in: Floats
    weighted_out: Floats
    weighted_ratio: Floats


def count_sides(places: Sequence[Place], area: Area, practices: Practices, professions: int) -> Sides:
    """Count heads and weights on each side of every area."""
    none = np.empty(0, dtype=np.int64)

    def rows(held: Mapping[int, Integers], numbers: Sequence[int]) -> Integers:
        return np.unique(np.concatenate([none, *(held.get(number, none) for number in numbers)]))

    counted = np.zeros((5, len(places), professions))
    for rank, place in enumerate(places):
        communes, within = rows(practices.inside, place.communes), rows(practices.inside, place.qpv)
        belt = np.setdiff1d(rows(practices.near, place.qpv), within)
        if area == "together":
            within = np.intersect1d(within, communes)
        elif area == "anchorage":
            within = np.union1d(within, belt)
        outside = np.setdiff1d(communes, within)
        counted[0, rank], counted[2, rank] = _tally(practices, within, professions)
        counted[1, rank], counted[3, rank] = _tally(practices, outside, professions)
        counted[4, rank], _ = _tally(practices, belt, professions)
    return Sides(*counted)


def _tally(practices: Practices, rows: Integers, professions: int) -> tuple[Floats, Floats]:
    """Return distinct persons and summed weights by profession, of some practices."""
    kind = practices.profession[rows]
    pairs = np.unique(np.stack([kind, practices.person[rows]]), axis=1)
    heads = np.bincount(pairs[0], minlength=professions).astype(np.float64)
    return heads, np.bincount(kind, weights=practices.weight[rows], minlength=professions)


def people_sides(
    places: Sequence[Place], area: Area, kinds: Sequence[AgeSex], people: People, parts: Parts
) -> tuple[Floats, Floats]:
    """Return the people inside and outside, (areas, kinds) each; NaN where they are not known.

    ``parts`` are the people by commune of the QPV that lie in several when areas are of communes, of the
    belts when they are of anchorage.
    """
    inside = np.full((len(places), len(kinds)), np.nan)
    outside = inside.copy()
    for rank, place in enumerate(places):
        for position, kind in enumerate(kinds):
            of_communes = sum(_people(people, commune, kind) for commune in place.communes)
            own = sum(_people(people, one, kind) * _share(area, place, one, kind, parts) for one in place.qpv)
            belt = _belt(place, kind, parts) if area == "anchorage" else {}
            inside[rank, position] = own + sum(belt.values())
            outside[rank, position] = of_communes - own - sum(belt.get(one, 0.0) for one in place.communes)
    # What is left may be nobody, and rounding must not make it fewer.
    return inside, np.where(outside > -0.5, np.maximum(outside, 0.0), np.nan)


def _people(people: People, territory: int, kind: AgeSex) -> float:
    return people.get(territory, {}).get(kind, float("nan"))


def _share(area: Area, place: Place, qpv: int, kind: AgeSex, parts: Parts) -> float:
    """Return which part of a QPV's people lives in the commune of an area of communes."""
    if area != "together":
        return 1.0
    by_commune = {commune: held.get(kind, 0.0) for commune, held in parts.get(qpv, {}).items()}
    total = sum(by_commune.values())
    if qpv not in parts:
        return 1.0
    return by_commune.get(place.communes[0], 0.0) / total if total else float("nan")


def _belt(place: Place, kind: AgeSex, parts: Parts) -> dict[int | None, float]:
    """Return the people of the belt by commune; unknown where nothing is known of who lives there."""
    found = {commune: held.get(kind, float("nan")) for commune, held in parts.get(place.id, {}).items()}
    return found or {None: float("nan")}


def compare(sides: Sides, people_in: Floats, people_out: Floats, per: float) -> Gap:
    """Compare both sides; shapes broadcast, densities are for ``per`` people."""
    heads = (sides.heads_in, people_in, sides.heads_out, people_out)
    low, high = ratio_interval(*heads)
    return Gap(
        density_in=density(sides.heads_in, people_in, per),
        density_out=density(sides.heads_out, people_out, per),
        ratio=rate_ratio(*heads),
        low=low,
        high=high,
        difference=rate_difference(*heads, per),
        parity=parity(*heads),
        weighted_in=density(sides.weight_in, people_in, per),
        weighted_out=density(sides.weight_out, people_out, per),
        weighted_ratio=rate_ratio(sides.weight_in, people_in, sides.weight_out, people_out),
    )
