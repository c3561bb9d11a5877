"""Written streets that their commune does not know, compared once with those that it does."""

from collections.abc import Iterator, Sequence
from itertools import batched, groupby

from sqlalchemy import Connection, Row, insert

from app.db.sql import load
from app.db.tables import street_match
from app.supply.fuzzy import RULES, StreetList, resembling, street

# Rows stored at a time.
BATCH = 5_000


def compare_streets(connection: Connection, release_id: int) -> int:
    """Fill ``supply.street_match`` for the streets that nothing matches, and return how many were new.

    The temporary tables of a placement (``wanted``, ``aim``) are there already.
    """
    unmatched = connection.execute(
        load("app.supply", "unmatched_streets"), {"release_id": release_id, "rules": RULES}
    ).all()
    for rows in batched(_compared(connection, release_id, unmatched), BATCH):
        connection.execute(insert(street_match), list(rows))
    if unmatched:
        connection.exec_driver_sql("ANALYZE supply.street_match")
    return len(unmatched)


def _compared(
    connection: Connection, release_id: int, unmatched: Sequence[Row[tuple[int, str, str]]]
) -> Iterator[dict[str, object]]:
    for commune_code, rows in groupby(unmatched, key=lambda row: row.commune_code):
        known = connection.execute(
            load("app.supply", "commune_streets"), {"release_id": release_id, "commune_code": commune_code}
        ).scalars()
        streets = StreetList([street(key) for key in known])
        for row in rows:
            found = resembling(street(row.street_key), streets)
            yield {
                "source_file_id": row.source_file_id,
                "rules": RULES,
                "commune_code": commune_code,
                "street_key": row.street_key,
                "found": [likeness.key for likeness in found],
                "scores": [likeness.score for likeness in found],
            }
