"""How well a release is placed, counted once when it is built: half a million practices take a second."""

from datetime import date

from sqlalchemy import Connection

from app.db.sql import load

# From the surest to the least; « nowhere » has no address at all (METHODS 2).
CLASSES = ("finess", "housenumber", "street", "locality", "municipality", "none", "nowhere")
LOCATED = frozenset({"finess", "housenumber", "street"})


def store_placing(connection: Connection, release_id: int, vintage: date, finess_vintage: date) -> None:
    """Fill ``indicator.placing`` and ``indicator.folding`` of a release whose sites are placed."""
    connection.execute(
        load("app.indicators", "placing_insert"),
        {
            "release_id": release_id,
            "vintage": vintage,
            "finess_vintage": finess_vintage,
            "classes": list(CLASSES),
        },
    )
    connection.execute(
        load("app.indicators", "folding_insert"), {"release_id": release_id, "vintage": vintage}
    )
