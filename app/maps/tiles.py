"""Vector tiles of the base map: OpenStreetMap's water, parks, railways, roads and places under the data."""

from dataclasses import dataclass

from sqlalchemy import Connection

from app.db.sql import load

LAYERS = ("water", "park", "railway", "road", "place")
MAX_ZOOM = 19
# Metres of one of 256 pixels at zoom 0 (EPSG:3857): the circumference of the Earth over 256.
PIXEL_AT_0 = 40_075_016.685578488 / 256
# From which zoom on a rank is drawn: motorways and cities first, streets and hamlets last.
RANK_ZOOMS = ((1, 0), (2, 9), (3, 11), (4, 13))
EVERY_RANK = 32_767


@dataclass(frozen=True, slots=True)
class TileAddress:
    """A square of the web's map grid."""

    zoom: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Say whether the grid has such a square."""
        side = 1 << self.zoom
        return 0 <= self.zoom <= MAX_ZOOM and 0 <= self.x < side and 0 <= self.y < side

    @property
    def pixel(self) -> float:
        """Return the size of a screen pixel, in metres of EPSG:3857."""
        return PIXEL_AT_0 / (1 << self.zoom)


def highest_rank(zoom: int) -> int:
    """Return the last rank drawn at a zoom; from 14 on everything is.

    >>> [highest_rank(zoom) for zoom in (3, 9, 12, 13, 14)]
    [1, 2, 3, 4, 32767]
    """
    if zoom > RANK_ZOOMS[-1][1]:
        return EVERY_RANK
    return max(rank for rank, first in RANK_ZOOMS if zoom >= first)


def base_tile(connection: Connection, tile: TileAddress) -> bytes:
    """Return one tile as Mapbox Vector Tile bytes, empty where nothing is drawn.

    Layers are those of ``LAYERS``; features carry ``name`` and ``rank``. Lines are simplified to half a
    pixel and areas under four pixels dropped, so that a tile's size does not grow when one zooms out.
    """
    parameters = {
        "z": tile.zoom,
        "x": tile.x,
        "y": tile.y,
        "kinds": list(LAYERS),
        "rank": highest_rank(tile.zoom),
        "tolerance": tile.pixel / 2,
        "smallest": 4 * tile.pixel**2,
    }
    tile_bytes = connection.execute(load("app.maps", "base_tile"), parameters).scalar_one()
    return bytes(tile_bytes or b"")
