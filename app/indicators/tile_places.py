"""Where practitioners and establishments are, thinned for the zooms of tiles: half a million points once."""

from datetime import date

from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.placing import LOCATED

# Below zoom 14 one point stands for a cell of four pixels of a screen tile of 512, at its band's last zoom. A
# band for two zooms gives the farther one four times as many points: where they count, each zoom has its own.
ZOOMS = (5, 6, 7, 8, 9, 11, 13)
CELLS = 128


def store_tile_places(connection: Connection, release_id: int, vintage: date, finess_vintage: date) -> None:
    """Fill ``indicator.tile_place`` of a release whose sites are placed."""
    connection.execute(
        load("app.indicators", "tile_place_insert"),
        {
            "release_id": release_id,
            "vintage": vintage,
            "finess_vintage": finess_vintage,
            "classes": sorted(LOCATED),
            "zooms": list(ZOOMS),
            "cells": CELLS,
        },
    )
