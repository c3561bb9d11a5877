"""Generalised copies of territories: neighbours keep sharing their borders, so no sliver shows."""

from collections.abc import Iterator

import shapely
from sqlalchemy import Connection

from app.db.sql import load
from app.staging.load import copy_rows

# Tolerance in degrees a band, the root of the area that leaving out a point may change: about 8 m and 60 m.
TOLERANCES = {1: 0.00008, 2: 0.0006}
# Those of tiles alone: a pixel of the last zoom that draws them, 150 m at zoom 10 and 600 m at zoom 8.
TILE_TOLERANCES = {2: 0.0014, 3: 0.006}
# Levels whose territories touch: simplified together as one coverage.
COVERAGES = frozenset(["iris", "quartier", "commune", "epci", "departement", "region"])


def store_shapes(connection: Connection, source_file_id: int) -> None:
    """Write the copies of every territory of a file: ``territory.shape``, and what tiles are cut from."""
    connection.execute(load("app.territory", "shape_full"), {"source_file_id": source_file_id})
    found = connection.execute(
        load("app.territory", "shape_candidates"), {"source_file_id": source_file_id}
    ).all()
    if not found:
        return
    connection.execute(load("app.territory", "simplified_table"))
    columns = ("territory_id", "band", "for_tiles", "wkb")
    copy_rows(connection, "simplified", columns, _simplified([tuple(row) for row in found]))
    connection.execute(load("app.territory", "shape_store"))
    connection.execute(load("app.territory", "tile_shape_fill"), {"source_file_id": source_file_id})


def _simplified(found: list[tuple[int, str, bytes]]) -> Iterator[tuple[str | None, ...]]:
    for level in dict.fromkeys(row[1] for row in found):
        rows = [row for row in found if row[1] == level]
        polygons = shapely.from_wkb([row[2] for row in rows])
        simplify = shapely.coverage_simplify if level in COVERAGES else shapely.simplify
        for for_tiles, tolerances in (("f", TOLERANCES), ("t", TILE_TOLERANCES)):
            for band, tolerance in tolerances.items():
                for (identity, _, _), shape in zip(rows, simplify(polygons, tolerance), strict=True):
                    if not shape.is_empty:
                        yield str(identity), str(band), for_tiles, shapely.to_wkb(shape, hex=True)
