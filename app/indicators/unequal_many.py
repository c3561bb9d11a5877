"""The indices of inequality of many professions at once: the same as ``unequal``, in products of matrices.

A build has three thousand communes and EPCI of forty professions, each drawn a thousand times: what is the
same for every profession (who is drawn, how often, how well-off) is worked out once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from app.indicators.bootstrap import FEWEST, redrawn
from app.indicators.density import Floats
from app.indicators.inequality import FIFTH, PALMA_BOTTOM, PALMA_TOP, rank_weights
from app.indicators.unequal import Booleans

# Numbers of one array of drawn people sorted by values: what a processor keeps at hand.
MOST_AT_ONCE = 200_000
BOUNDS = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Estimates:
    """An index of many professions and its 95 % interval, (professions,); NaN unknown, inf over nothing."""

    value: Floats
    low: Floats
    high: Floats


def indices_of_many(
    values: Floats, people: Floats, priority: Booleans | None, rank_by: Floats
) -> Mapping[str, Estimates]:
    """Return every index by slug of ``values`` (territories, professions), all known.

    ``people`` (territories,) are above 0, ``priority`` says which are QPV and ``rank_by`` is larger for the
    better-off, NaN where unknown: as in ``unequal.Territories``. An index that is not defined is not there,
    or NaN.
    """
    drawn = _with_draws(people)
    found = dict(_ordered(values, drawn))
    found["max_min"] = found["max_min"][:1]
    held, total = drawn @ values, drawn.sum(axis=1)[:, None]
    logarithm = np.log(values, out=np.zeros(values.shape), where=values > 0)
    found["theil"] = _over(drawn @ (values * logarithm), held) - _log(_over(held, total))
    if priority is not None and priority.any() and not priority.all():
        found["theil_between"] = _between(values, drawn, priority, _over(held, total))
        found["theil_within"] = found["theil"] - found["theil_between"]
    ranked = ~np.isnan(rank_by)
    if ranked.sum() >= 2:
        found |= _by_rank(values[ranked], people[ranked], rank_by[ranked], values.max(axis=0))
    return {slug: _estimates(each) for slug, each in found.items()}


def _with_draws(people: Floats) -> Floats:
    """Return the people themselves, then of each draw, (1 + draws, territories); too few are not drawn."""
    if len(people) < FEWEST:
        return people[None]
    return np.concatenate([people[None], redrawn(people)])


def _between(values: Floats, drawn: Floats, priority: Booleans, mean: Floats) -> Floats:
    """Return the part of Theil's T between QPV and the rest, (1 + draws, professions)."""
    held = mean * drawn.sum(axis=1)[:, None]
    total = np.zeros(mean.shape)
    for side in (priority, ~priority):
        has = drawn[:, side] @ values[side]
        own = np.nan_to_num(_over(has, drawn[:, side].sum(axis=1)[:, None]))
        total += np.nan_to_num(_over(has, held)) * np.nan_to_num(_log(_over(own, mean)))
    return np.where(mean > 0, total, np.nan)


def _by_rank(values: Floats, people: Floats, rank_by: Floats, most: Floats) -> dict[str, Floats]:
    """Return both indices of concentration; ``most`` (professions,) is the greatest value possible."""
    drawn = _with_draws(people)
    weights = rank_weights(drawn, rank_by)
    mean = _over(drawn @ values, drawn.sum(axis=1)[:, None])
    apart = 2 * (weights @ values - mean * weights.sum(axis=1)[:, None])
    return {
        "concentration": _over(apart, mean),
        "erreygers": _over(4 * apart, np.broadcast_to(most, mean.shape)),
    }


def _ordered(values: Floats, drawn: Floats) -> Iterator[tuple[str, Floats]]:
    """Yield the indices that follow the order of the values: professions as rare as one another together."""
    at_once = max(1, MOST_AT_ONCE // drawn.size)
    rarest = np.argsort((values > 0).sum(axis=0), kind="stable")
    parts = [
        _sorted(values[:, each], drawn) for each in np.split(rarest, range(at_once, len(rarest), at_once))
    ]
    back = np.argsort(rarest)
    for slug in parts[0]:
        yield slug, np.concatenate([part[slug] for part in parts])[back].T


def _sorted(values: Floats, drawn: Floats) -> dict[str, Floats]:
    """Return indices as (professions, 1 + draws) of ``values`` (territories, professions)."""
    order = np.argsort(values, axis=0, kind="stable").T
    ascending = np.take_along_axis(values.T, order, axis=1)[:, :, None]
    # Those that have nothing of any of them come first and add nothing but their people.
    nothing = int((values == 0).sum(axis=0).min())
    before = drawn.T[order[:, :nothing]].sum(axis=1)
    heads, amount = drawn.T[order[:, nothing:]], ascending[:, nothing:]
    has = heads * amount
    upto, held = np.cumsum(heads, axis=1) + before[:, None], np.cumsum(has, axis=1)
    people, whole = drawn.sum(axis=1) + np.zeros(before.shape), has.sum(axis=1)
    # Twice the area under the Lorenz curve, by trapezes.
    under = 2 * np.einsum("knd,knd->kd", heads, held) - np.einsum("knd,knd->kd", heads, has)

    def least(share: float) -> Floats:
        """Return what the share of the people with least has, (professions, 1 + draws)."""
        at = np.minimum((upto < share * people[:, None]).sum(axis=1), heads.shape[1] - 1)[:, None]
        reached, got, own = (np.take_along_axis(each, at, axis=1)[:, 0] for each in (upto, held, has))
        each = np.take_along_axis(np.broadcast_to(amount, heads.shape), at, axis=1)[:, 0]
        behind = reached - np.take_along_axis(heads, at, axis=1)[:, 0]
        return np.asarray(got - own + np.clip(share * people - behind, 0, None) * each)

    return {
        "max_min": _ratio(np.broadcast_to(ascending[:, -1], whole.shape), ascending[:, 0]),
        "quintile_ratio": _ratio(whole - least(1 - FIFTH), least(FIFTH)),
        "palma": _ratio(whole - least(1 - PALMA_TOP), least(PALMA_BOTTOM)),
        "gini": 1 - _over(under, people * whole),
    }


def _estimates(found: Floats) -> Estimates:
    """Return the first line with its percentile interval over the others, as ``bootstrap.estimate`` does."""
    value, draws = found[0], np.sort(found[1:], axis=0)  # NaN go last
    unknown = np.full(value.shape, np.nan)
    if not len(draws):
        return Estimates(value, unknown, unknown)
    known = (~np.isnan(draws)).sum(axis=0)
    low, high = (
        np.take_along_axis(draws, np.rint(share * np.maximum(known - 1, 0)).astype(np.intp)[None], axis=0)[0]
        for share in BOUNDS
    )
    told = known >= 0.975 * len(draws)
    return Estimates(value, np.where(told, low, np.nan), np.where(told, high, np.nan))


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """Return top / bottom: inf over nothing, NaN when both are nothing."""
    nothing = np.where(top > 0, np.inf, np.nan)
    found: Floats = np.divide(top, bottom, out=nothing, where=np.broadcast_to(bottom > 0, nothing.shape))
    return found


def _over(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, NaN where the whole is nothing."""
    shape = np.broadcast_shapes(part.shape, whole.shape)
    found: Floats = np.divide(part, whole, out=np.full(shape, np.nan), where=whole > 0)
    return found


def _log(values: Floats) -> Floats:
    """Return logarithms, NaN where there is none."""
    found: Floats = np.log(values, out=np.full(values.shape, np.nan), where=values > 0)
    return found
