"""People of any polygon: what a published quartier would have there, computed when asked."""

from dataclasses import dataclass

import shapely
from sqlalchemy import Connection, Row

from app.db.sql import load

PACKAGE = "app.territory"


@dataclass(frozen=True, slots=True)
class AreaPeople:
    """People of an area: ``values`` by age class and sex; none where nothing is known.

    ``method`` is what says where they live (cells, addresses or area), ``imputed_share`` the part of them in
    squares that INSEE imputed, ``coverage`` the part of the area in IRIS of a known population, 0 to 1; both
    None where they have no sense.
    """

    values: dict[tuple[str, str], float]
    method: str | None
    imputed_share: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class AreaCommune:
    """A commune that an area lies in, and the part of the area that it holds, 0 to 1."""

    id: int
    code: str
    name: str
    share: float


def area_people(connection: Connection, area: shapely.Geometry) -> AreaPeople:
    """Return who lives in an area of EPSG:4326, by the published release."""
    rows = _read(connection, "area_people", area)
    values = {(row.age_class, row.sex): float(row.value) for row in rows}
    if not values:
        return AreaPeople({}, None, None, None)
    first = rows[0]
    return AreaPeople(values, first.method, first.imputed_share, first.coverage)


def area_communes(connection: Connection, area: shapely.Geometry) -> tuple[AreaCommune, ...]:
    """Return the published communes that hold more than 5 % of an area; none when it lies in no one."""
    rows = _read(connection, "area_communes", area)
    return tuple(AreaCommune(row.id, row.code, row.name, row.share) for row in rows)


def _read(connection: Connection, name: str, area: shapely.Geometry) -> list[Row[tuple[object, ...]]]:
    return list(connection.execute(load(PACKAGE, name), {"wkb": shapely.to_wkb(area)}).all())
