"""One vintage of FINESS merged into the history of establishments."""

from datetime import date

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from app.db.sql import load
from app.supply.address import WrittenAddress, normalise
from app.supply.annuaire import insert_sites, site_row


def merge(connection: Connection, vintage: date, *, again: bool = False) -> None:
    """Merge ``staging.finess`` as the newest vintage of the départements it holds.

    ``again`` first undoes the same vintage, which must be the last one loaded.
    """
    if again:
        connection.execute(load("app.supply", "establishment_unopen"), {"vintage": vintage})
        connection.execute(load("app.supply", "establishment_reopen"), {"vintage": vintage})
    found = connection.execute(load("app.supply", "finess_rows")).mappings()
    insert_sites(connection, (_site_of(row) for row in found))
    connection.execute(load("app.supply", "finess_incoming"))
    connection.execute(load("app.supply", "finess_close"), {"vintage": vintage})
    connection.execute(load("app.supply", "finess_open"), {"vintage": vintage})


def _site_of(row: RowMapping) -> tuple[str | None, ...]:
    normal = normalise(
        WrittenAddress(
            number=row["street_number"],
            repetition=None,
            street_type=row["street_type"],
            street_name=row["street_name"],
            complement=row["complement"],
            postcode=row["postcode"],
            town=row["town"],
            bureau_cedex=row["town"],
            commune_code=row["commune_code"],
            country=None,
        )
    )
    return site_row(normal, written=None, finess=row["finess"], siret=row["siret"], name=row["name"])
