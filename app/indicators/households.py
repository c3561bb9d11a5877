"""Households of every territory of a release, and which of them are told nowhere (METHODS 11)."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.db.sql import forget_temporary, load, run
from app.indicators.secrecy import FEWEST, hidden_overlapping, hidden_parts

PACKAGE = "app.indicators"
SLIVER = 0.01  # of an IRIS: what a border drawn a little aside takes of it
CROSSING = ("qpv", "quartier", "perimetre")  # levels that do not follow the IRIS


def store_needs(connection: Connection, release_id: int) -> None:
    """Fill ``indicator.need`` of a release; ``populate`` comes first, in the same transaction."""
    forget_temporary(connection, "need_part", "need_living", "need_met")
    statements = ("need_living", "need_met", "need_analyze", "need_parts", "need_insert")
    run(connection, PACKAGE, statements, {"release_id": release_id})
    fewest = FEWEST["households"]
    limits = {"fewest": fewest, "sliver": SLIVER}
    crossed = connection.execute(load(PACKAGE, "need_crossed"), limits).all()
    communes = connection.execute(load(PACKAGE, "need_communes"), {"release_id": release_id}).all()
    hidden = hidden_inside(crossed) | hidden_communes(communes)
    connection.execute(
        load(PACKAGE, "need_hide"), {"release_id": release_id, "hidden": sorted(hidden), "fewest": fewest}
    )


def hidden_communes(rows: Sequence[Row[Any]]) -> set[int]:
    """Return the communes, and what holds them, that would give back a commune of ten households or fewer.

    Rows are (territory_id, households, above_id); 0 above nothing known.
    """
    if not rows:
        return set()
    above, group = np.unique([row.above_id for row in rows], return_inverse=True)
    parts, totals = hidden_parts([row.households for row in rows], group, "households")
    hidden = {row.territory_id for row, part in zip(rows, parts, strict=True) if part}
    return hidden | {int(one) for one in above[totals]} - {0}


def hidden_inside(rows: Iterable[Row[Any]]) -> set[int]:
    """Return the territories of communes that may not be told, for rows in the order of communes.

    Rows are (commune_id, level, territory_id, base_id, households), ``base_id`` being an IRIS.
    """
    hidden: set[int] = set()
    for _, group in groupby(rows, key=lambda row: row.commune_id):
        of_commune = list(group)
        for level in CROSSING:
            hidden |= _hidden_with([row for row in of_commune if row.level in ("commune", "iris", level)])
    return hidden


def _hidden_with(rows: Sequence[Row[Any]]) -> set[int]:
    """Return which territories may not be told, of a commune, its IRIS and one level that crosses them.

    Territories of that level do not overlap: a piece is what one of them, or none, has of an IRIS.
    """
    ids = list(dict.fromkeys(row.territory_id for row in rows))
    at = {identity: position for position, identity in enumerate(ids)}
    kinds = {row.territory_id: row.level for row in rows}
    names = sorted(set(kinds.values()))
    whole = {row.base_id: row.households or 0.0 for row in rows if row.level == "commune"}
    rest = dict(whole)
    taken = [row for row in rows if row.level in CROSSING]
    pieces = [(row.base_id, row.territory_id, row.households or 0.0) for row in taken]
    for base, _, households in pieces:
        rest[base] -= households
    pieces += [(base, None, left) for base, left in rest.items() if left > SLIVER * whole[base]]
    member = np.zeros((len(ids), len(pieces)), dtype=np.bool_)
    for column, (base, taker, _) in enumerate(pieces):
        for identity in (base, taker):
            if identity in at:
                member[at[identity], column] = True
    for identity, kind in kinds.items():
        if kind == "commune":
            member[at[identity]] = True
    people = [households for _, _, households in pieces]
    found = hidden_overlapping(people, member, "households", [names.index(kinds[each]) for each in ids])
    return {identity for identity, secret in zip(ids, found, strict=True) if secret}
