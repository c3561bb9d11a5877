"""Where people live, cell by cell, and how the people of a cell are split over territories.

A cell is a 200 m square of the published release, an IRIS where the release has no square. What the squares'
own file counts (ages, households) is brought to the published total of the cell, whose people are those of
the IRIS (METHODS 3), so that cells and territories agree.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from app.db.sql import load
from app.db.tables import cell_split
from app.indicators.decay import Floats
from app.indicators.weighting import Integers, Pieces
from app.indicators.wording import LEVELS
from app.travel.failures import GraphError

PACKAGE = "app.indicators"
NUMBER, PEOPLE = "<i4", "<f8"
SENT_NUMBER, SENT = ">i4", ">f8"  # as PostgreSQL sends them
AGE_CLASSES = ("0-3", "4-5", "6-10", "11-17", "18-24", "25-39", "40-54", "55-64", "65-79", "80+")


@dataclass(frozen=True, slots=True)
class Cells:
    """Inhabited cells of a release, (n,) each: ``id`` is the territory's, ascending.

    ``ages`` is (n, 10) people of AGE_CLASSES; ``households`` and ``poor_households`` are households; NaN
    where the cell does not say. ``imputed``: too few live there, the file estimated what it says of them.
    """

    id: NDArray[np.int32]
    people: Floats
    ages: Floats
    households: Floats
    poor_households: Floats
    imputed: NDArray[np.bool_]

    def positions(self, ids: Integers) -> NDArray[np.intp]:
        """Return where cells lie in the arrays above, -1 for one that is not there."""
        return positions(self.id, ids)


def positions(known: Integers, ids: Integers) -> NDArray[np.intp]:
    """Return where numbers lie among known ones, which are ascending; -1 for one that is not there.

    >>> positions(np.array([3, 5, 9]), np.array([5, 4])).tolist()
    [1, -1]
    """
    if not len(known):
        return np.full(len(ids), -1, dtype=np.intp)
    at = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    return np.where(known[at] == ids, at, -1)


@dataclass(frozen=True, slots=True)
class Split:
    """How cells are split over the territories of a level: ``territories`` are their ids, ascending.

    ``pieces`` speaks of positions in ``territories`` and in the cells. A territory in which no cell lies is
    not there.
    """

    territories: NDArray[np.int32]
    pieces: Pieces

    def only(self, territories: Integers) -> Pieces:
        """Return the pieces of some territories, in the order given; those without a cell have no piece."""
        order = np.argsort(territories)
        at = np.minimum(np.searchsorted(territories[order], self.territories), max(len(order) - 1, 0))
        wanted = np.isin(self.territories, territories)
        place = np.zeros(len(self.territories), dtype=np.intp)
        place[wanted] = order[at[wanted]]
        kept = wanted[self.pieces.territory]
        return Pieces(
            place[self.pieces.territory[kept]],
            self.pieces.cell[kept],
            self.pieces.people[kept],
            len(territories),
        )


def load_cells(connection: Connection) -> Cells:
    """Read the inhabited cells of the published release; there may be none."""
    row = connection.execute(load(PACKAGE, "cells_people")).mappings().one()
    read = {name: np.frombuffer(row[name], SENT) for name in row.keys() - {"ids"}}
    people, counted = read["people"].astype(np.float64), read["counted"]
    ages = read["ages"].reshape(-1, len(AGE_CLASSES))
    return Cells(
        id=np.frombuffer(row["ids"], SENT_NUMBER).astype(np.int32),
        people=people,
        ages=ages * _ratio(people, ages.sum(axis=1))[:, None],
        households=read["households"] * _ratio(people, counted),
        poor_households=read["poor_households"] * _ratio(people, counted),
        imputed=read["imputed"] > 0,
    )


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, NaN where the whole is unknown or nothing."""
    ratio: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return ratio


def load_points(connection: Connection, cells: Cells) -> Floats:
    """Return where the people of each cell leave from, (n, 2) degrees; NaN for a cell without a drawing."""
    rows = connection.execute(load(PACKAGE, "cells_points"), {"ids": cells.id.tolist()}).all()
    return np.array([(row.lon, row.lat) for row in rows], dtype=np.float64).reshape(-1, 2)


def store_splits(connection: Connection, release_id: int) -> bool:
    """Cut the cells of a release along the territories of every level and keep the pieces; False if kept.

    Cutting takes seconds on a large city, which no reader should wait for.
    """
    kept = select(func.count()).where(cell_split.c.release_id == release_id)
    if connection.execute(kept).scalar_one() == len(LEVELS):
        return False
    rows = connection.execute(load(PACKAGE, "cells_split_build"), {"release_id": release_id}).all()
    levels = np.array([row.level for row in rows])
    columns = {
        name: np.array([getattr(row, column) for row in rows], dtype=kind)
        for name, column, kind in (
            ("territory_ids", "territory_id", NUMBER),
            ("cell_ids", "cell_id", NUMBER),
            ("people", "people", PEOPLE),
        )
    }
    for level in LEVELS:
        mine = {name: column[levels == level].tobytes() for name, column in columns.items()}
        values = {"release_id": release_id, "level": level, **mine}
        connection.execute(load(PACKAGE, "cells_split_insert"), values)
    return True


def load_split(connection: Connection, level: str, cells: Cells) -> Split:
    """Read how cells are split over the territories of a level of the published release.

    Raises GraphError when the release was never asked to keep it.
    """
    row = connection.execute(load(PACKAGE, "cells_split"), {"level": level}).one_or_none()
    if row is None:
        raise GraphError(
            "La répartition des habitants de cette version entre ses territoires n'a pas été calculée.",
            hint="Calculez-la : observatoire release build",
        )
    cell = cells.positions(np.frombuffer(row.cell_ids, NUMBER))
    known = cell >= 0
    territories, territory = np.unique(np.frombuffer(row.territory_ids, NUMBER)[known], return_inverse=True)
    people = np.frombuffer(row.people, PEOPLE)[known]
    return Split(territories, Pieces(territory, cell[known], people, len(territories)))
