"""One vintage of FINESS merged into the history of establishments."""

from datetime import date

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from app.db.sql import load, run
from app.supply.address import WrittenAddress, normalise
from app.supply.annuaire import insert_sites, site_row

HISTORY = (
    *("finess_incoming", "finess_held", "finess_departements", "finess_unheld", "finess_ending"),
    *("finess_close", "finess_resume", "finess_unopen", "finess_touching", "finess_absorb"),
    *("finess_extend", "finess_open", "finess_site_names"),
)


def merge(connection: Connection, vintage: date, file_id: int, *, replaced: int | None = None) -> None:
    """Merge ``staging.finess``: the establishments of the départements it holds, until their next vintage.

    Whatever the order of loading, the history is the same. ``replaced`` is the file that stood for this date.
    """
    found = connection.execute(load("app.supply", "finess_rows")).mappings()
    insert_sites(connection, (_site_of(row) for row in found))
    values = {"vintage": vintage, "file_id": file_id, "replaced": replaced}
    run(connection, "app.supply", HISTORY, values)


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
