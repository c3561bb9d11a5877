"""One vintage of FINESS merged into the history of establishments."""

from datetime import date

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from app.db.sql import load, run
from app.staging.load import copy_rows
from app.supply.address import WrittenAddress
from app.supply.site import NEW_SITE, site_row

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
    run(connection, "app.supply", ("new_site_table",))
    copy_rows(connection, "new_site", NEW_SITE, (_site_of(row) for row in found))
    run(connection, "app.supply", ("new_site_complete", "new_site_insert"))
    values = {"vintage": vintage, "file_id": file_id, "replaced": replaced}
    run(connection, "app.supply", HISTORY, values)


def _site_of(row: RowMapping) -> tuple[str | None, ...]:
    written = WrittenAddress(
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
    return site_row(written, finess=row["finess"], siret=row["siret"], name=row["name"])
