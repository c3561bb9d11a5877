"""What is practised in any polygon: people and establishments of each profession, as in a quartier."""

from dataclasses import dataclass
from datetime import date

import shapely
from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.wording import Scope

PACKAGE = "app.indicators"


@dataclass(frozen=True, slots=True)
class AreaCount:
    """Located supply of one profession in an area: heads, their shares (``weight``, in persons), places."""

    headcount: int
    weight: float
    sites: int


NOBODY = AreaCount(0, 0.0, 0)


def area_supply(
    connection: Connection, area: shapely.Geometry, scope: Scope, people_day: date, places_day: date
) -> dict[int, AreaCount]:
    """Return the counts of an area of EPSG:4326 by profession's number; NOBODY for those that are not there.

    ``people_day`` and ``places_day`` are the days of the annuaire and of FINESS.
    """
    values = {
        "wkb": shapely.to_wkb(area),
        "scope": scope,
        "people_day": people_day,
        "places_day": places_day,
    }
    rows = connection.execute(load(PACKAGE, "area_supply"), values).all()
    return {row.profession_id: AreaCount(row.headcount, row.weight, row.sites) for row in rows}


def area_unlocated(connection: Connection, communes: list[int], scope: Scope) -> dict[int, int]:
    """Return, by profession's number, those that some communes have without knowing where."""
    rows = connection.execute(load(PACKAGE, "area_unlocated"), {"communes": communes, "scope": scope}).all()
    return {row.profession_id: row.unlocated for row in rows}
