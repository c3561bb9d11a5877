"""The tiles of a release drawn before anybody asks: the far zooms first, which are long to draw and few."""

from collections.abc import Iterator
from math import floor

from sqlalchemy import Connection

from app.db.sql import load
from app.maps.tile_store import KeptTile, TileStore
from app.maps.tiles import PIXEL_AT_0, TILE_LAYERS, TileAddress, draw_tile

# Some seconds of one process, and the zooms at which a city or a département is first seen.
MOST_TILES = 1_500
ZOOMS = range(15)
WORLD = PIXEL_AT_0 * 256


def prerender(connection: Connection, store: TileStore, most: int = MOST_TILES) -> int:
    """Draw and keep the tiles of the published release, ``most`` at the most; return how many were drawn."""
    box = connection.execute(load("app.maps", "drawn_extent")).one()
    drawn_count = 0
    if box.west is None:
        return drawn_count
    for layer, tile in _squares((box.west, box.south, box.east, box.north)):
        if drawn_count >= most:
            break
        drawn = draw_tile(connection, layer, tile)
        if drawn is None:
            break
        folder = store.folder(drawn.release_id, drawn.fingerprint)
        store.keep(folder, layer, tile, KeptTile.of(drawn.mvt))
        drawn_count += 1
    return drawn_count


def _squares(box: tuple[float, float, float, float]) -> Iterator[tuple[str, TileAddress]]:
    """Yield the squares of every layer that meet a box of EPSG:3857, zoom by zoom."""
    west, south, east, north = box
    for zoom in ZOOMS:
        side = WORLD / (1 << zoom)
        columns = range(floor((west + WORLD / 2) / side), floor((east + WORLD / 2) / side) + 1)
        rows = range(floor((WORLD / 2 - north) / side), floor((WORLD / 2 - south) / side) + 1)
        for layer in TILE_LAYERS:
            yield from ((layer, TileAddress(zoom, x, y)) for x in columns for y in rows)
