"""What a profession offers at each site, and who could ask for it in each cell, as published."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.cells import Cells
from app.indicators.decay import Floats

PACKAGE = "app.indicators"


@dataclass(frozen=True, slots=True)
class Supply:
    """Located sites, ascending, and the persons (or establishments) that each offers; shape (n,).

    ``acts`` (n,) is how many acts a year one of them does, NaN where nobody told. ``elsewhere`` is what is
    offered at sites placed no better than their commune: no travel time leads there.
    """

    site: NDArray[np.int32]
    amount: Floats
    elsewhere: float
    acts: Floats

    def known_share(self) -> float | None:
        """Return the part of what is offered whose acts are known, from 0 to 1; None without any offer."""
        whole = float(self.amount.sum())
        return float(self.amount[~np.isnan(self.acts)].sum()) / whole if whole else None


def load_supply(connection: Connection, profession_id: int, scope: str | None, vintage: date) -> Supply:
    """Read the supply of the published release on a day; ``scope`` is None for establishments."""
    name = "accessibility_establishments" if scope is None else "accessibility_practices"
    values: dict[str, object] = {"profession_id": profession_id, "vintage": vintage}
    rows = connection.execute(
        load(PACKAGE, name), values if scope is None else values | {"scope": scope}
    ).all()
    located = [row for row in rows if row.located]
    return Supply(
        site=np.array([row.site_id for row in located], dtype=np.int32),
        amount=np.array([row.amount for row in located], dtype=np.float64),
        elsewhere=float(sum(row.amount for row in rows if not row.located)),
        acts=np.array([None if scope is None else row.acts for row in located], dtype=np.float64),
    )


def load_demand(connection: Connection, cells: Cells, age: str, sex: str) -> Floats | None:
    """Return the people of an age class and sex in each cell, (cells,); None when it is not published."""
    if (age, sex) == ("all", "T"):
        return cells.people
    rows = connection.execute(load(PACKAGE, "accessibility_demand"), {"age": age, "sex": sex}).all()
    if not rows:
        return None
    at = cells.positions(np.array([row.id for row in rows], dtype=np.int32))
    people = np.zeros(len(cells.id))
    people[at[at >= 0]] = np.array([row.value for row in rows], dtype=np.float64)[at >= 0]
    return people
