"""Where each site of a release is, and how well that is known."""

from datetime import date

from sqlalchemy import Connection

from app.db.sql import forget_temporary, run

TEMPORARY = ("wanted", "matched", "placed")


def place(connection: Connection, release_id: int, vintage: date, finess_vintage: date) -> None:
    """Fill ``supply.placement`` of a release; its territories are chosen before, in the same transaction."""
    forget_temporary(connection, *TEMPORARY)
    run(
        connection,
        "app.supply",
        ("wanted_sites", "matched_sites", "placed_sites", "placed_index", "placement_insert"),
        {"release_id": release_id, "vintage": vintage, "finess_vintage": finess_vintage},
    )
