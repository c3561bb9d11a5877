"""How unequal the IRIS of communes and EPCI are in density, worked out once for portraits (METHODS 8)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.indicators.bootstrap import FEWEST
from app.indicators.cells import positions
from app.indicators.density import Floats, density
from app.indicators.gaps import AgeSex
from app.indicators.needs import share
from app.indicators.scores import Scores, professions_of, store_scores
from app.indicators.unequal import MAJORITY, SLUGS
from app.indicators.unequal_many import Estimates, indices_of_many

PACKAGE = "app.indicators"
PER = 100_000
NUMBER, VALUE = ">i4", ">f8"  # as PostgreSQL sends them


@dataclass(frozen=True, slots=True)
class _Iris:
    """The IRIS of a release, ascending: people of each kind (iris,), NaN unknown, and supply.

    ``professions`` are, by kind of people, the positions of those that anybody practises; ``weight`` is
    (iris,) by position.
    """

    id: NDArray[np.int64]
    people: Mapping[AgeSex, Floats]
    professions: Mapping[AgeSex, list[int]]
    weight: Mapping[int, Floats]


def store_unequal(connection: Connection, release_id: int) -> None:
    """Keep the indices of densities between the IRIS of each commune and EPCI, where five are inhabited.

    Liberal practitioners, establishments; those of a release that is counted and has its people and needs.
    """
    professions = professions_of(connection, release_id)
    asked = {"release_id": release_id, "fewest": FEWEST}
    rows = connection.execute(load(PACKAGE, "unequal_iris"), asked).all()
    if not rows:
        return
    iris = _read(connection, release_id, professions, np.unique(np.concatenate([row.iris for row in rows])))
    territories = np.array([row.territory_id for row in rows])
    # One line a territory, the three of an estimate, one column a profession.
    kept = {slug: np.full((3, len(rows), len(professions)), np.nan) for slug in SLUGS}
    for at, row in enumerate(rows):
        for chosen, found in _indices(row, iris):
            for slug, estimates in found.items():
                kept[slug][:, at, chosen] = (estimates.value, estimates.low, estimates.high)
    for slug, (value, low, high) in kept.items():
        store_scores(connection, release_id, Scores(slug, "", territories, value, low, high))


def _read(
    connection: Connection, release_id: int, professions: NDArray[np.int64], iris: NDArray[np.int64]
) -> _Iris:
    asked = {"release_id": release_id}

    def of(numbers: bytes, values: bytes, missing: float) -> Floats:
        found = np.full(len(iris), missing)
        at = positions(iris, np.frombuffer(numbers, NUMBER).astype(np.int64))
        found[at[at >= 0]] = np.frombuffer(values, VALUE)[at >= 0]
        return found

    people = {
        (row.population_age, row.population_sex): of(row.iris, row.people, np.nan)
        for row in connection.execute(load(PACKAGE, "unequal_people"), asked)
    }
    practised: dict[AgeSex, list[int]] = defaultdict(list)
    weight = {}
    for row in connection.execute(load(PACKAGE, "unequal_supply"), asked):
        at = int(np.searchsorted(professions, row.id))
        practised[row.population_age, row.population_sex].append(at)
        weight[at] = of(row.iris, row.weight, 0.0)
    return _Iris(iris, people, practised, weight)


def _indices(row: Row[Any], iris: _Iris) -> Iterator[tuple[NDArray[np.intp], Mapping[str, Estimates]]]:
    """Yield the indices of the professions that are compared with the same people, all of them at once.

    With the positions of these professions; one that nobody practises is not there.
    """
    living, held = (np.array(each, dtype=np.float64) for each in (row.people, row.priority_people))
    priority = share(held, living)
    income = share(np.array(row.income_sum, dtype=np.float64), living)
    at = np.searchsorted(iris.id, row.iris)
    for kind, same in iris.professions.items():
        if kind not in iris.people:
            continue
        heads = iris.people[kind][at]
        kept = np.nan_to_num(heads) > 0
        weight = np.array([iris.weight[one][at] for one in same]).T
        practised = weight[kept].sum(axis=0) > 0
        if kept.sum() < FEWEST or not practised.any():
            continue
        values = density(weight[kept][:, practised], heads[kept][:, None], PER)
        known = None if np.isnan(priority).all() else np.nan_to_num(priority[kept]) >= MAJORITY
        chosen = np.array(same, dtype=np.intp)[practised]
        yield chosen, indices_of_many(values, heads[kept], known, income[kept])
