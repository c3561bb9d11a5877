"""An extract of streets over the small registers: a square grid, as an OpenStreetMap file."""

from pathlib import Path

import osmium
from small_registers import point

SIDE, STEP = 12, 100  # streets each way, metres between two
HOME = {"highway": "residential", "name": "Rue du Mole"}


def streets(folder: Path, *, name: str = "ville.osm.pbf", without: int = 0) -> Path:
    """Write a grid whose streets along the meridian leave out the last ``without``."""
    mutable = osmium.osm.mutable
    path = folder / name
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for line in range(SIDE):
            for column in range(SIDE):
                place = point(column * STEP, line * STEP)
                writer.add_node(mutable.Node(id=1 + line * SIDE + column, location=place, version=1))
        for line in range(SIDE):
            along = [1 + line * SIDE + rank for rank in range(SIDE)]
            writer.add_way(mutable.Way(id=1 + line, nodes=along, tags=HOME, version=1))
        for column in range(SIDE - without):
            across = [1 + rank * SIDE + column for rank in range(SIDE)]
            writer.add_way(mutable.Way(id=1_001 + column, nodes=across, tags=HOME, version=1))
    return path
