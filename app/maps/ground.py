"""What lies in the frame of a printed map: streets, water, names, and the outlines of territories."""

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from app.db.sql import load
from app.maps.paper import Box, Frame, Paper, framed, legal_projection

# A tenth of a millimetre: no printer shows less.
INK_MM = 0.1
SMALLEST_MM2 = 1.0
KINDS = ("water", "park", "railway", "road", "place")
# From how many metres a millimetre on the last rank of roads that is drawn.
ROAD_RANKS = ((12.0, 32_767), (25.0, 4), (60.0, 3), (200.0, 2))
FEWEST_ROADS = 1


@dataclass(frozen=True, slots=True)
class Feature:
    """Something of the base map, in metres of the frame's projection."""

    kind: str
    rank: int
    name: str | None
    geom: BaseGeometry


@dataclass(frozen=True, slots=True)
class Outline:
    """A territory in the frame, in metres of its projection."""

    id: int
    level: str
    code: str
    name: str
    geom: BaseGeometry


@dataclass(frozen=True, slots=True)
class Place:
    """Where a map is: the frame, and its middle in degrees WGS 84."""

    frame: Frame
    longitude: float
    latitude: float


def place_of(connection: Connection, territory_id: int, paper: Paper, room: float) -> Place:
    """Return the place of the map of a territory, in its legal projection."""
    west, south, east, north = _box(connection, "sheet_extent", {"territory_id": territory_id})
    middle = ((west + east) / 2, (south + north) / 2)
    srid = legal_projection(*middle)
    box = _box(connection, "sheet_box", {"territory_id": territory_id, "srid": srid})
    return Place(framed(srid, box, paper, room), *middle)


def ground_of(connection: Connection, frame: Frame) -> list[Feature]:
    """Return the base map of a frame, larger roads last so that they are drawn over smaller ones."""
    scale = frame.metres_per_mm
    ranks = [rank for largest, rank in ROAD_RANKS if scale <= largest]
    parameters = {
        **_asked(frame),
        "kinds": list(KINDS),
        "rank": ranks[0] if ranks else FEWEST_ROADS,
        "smallest": SMALLEST_MM2 * scale**2,
    }
    rows = connection.execute(load("app.maps", "sheet_ground"), parameters)
    found = [Feature(row.kind, row.rank or 0, row.name, _geometry(row.geom)) for row in rows if row.geom]
    return [feature for feature in found if not feature.geom.is_empty]


def outlines_of(connection: Connection, frame: Frame, levels: list[str]) -> list[Outline]:
    """Return the territories of ``levels`` that meet the frame, in the order of levels, then codes."""
    rows = connection.execute(load("app.maps", "sheet_outlines"), {**_asked(frame), "levels": levels})
    return [Outline(row.id, row.level, row.code, row.name, _geometry(row.geom)) for row in rows]


def _box(connection: Connection, name: str, parameters: dict[str, object]) -> Box:
    row = connection.execute(load("app.maps", name), parameters).one()
    return row.west, row.south, row.east, row.north


def _asked(frame: Frame) -> dict[str, object]:
    west, south, east, north = frame.box
    return {
        "srid": frame.srid,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "tolerance": INK_MM * frame.metres_per_mm,
    }


def _geometry(wkb: object) -> BaseGeometry:
    return shapely.from_wkb(bytes(wkb))  # type: ignore[call-overload]
