"""How unequal the IRIS of communes and EPCI are in density, worked out once for portraits (METHODS 8)."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.indicators.bootstrap import FEWEST, Estimate, estimate, redrawn
from app.indicators.density import Floats, density
from app.indicators.inequality import gini
from app.indicators.scores import Scores, professions_of, store_scores

FIGURE = "gini"
PER = 100_000


def store_unequal(connection: Connection, release_id: int) -> None:
    """Keep the Gini index of densities between the IRIS of each commune and EPCI, where five are inhabited.

    Liberal practitioners, establishments; those of a release that is counted and has its people.
    """
    professions = professions_of(connection, release_id)
    rows = connection.execute(
        load("app.indicators", "unequal_iris"), {"release_id": release_id, "fewest": FEWEST}
    ).all()
    if not rows:
        return
    found = [list(_indices(row, professions.tolist())) for row in rows]
    value, low, high = (
        np.array([[getattr(each, name) for each in line] for line in found])
        for name in ("value", "low", "high")
    )
    territories = np.array([row.territory_id for row in rows])
    store_scores(connection, release_id, Scores(FIGURE, "", territories, value, low, high))


def _indices(row: Row[tuple[object, ...]], professions: list[int]) -> Iterator[Estimate]:
    """Yield the index of each profession; unknown where nobody practises, or the people are unknown."""
    drawn: dict[tuple[float, ...], Floats] = {}
    for profession in professions:
        told = row.told.get(str(profession))
        if told is None or not any(told["weight"]):
            yield Estimate(np.nan, np.nan, np.nan)
            continue
        people = np.array(told["people"], dtype=np.float64)
        kept = np.nan_to_num(people) > 0
        if kept.sum() < FEWEST:
            yield Estimate(np.nan, np.nan, np.nan)
            continue
        key = tuple(people[kept].tolist())
        if key not in drawn:
            drawn[key] = redrawn(people[kept])
        weight = np.array(told["weight"], dtype=np.float64)[kept]
        values = density(weight, people[kept], PER)
        yield estimate(partial(gini, values), people[kept], drawn[key])
