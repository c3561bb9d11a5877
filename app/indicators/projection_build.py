"""Age classes of a release, made wide enough to be shown before anything can read them (METHODS 11).

The table as the city brought it stays in ``supply``, which no role of the API reads.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, insert

from app.db.sql import load
from app.db.tables import pyramid
from app.indicators.density import Floats
from app.indicators.projection import NO_LIMIT, AgeClass, widened
from app.indicators.secrecy import hidden_overlapping, too_few

type Classes = tuple[tuple[int, int], ...]

WHOLE = (20, NO_LIMIT)


class Table:
    """The classes of one profession in one territory: bounds and head-counts (NaN unknown).

    ``whole`` is the number of the profession that counts the same people among others, None where none does.
    """

    def __init__(self, rows: list[Row[Any]]) -> None:
        self.territory: int = rows[0].territory_id
        self.whole: int | None = rows[0].whole_id
        self.level: str = rows[0].level
        self.parents: frozenset[int] = frozenset(rows[0].parents)
        self.classes: Classes = tuple((row.age_from, row.age_to) for row in rows)
        self.counts: Floats = np.array([row.headcount for row in rows], dtype=np.float64)


def store_pyramids(connection: Connection, release_id: int) -> None:
    """Fill ``indicator.pyramid`` of a release from the age table in force, where there is one."""
    rows = connection.execute(load("app.indicators", "pyramid_ages"), {"release_id": release_id}).all()
    written = []
    told = {
        profession: [Table(list(own)) for _, own in groupby(lines, key=lambda row: row.territory_id)]
        for profession, lines in groupby(rows, key=lambda row: row.profession_id)
    }
    for profession, tables in told.items():
        for table, classes in zip(tables, shown(tables, told), strict=True):
            written += [
                {
                    "release_id": release_id,
                    "territory_id": table.territory,
                    "profession_id": profession,
                    "age_from": one.first,
                    "age_to": one.last,
                    "headcount": one.headcount,
                    "status": one.status,
                }
                for one in classes
            ]
    if written:
        connection.execute(insert(pyramid), written)


def shown(tables: list[Table], told: Mapping[int, list[Table]]) -> Iterator[list[AgeClass]]:
    """Yield, for each territory of one profession, the classes that may be shown.

    ``told`` are the tables of every profession: one that is part of another (child psychiatrists) must not
    give back by difference the few who are only of the other.
    """
    hidden = _hidden_wholly(tables)
    for table, secret in zip(tables, hidden, strict=True):
        wholes = [] if table.whole is None else told.get(table.whole, [])
        others = [one.counts - table.counts for one in wholes if _same(one, table)]
        differs = any(one.territory == table.territory and not _same(one, table) for one in wholes)
        if secret or differs or any(too_few(np.nansum(one), "practitioners") for one in others):
            yield [AgeClass(*WHOLE, None, "suppressed")]
        else:
            rests = [*_rests(table, tables), *(np.nan_to_num(one) for one in others)]
            yield widened(table.classes, table.counts, rests)


def _same(one: Table, other: Table) -> bool:
    """Return whether two tables are of the same territory in the same classes, and so can be subtracted."""
    return one.territory == other.territory and one.classes == other.classes


def _hidden_wholly(tables: list[Table]) -> list[bool]:
    """Return which territories are about too few, or would give back one that is.

    A piece is what a territory has besides those inside it that the table also tells.
    """
    total = np.array([np.nansum(table.counts) for table in tables])
    inside = [
        [rank for rank, other in enumerate(tables) if table.territory in other.parents] for table in tables
    ]
    direct = [[rank for rank in held if not any(rank in inside[other] for other in held)] for held in inside]
    pieces = np.array(
        [max(0.0, whole - total[held].sum()) for whole, held in zip(total, direct, strict=True)]
    )
    member = np.eye(len(tables), dtype=np.bool_)
    for rank, held in enumerate(inside):
        member[rank, held] = True
    levels = sorted({table.level for table in tables})
    level = [levels.index(table.level) for table in tables]
    return [bool(one) for one in hidden_overlapping(pieces, member, "practitioners", level)]


def _rests(table: Table, tables: list[Table]) -> Iterator[Floats]:
    """Yield what subtracting nested territories leaves, class by class; what is unknown leaves nothing.

    Larger ones without this one, this one without each inside it, and without all those of a level.
    """
    alike = [other for other in tables if other.classes == table.classes]
    for other in alike:
        if other.territory in table.parents:
            yield np.nan_to_num(other.counts - table.counts)
    inside = [other for other in alike if table.territory in other.parents]
    for other in inside:
        yield np.nan_to_num(table.counts - other.counts)
    for level in {other.level for other in inside}:
        together = np.sum([other.counts for other in inside if other.level == level], axis=0)
        yield np.nan_to_num(table.counts - together)
