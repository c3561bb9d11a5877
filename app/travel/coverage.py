"""Where a graph has streets, and which communes of the territory it leaves out."""

from dataclasses import dataclass

import numpy as np
import shapely
from sqlalchemy import Connection

from app.db.sql import load
from app.travel.extract import Box
from app.travel.streets import EARTH_METRES_A_DEGREE, Streets

SQUARE_M = 1_000.0  # streets this near to each other are one covered area
MARGIN_KM = 20.0  # kept around the territory: half an hour of ordinary roads
COVERED_SHARE = 0.8  # of a commune's area


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune of the territory, with its contour in WGS84."""

    code: str
    name: str
    contour: shapely.Geometry


def communes_of(connection: Connection, within: str | None) -> list[Commune]:
    """Return the communes of a territory such as « epci:243500139 »; all that are known without one."""
    level, _, code = (within or "").partition(":")
    rows = connection.execute(load("app.travel", "territory_communes"), {"level": level, "code": code}).all()
    if not rows and within:
        return communes_of(connection, None)
    return [Commune(row.code, row.name, shapely.from_wkb(bytes(row.contour))) for row in rows]


def box_around(communes: list[Commune]) -> Box | None:
    """Return the box that holds communes and MARGIN_KM more, in degrees; None without communes."""
    if not communes:
        return None
    west, south, east, north = shapely.total_bounds([one.contour for one in communes])
    up = MARGIN_KM * 1000 / EARTH_METRES_A_DEGREE
    aside = up / np.cos(np.radians((south + north) / 2))
    return float(west - aside), float(south - up), float(east + aside), float(north + up)


def covered_area(streets: Streets) -> shapely.Geometry:
    """Return the area within about SQUARE_M of a street that somebody may use, a multipolygon in degrees."""
    used = ~np.isnan(streets.seconds).all(axis=(0, 1))
    junctions = streets.junctions[np.union1d(streets.start[used], streets.end[used])]
    squares = np.unique(np.floor(streets.metres(junctions) / SQUARE_M), axis=0) * SQUARE_M
    low, high = squares - SQUARE_M / 2, squares + SQUARE_M * 1.5
    area = shapely.union_all(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))
    return shapely.multipolygons(shapely.get_parts(shapely.transform(area, streets.degrees)))


def outside(communes: list[Commune], area: shapely.Geometry) -> list[Commune]:
    """Return the communes of which more than a fifth lies where a graph has no street."""
    if not communes:
        return []
    contours = np.array([one.contour for one in communes])
    share = shapely.area(shapely.intersection(contours, area)) / shapely.area(contours)
    return [one for one, part in zip(communes, share, strict=True) if part < COVERED_SHARE]
