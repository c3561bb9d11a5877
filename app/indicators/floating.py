"""Accessibility of the published release's cells, and its means over territories (METHODS 7)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.indicators.accessibility import Preset, accessibility
from app.indicators.catchment import Times
from app.indicators.cells import AGE_CLASSES, Cells
from app.indicators.decay import Floats
from app.indicators.demand import standardised
from app.indicators.supply_sites import Supply
from app.indicators.weighting import (
    Pieces,
    known_people,
    people_at_most,
    weighted_mean,
    weighted_quantile,
)
from app.travel.times import TravelTimes

FIRST_AGES = tuple(int(name.rstrip("+").partition("-")[0]) for name in AGE_CLASSES)


@dataclass(frozen=True, slots=True)
class Scores:
    """What cells can count on; (cells,) each.

    ``value`` is in the preset's unit, NaN where unknown; ``off_network`` says which cells no street links;
    ``heads`` counts the people concerned, ``demand`` is them as they were weighed. ``unserving_sites`` and
    ``unserving`` are the located sites that nobody can reach, and what they offer.
    """

    value: Floats
    off_network: NDArray[np.bool_]
    heads: Floats
    demand: Floats
    unserving_sites: int
    unserving: float


@dataclass(frozen=True, slots=True)
class Means:
    """Means of territories, (territories,) each; NaN is unknown. Shares go from 0 to 1.

    ``at_most`` is (territories, limits): of the people whose value is known, the share at or below each.
    """

    value: Floats
    off_network: Floats
    at_most: Floats


def times_between(times: TravelTimes, cells: Cells) -> tuple[Times, NDArray[np.bool_]]:
    """Return stored times on the positions of ``cells``, and which cells are on the network.

    A cell whose time was never searched is as one that no street links.
    """
    at = cells.positions(times.territories)
    position = at[times.seconds.indices]
    kept = position >= 0
    ends = np.concatenate([[0], np.cumsum(kept)])[times.seconds.indptr]
    between = Times(
        ends.astype(np.int32),
        position[kept].astype(np.int32),
        times.seconds.data[kept],
        len(cells.id),
        times.limit_s,
    )
    on_network = np.zeros(len(cells.id), dtype=np.bool_)
    on_network[at[(at >= 0) & ~np.isnan(times.origin_snap_m)]] = True
    return between, on_network


def score(preset: Preset, times: TravelTimes, supply: Supply, cells: Cells, heads: Floats) -> Scores:
    """Return what each cell can count on; ``heads`` (cells,) is who may ask for this profession.

    Raises ParameterError when the times stop short of the preset's decay.
    """
    between, on_network = times_between(times, cells)
    there = np.searchsorted(supply.site, times.sites)
    offered = supply.amount[there]
    demand = heads
    if preset.ages is not None:
        demand = standardised(heads, cells.ages, preset.ages.of_classes(FIRST_AGES))
    acts = offered
    if preset.activity is not None:
        # Nobody's age is published.
        acts = preset.activity.acts(offered, supply.acts[there], np.full(len(offered), np.nan))
    found = accessibility(preset, between, acts, demand, on_network)
    lost = np.isnan(found.ratio) & (offered > 0)
    return Scores(
        found.accessibility, ~on_network, heads, demand, int(lost.sum()), float(offered[lost].sum())
    )


def means(scores: Scores, pieces: Pieces, people: Floats, limits: tuple[float, ...] = ()) -> Means:
    """Return the means of territories, weighted by demand, and shares of the people concerned.

    ``pieces`` splits all the inhabitants, ``people`` (cells,); those concerned are spread like them.
    """
    heads = _of_pieces(pieces, scores.heads, people)
    known = known_people(scores.value, heads)
    short = people_at_most(scores.value, heads, limits) if limits else np.empty((pieces.territories, 0))
    return Means(
        value=weighted_mean(scores.value, _of_pieces(pieces, scores.demand, people)),
        off_network=weighted_mean(scores.off_network.astype(np.float64), heads),
        at_most=per_demand(short, np.broadcast_to(known[:, None], short.shape)),
    )


def deciles(scores: Scores, pieces: Pieces, people: Floats) -> Floats:
    """Return the nine values that 10 %, 20 % ... 90 % of the people concerned do not exceed (DREES).

    Over all the territories together, where nobody is counted twice; NaN where nobody's value is known.
    """
    held = np.bincount(pieces.cell, weights=pieces.people, minlength=len(people))
    heads = np.minimum(held / people, 1.0) * scores.heads
    cell = np.flatnonzero(heads > 0)
    together = Pieces(np.zeros(len(cell), dtype=np.int64), cell, heads[cell], 1)
    return np.array([weighted_quantile(scores.value, together, share / 10)[0] for share in range(1, 10)])


def _of_pieces(pieces: Pieces, amount: Floats, people: Floats) -> Pieces:
    """Return the pieces with the part of ``amount`` (cells,) that goes to each as its inhabitants do."""
    part = pieces.people * (amount / people)[pieces.cell]
    return Pieces(pieces.territory, pieces.cell, part, pieces.territories)


def per_demand(accessible: ArrayLike, demand: ArrayLike) -> Floats:
    """Return what is accessible over those who ask for it; NaN where nobody does.

    >>> per_demand([30.0, 1.0], [10.0, 0.0]).tolist()
    [3.0, nan]
    """
    asked = np.asarray(demand, dtype=np.float64)
    ratio: Floats = np.divide(accessible, asked, out=np.full(asked.shape, np.nan), where=asked > 0)
    return ratio
