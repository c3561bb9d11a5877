"""Where people live, cell by cell, and how the people of a cell are split over territories.

A cell is a 200 m square of the published release, an IRIS where the release has no square. What the squares'
own file counts (ages, households) is brought to the published total of the cell, whose people are those of
the IRIS (METHODS 3), so that cells and territories agree.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.decay import Floats
from app.indicators.weighting import Integers, Pieces

PACKAGE = "app.indicators"
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
        if not len(self.id):
            return np.full(len(ids), -1, dtype=np.intp)
        at = np.minimum(np.searchsorted(self.id, ids), len(self.id) - 1)
        return np.where(self.id[at] == ids, at, -1)


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
    rows = connection.execute(load(PACKAGE, "cells_people")).all()
    people = np.array([row.people for row in rows], dtype=np.float64)
    unknown = (np.nan,) * len(AGE_CLASSES)
    ages = np.array([row.ages or unknown for row in rows], dtype=np.float64).reshape(-1, len(AGE_CLASSES))
    counted = np.array([row.counted for row in rows], dtype=np.float64)
    households = np.array([row.households for row in rows], dtype=np.float64)
    poor = np.array([row.poor_households for row in rows], dtype=np.float64)
    return Cells(
        id=np.array([row.id for row in rows], dtype=np.int32),
        people=people,
        ages=ages * _ratio(people, ages.sum(axis=1))[:, None],
        households=households * _ratio(people, counted),
        poor_households=poor * _ratio(people, counted),
        imputed=np.array([row.imputed for row in rows], dtype=np.bool_),
    )


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, NaN where the whole is unknown or nothing."""
    ratio: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return ratio


def load_points(connection: Connection, cells: Cells) -> Floats:
    """Return where the people of each cell leave from, (n, 2) degrees; NaN for a cell without a drawing."""
    rows = connection.execute(load(PACKAGE, "cells_points"), {"ids": cells.id.tolist()}).all()
    return np.array([(row.lon, row.lat) for row in rows], dtype=np.float64).reshape(-1, 2)


def load_split(connection: Connection, level: str, cells: Cells) -> Split:
    """Read how cells are split over the territories of a level of the published release."""
    rows = connection.execute(load(PACKAGE, "cells_pieces"), {"level": level}).all()
    cell = cells.positions(np.array([row.cell_id for row in rows], dtype=np.int32))
    known = cell >= 0
    held = np.array([row.territory_id for row in rows], dtype=np.int32)[known]
    territories, territory = np.unique(held, return_inverse=True)
    people = np.array([row.people for row in rows], dtype=np.float64)[known]
    return Split(territories, Pieces(territory, cell[known], people, len(territories)))
