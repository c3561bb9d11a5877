"""Each territory of a list of densities beside the nearest wider one: what its interval lets one say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Integer, Row, Text, any_, cast, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.api import views
from app.api.lookup import Profession, Territory
from app.api.measured import densities
from app.api.parameters import DensitiesQuery
from app.api.queries import density_rows, limited_to
from app.indicators.verdict import beside_sentence, established
from app.indicators.wording import LEVELS, Level

# What a territory is compared with, from the nearest.
REFERENCES: tuple[Level, ...] = ("commune", "epci", "departement", "region", "france")

type Interval = tuple[float | None, float | None, float | None]


@dataclass(frozen=True, slots=True)
class Wider:
    """A wider territory and its density; None is unknown."""

    level: Level
    code: str
    density: float | None


def verdicts(
    connection: Connection,
    rows: Sequence[Row[Any]],
    found: Sequence[Interval],
    *,
    query: DensitiesQuery,
    within: Territory | None,
    profession: Profession,
) -> list[dict[str, object]]:
    """Return the members ``compared_with``, ``verdict`` and ``sentence`` of each territory of a list.

    ``found`` holds (density, low, high) of each.
    """
    nearest = _nearest(connection, query, within, profession)
    beside = [nearest.get(row.id) for row in rows]
    low = np.array([low for _, low, _ in found], dtype=np.float64)
    high = np.array([high for _, _, high in found], dtype=np.float64)
    reference = np.array([one.density if one else None for one in beside], dtype=np.float64)
    return [
        {
            "compared_with": f"{one.level}:{one.code}" if one else None,
            "verdict": verdict,
            "sentence": beside_sentence(verdict, one.level, one.density) if one else None,
        }
        for one, verdict in zip(beside, established(low, high, reference), strict=True)
    ]


def _nearest(
    connection: Connection, query: DensitiesQuery, within: Territory | None, profession: Profession
) -> dict[int, Wider]:
    """Return the nearest wider territory of each territory of a list that has one."""
    t = views.territory.c
    # Neighbours share their parents: each distinct list is read once.
    held = connection.execute(
        select(t.id, cast(t.parents, Text).label("parents")).where(limited_to(query.level, within))
    ).all()
    lists = {row.parents: [int(one) for one in row.parents[1:-1].split(",") if one] for row in held}
    first: dict[str, Wider] = {}
    for level in REFERENCES[_above(query.level) :]:
        left = {parents: listed for parents, listed in lists.items() if parents not in first}
        wider = _wider(
            connection,
            level,
            sorted({one for listed in left.values() for one in listed}),
            query=query,
            profession=profession,
        )
        for parents, listed in left.items():
            inside = [wider[one] for one in listed if one in wider]
            if inside:
                first[parents] = min(inside, key=lambda each: each.code)
    return {row.id: first[row.parents] for row in held if row.parents in first}


def _above(level: Level) -> int:
    """Return the position of the first reference that is wider than a level."""
    rank = LEVELS.index(level)
    return sum(LEVELS.index(one) <= rank for one in REFERENCES)


def _wider(
    connection: Connection, level: Level, ids: Sequence[int], *, query: DensitiesQuery, profession: Profession
) -> dict[int, Wider]:
    """Return the density of the territories of a level, among ``ids``, that others are compared with."""
    if not ids:
        return {}
    # One array, not one parameter a number: PostgreSQL takes 65 535 of those at most.
    wanted = any_(literal(ids, ARRAY(Integer)))
    statement = density_rows(level, None, profession, query.scope)
    rows = connection.execute(statement.where(statement.selected_columns.id == wanted)).all()
    known = densities(rows, query.per, query.measure)
    return {row.id: Wider(level, row.code, value) for row, (value, _, _) in zip(rows, known, strict=True)}
