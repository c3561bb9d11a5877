"""What people of a territory are likely to need: poverty, ages, single parents, people living alone.

A need is a weighted mean of ranks: for each component, the share of the people compared who live where there
is less of it, from 0 to 100. It says who may need more than the others of the list, not how much care.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.density import Floats

PACKAGE = "app.indicators"

Component = Literal["poverty", "elderly", "children", "single_parent", "alone"]
COMPONENTS: tuple[Component, ...] = get_args(Component)
# As nobody has measured which counts more, none does unless asked.
WEIGHTS: dict[Component, float] = dict.fromkeys(COMPONENTS, 1.0)

type Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Households:
    """Households of territories, (n,) each, NaN where unknown or hidden.

    ``hidden`` says of which territories nothing is published (METHODS 11).
    """

    people: Floats
    priority_people: Floats
    households: Floats
    poor: Floats
    single_parent: Floats
    alone: Floats
    income_sum: Floats
    hidden: NDArray[np.bool_]

    @property
    def income(self) -> Floats:
        """Return the mean standard of living, in euros a year."""
        return share(self.income_sum, self.people)

    @property
    def priority(self) -> Floats:
        """Return the share of the people who live in a QPV."""
        return share(self.priority_people, self.people)


def load_households(connection: Connection, ids: Sequence[int]) -> Households:
    """Read the households of territories of the published release, in the order given."""
    rows = connection.execute(load(PACKAGE, "need_of_territories"), {"ids": list(ids)}).all()
    at = {identity: position for position, identity in enumerate(ids)}
    names = (
        *("people", "priority_people", "households", "poor_households", "single_parent_households"),
        *("one_person_households", "income_sum"),
    )
    found = np.full((len(ids), len(names)), np.nan)
    hidden = np.zeros(len(ids), dtype=np.bool_)
    for row in rows:
        position = at[row.territory_id]
        found[position] = [np.nan if (v := getattr(row, n)) is None else v for n in names]
        hidden[position] = row.hidden
    people, priority_people, households, poor, single_parent, alone, income = found.T
    return Households(people, priority_people, households, poor, single_parent, alone, income, hidden)


def share(part: ArrayLike, whole: ArrayLike) -> Floats:
    """Return part / whole, NaN where the whole is nothing or unknown.

    >>> share([1.0, 2.0, 0.0], [4.0, 0.0, np.nan]).tolist()
    [0.25, nan, nan]
    """
    parts, wholes = np.broadcast_arrays(*(np.asarray(each, dtype=np.float64) for each in (part, whole)))
    found: Floats = np.divide(parts, wholes, out=np.full(parts.shape, np.nan), where=wholes > 0)
    return found


def placed(values: ArrayLike, people: ArrayLike) -> Floats:
    """Return where each territory stands among the people compared, 0 to 100; NaN where unknown.

    ``values`` are (territories,), or (rows, territories) where each row is compared apart. Half of those who
    live where the value is the same count as below.

    >>> placed([10.0, 30.0, 30.0, np.nan], [2.0, 1.0, 1.0, 5.0]).tolist()
    [25.0, 75.0, 75.0, nan]
    >>> placed([[10.0, 30.0], [30.0, 10.0]], [1.0, 1.0]).tolist()
    [[25.0, 75.0], [75.0, 25.0]]
    """
    found = np.asarray(values, dtype=np.float64)
    order = np.argsort(found, axis=-1, kind="stable")
    ascending = np.take_along_axis(found, order, axis=-1)
    heads = np.where(np.isnan(ascending), 0.0, np.nan_to_num(np.asarray(people, dtype=np.float64))[order])
    held = np.cumsum(heads, axis=-1)
    # What is below a value, and what is not above it, are those of the first and the last who have it.
    new = np.ones(found.shape, dtype=np.bool_)
    new[..., 1:] = ascending[..., 1:] != ascending[..., :-1]
    at = np.arange(found.shape[-1])
    first = np.maximum.accumulate(np.where(new, at, 0), axis=-1)
    ends = np.roll(new, -1, axis=-1)
    last = np.minimum.accumulate(np.where(ends, at, len(at))[..., ::-1], axis=-1)[..., ::-1]
    below = np.take_along_axis(held - heads, first, axis=-1) + np.take_along_axis(held, last, axis=-1)
    ranks = share(50 * below, np.where(np.isnan(ascending), np.nan, held[..., -1:]))
    back = np.empty_like(ranks)
    np.put_along_axis(back, order, ranks, axis=-1)
    return back


def need_score(ranks: Mapping[Component, Floats], weights: Mapping[Component, float]) -> Floats:
    """Return the weighted mean of ranks, 0 to 100; NaN where one that weighs is unknown.

    >>> need_score({"poverty": np.array([90.0]), "alone": np.array([30.0])}, {"poverty": 2, "alone": 1})
    array([70.])
    """
    weighing = {name: weight for name, weight in weights.items() if weight > 0}
    total = sum(weighing.values())
    return np.asarray(sum(weight * ranks[name] for name, weight in weighing.items()) / total)


def need(  # noqa: PLR0917 - one array a component
    poverty: ArrayLike,
    elderly: ArrayLike,
    children: ArrayLike,
    single_parent: ArrayLike,
    alone: ArrayLike,
    people: ArrayLike,
) -> Floats:
    """Return the need of territories whose components count equally, 0 to 100.

    >>> need(*[[0.1, 0.3]] * 5, people=[1.0, 1.0]).tolist()
    [25.0, 75.0]
    """
    components = (poverty, elderly, children, single_parent, alone)
    ranks = {name: placed(each, people) for name, each in zip(COMPONENTS, components, strict=True)}
    return need_score(ranks, WEIGHTS)


def need_among(
    shares: Mapping[Component, Floats], people: Floats, weights: Mapping[Component, float]
) -> tuple[Floats, tuple[Component, ...]]:
    """Return the need of territories compared with one another, and the components set aside.

    Those are of no known value anywhere: they would leave all the rest unknown.
    """
    aside = tuple(name for name in COMPONENTS if weights[name] > 0 and np.isnan(shares[name]).all())
    weighing = {name: 0.0 if name in aside else weight for name, weight in weights.items()}
    if not any(weighing.values()):
        return np.full(len(people), np.nan), aside
    ranks = {name: placed(values, people) for name, values in shares.items()}
    return need_score(ranks, weighing), aside


def thirds(ranks: ArrayLike) -> Integers:
    """Return 1, 2 or 3 for ranks from 0 to 100, 0 where unknown.

    >>> thirds([10.0, 50.0, 90.0, np.nan]).tolist()
    [1, 2, 3, 0]
    """
    found = np.asarray(ranks, dtype=np.float64)
    third = 1 + (found > 100 / 3).astype(np.int64) + (found > 200 / 3)
    return np.where(np.isnan(found), 0, third)


def bounds(values: ArrayLike, third: Integers) -> tuple[float, float]:
    """Return the greatest value of the first third, and of the first two; NaN where none is there.

    >>> bounds([4.0, 6.0, 9.0], np.array([1, 2, 3])), bounds([4.0], np.array([2]))
    ((4.0, 6.0), (nan, 4.0))
    """
    found = np.asarray(values, dtype=np.float64)
    upper = [found[(third > 0) & (third <= most)].max(initial=-np.inf) for most in (1, 2)]
    first, second = (float(one) if np.isfinite(one) else float("nan") for one in upper)
    return first, second


def priority(need: ArrayLike, supply: ArrayLike, supply_weight: ArrayLike) -> Floats:
    """Return how far need is high and supply low, 0 to 100, both being ranks from 0 to 100.

    >>> priority([80.0], [10.0], 0.5).tolist()
    [85.0]
    """
    weight = np.asarray(supply_weight, dtype=np.float64)
    lack = 100 - np.asarray(supply, dtype=np.float64)
    return np.asarray((1 - weight) * np.asarray(need, dtype=np.float64) + weight * lack)


def ranked(score: ArrayLike) -> list[int | None]:
    """Return the rank of each score, 1 for the highest, equals sharing theirs; None where unknown.

    >>> ranked([70.0, np.nan, 90.0, 70.0])
    [2, None, 1, 2]
    """
    found = np.asarray(score, dtype=np.float64)
    ordered = np.sort(-found[~np.isnan(found)])
    return [None if isnan(one) else int(np.searchsorted(ordered, -one)) + 1 for one in found.tolist()]
