"""Territories of a release, how they nest, and how many people live in each."""

from sqlalchemy import Connection

from app.db.sql import forget_temporary, run

TEMPORARY = ("chosen", "in_commune", "piece", "iris_value", "share")


def choose(connection: Connection, release_id: int) -> None:
    """Fill ``territory.membership`` of a release, and the temporary tables that the next steps read."""
    forget_temporary(connection, *TEMPORARY)
    run(
        connection,
        "app.territory",
        ("chosen_territories", "chosen_indexes", "membership_communes", "membership_insert"),
        {"release_id": release_id},
    )


def populate(connection: Connection, release_id: int) -> None:
    """Fill ``territory.population`` of a release; ``choose`` comes first, in the same transaction."""
    run(
        connection,
        "app.territory",
        (
            *("population_pieces", "population_iris", "population_bare_iris", "population_piece_index"),
            *("population_shares", "population_small", "population_communes", "population_above"),
        ),
        {"release_id": release_id},
    )
