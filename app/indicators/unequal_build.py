"""How unequal the IRIS of communes and EPCI are in density, worked out once for portraits (METHODS 8)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.indicators.bootstrap import FEWEST
from app.indicators.density import Floats, density
from app.indicators.needs import share
from app.indicators.scores import Scores, professions_of, store_scores
from app.indicators.unequal import MAJORITY, SLUGS
from app.indicators.unequal_many import Estimates, indices_of_many

PER = 100_000


def store_unequal(connection: Connection, release_id: int) -> None:
    """Keep the indices of densities between the IRIS of each commune and EPCI, where five are inhabited.

    Liberal practitioners, establishments; those of a release that is counted and has its people and needs.
    """
    professions = professions_of(connection, release_id)
    rows = connection.execute(
        load("app.indicators", "unequal_iris"), {"release_id": release_id, "fewest": FEWEST}
    ).all()
    if not rows:
        return
    territories = np.array([row.territory_id for row in rows])
    # One line a territory, the three of an estimate, one column a profession.
    kept = {slug: np.full((3, len(rows), len(professions)), np.nan) for slug in SLUGS}
    for at, row in enumerate(rows):
        for chosen, found in _indices(row, professions):
            for slug, estimates in found.items():
                kept[slug][:, at, chosen] = (estimates.value, estimates.low, estimates.high)
    for slug, (value, low, high) in kept.items():
        store_scores(connection, release_id, Scores(slug, "", territories, value, low, high))


def _indices(
    row: Row[Any], professions: NDArray[np.int64]
) -> Sequence[tuple[NDArray[np.intp], Mapping[str, Estimates]]]:
    """Return the indices of the professions that are compared with the same people, all of them at once.

    With the positions of these professions; one that nobody practises is not there.
    """
    priority = share(_floats(row.priority_people), _floats(row.people))
    income = share(_floats(row.income_sum), _floats(row.people))
    of_people: dict[tuple[float | None, ...], list[int]] = defaultdict(list)
    for at, profession in enumerate(professions.tolist()):
        told = row.told.get(str(profession))
        if told is not None and any(told["weight"]):
            of_people[tuple(told["people"])].append(at)
    found = []
    for people, same in of_people.items():
        heads = _floats(people)
        kept = np.nan_to_num(heads) > 0
        weight = np.array([row.told[str(professions[at])]["weight"] for at in same], dtype=np.float64).T
        practised = weight[kept].sum(axis=0) > 0
        if kept.sum() < FEWEST or not practised.any():
            continue
        values = density(weight[kept][:, practised], heads[kept][:, None], PER)
        known = None if np.isnan(priority).all() else np.nan_to_num(priority[kept]) >= MAJORITY
        chosen = np.array(same, dtype=np.intp)[practised]
        found.append((chosen, indices_of_many(values, heads[kept], known, income[kept])))
    return found


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array(values, dtype=np.float64)
