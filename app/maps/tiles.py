"""Vector tiles: the base map of OpenStreetMap, the contours of a level, and the located sites.

Contours and sites come from copies generalised by band of zooms, in the map's projection already; values are
not in them, so that changing profession fetches no tile.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, TextClause

from app.db.sql import load
from app.indicators.tile_places import ZOOMS as PLACE_ZOOMS
from app.indicators.wording import LEVELS

LAYERS = ("water", "park", "railway", "road", "place")
BASE, PLACES = "base", "lieux"
# Squares of 200 m are too many, France and the area of the observatory are no territory of the store.
CONTOURS = tuple(level for level in LEVELS if level not in ("carreau", "france", "perimetre"))
TILE_LAYERS = (BASE, PLACES, *CONTOURS)
MAX_ZOOM = 19
# Metres of one of 256 pixels at zoom 0 (EPSG:3857): the circumference of the Earth over 256.
PIXEL_AT_0 = 40_075_016.685578488 / 256
# From which zoom on a rank is drawn: motorways and cities first, streets and hamlets last.
RANK_ZOOMS = ((1, 0), (2, 9), (3, 11), (4, 13))
EVERY_RANK = 32_767
# From which zoom on each copy of the contours is needed: see app/territory/simplify.py.
CONTOUR_BANDS = ((14, 0), (11, 1), (9, 2), (0, 3))


@dataclass(frozen=True, slots=True)
class TileAddress:
    """A square of the web's map grid."""

    zoom: int
    x: int
    y: int

    @classmethod
    def read(cls, place: str) -> "TileAddress":
        """Return the square written z/x/y."""
        zoom, x, y = place.split("/")
        return cls(int(zoom), int(x), int(y))

    @property
    def exists(self) -> bool:
        """Say whether the grid has such a square."""
        side = 1 << self.zoom
        return 0 <= self.zoom <= MAX_ZOOM and 0 <= self.x < side and 0 <= self.y < side

    @property
    def pixel(self) -> float:
        """Return the size of a screen pixel, in metres of EPSG:3857."""
        return PIXEL_AT_0 / (1 << self.zoom)


@dataclass(frozen=True, slots=True)
class DrawnTile:
    """One tile as Mapbox Vector Tile bytes, empty where nothing is drawn, and the release it was cut from."""

    release_id: int
    vintage: date
    fingerprint: str
    mvt: bytes


def highest_rank(zoom: int) -> int:
    """Return the last rank drawn at a zoom; from 14 on everything is.

    >>> [highest_rank(zoom) for zoom in (3, 9, 12, 13, 14)]
    [1, 2, 3, 4, 32767]
    """
    if zoom > RANK_ZOOMS[-1][1]:
        return EVERY_RANK
    return max(rank for rank, first in RANK_ZOOMS if zoom >= first)


def contour_band(zoom: int) -> int:
    """Return which copy of the contours a zoom draws, 0 the full one.

    >>> [contour_band(zoom) for zoom in (0, 8, 9, 10, 11, 13, 14, 19)]
    [3, 3, 2, 2, 1, 1, 0, 0]
    """
    return next(band for first, band in CONTOUR_BANDS if zoom >= first)


def place_band(zoom: int) -> int:
    """Return which copy of the sites a zoom draws: named by its last zoom, 0 for every site.

    >>> [place_band(zoom) for zoom in (0, 5, 6, 12, 13, 14)]
    [5, 5, 6, 13, 13, 0]
    """
    return next((last for last in PLACE_ZOOMS if zoom <= last), 0)


def draw_tile(connection: Connection, layer: str, tile: TileAddress) -> DrawnTile | None:
    """Return one tile of a layer of ``TILE_LAYERS`` in the published release; None without one."""
    statement, values = tile_statement(layer, tile)
    return drawn(connection.execute(statement, values).one_or_none())


def tile_statement(layer: str, tile: TileAddress) -> tuple[TextClause, dict[str, object]]:
    """Return the statement of a tile and its values; ``drawn`` reads its row.

    One statement, so that the release and the tile are of one moment. Features of the base map carry ``name``
    and ``rank`` in the layers of ``LAYERS``; contours ``code`` and ``name``; sites ``sites``, how many stand
    at a point.
    """
    square: dict[str, object] = {"z": tile.zoom, "x": tile.x, "y": tile.y}
    if layer == BASE:
        return load("app.maps", "base_tile"), square | _base(tile)
    if layer == PLACES:
        return load("app.maps", "place_tile"), square | {"layer": layer, "band": place_band(tile.zoom)}
    return load("app.maps", "shape_tile"), square | {"level": layer, "band": contour_band(tile.zoom)}


def drawn(row: Any | None) -> DrawnTile | None:  # noqa: ANN401 - a row of either driver
    """Return the tile of a row of ``tile_statement``."""
    return DrawnTile(row.id, row.vintage, row.fingerprint, bytes(row.mvt or b"")) if row else None


def _base(tile: TileAddress) -> dict[str, object]:
    """Return what the base map draws at a zoom: lines simplified to half a pixel, no area under four pixels.

    So a tile's size does not grow when one zooms out.
    """
    return {
        "kinds": list(LAYERS),
        "rank": highest_rank(tile.zoom),
        "tolerance": tile.pixel / 2,
        "smallest": 4 * tile.pixel**2,
    }
