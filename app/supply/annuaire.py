"""One vintage of the annuaire merged into the history of practices."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.engine import RowMapping

from app.db.sql import load, run
from app.settings import Settings
from app.staging.load import copy_rows
from app.supply.address import NormalAddress, WrittenAddress, normalise
from app.supply.key import check_key, hmac_pads
from app.supply.nomenclature import HEALTH_CENTRE_SECTORS, TELECONSULTATION_SECTOR

NOWHERE = "sans adresse"
NEW_SITE = (
    *("written", "key", "finess", "siret", "name", "number", "repetition", "street", "street_key"),
    *("street_core", "postcode", "town", "town_key", "cedex", "commune_code", "abroad"),
)
# Between a vintage's date and the next one's, the history becomes what the vintage holds.
HISTORY = (
    *("annuaire_ending", "annuaire_close", "annuaire_resume", "annuaire_unopen"),
    *("annuaire_touching", "annuaire_absorb", "annuaire_extend", "annuaire_open"),
)


def merge(
    connection: Connection, settings: Settings, vintage: date, *, following: date | None = None
) -> None:
    """Merge ``staging.annuaire``: practices hold from its date until ``following``, the next vintage loaded.

    Whatever the order of loading, the history is the same. A vintage that was loaded before is replaced.
    Names are those of the newest vintage: an older one brings none. Raises CheckError under another key.
    """
    check_key(connection, settings)
    inner, outer = hmac_pads(settings.hash_key.get_secret_value())
    connection.execute(load("app.supply", "annuaire_activity"), {"inner_pad": inner, "outer_pad": outer})
    newest = following is None
    _add_sites(connection, named=newest)
    connection.execute(
        load("app.supply", "annuaire_practitioners" if newest else "annuaire_past_practitioners")
    )
    connection.execute(
        load("app.supply", "annuaire_incoming"),
        {
            "health_centre_sectors": list(HEALTH_CENTRE_SECTORS),
            "teleconsultation_sector": TELECONSULTATION_SECTOR,
        },
    )
    run(connection, "app.supply", HISTORY, {"vintage": vintage, "following": following})
    if newest:
        run(connection, "app.supply", ("annuaire_forget", "annuaire_site_names"))


def site_row(
    normal: NormalAddress,
    *,
    written: str | None,
    finess: str | None,
    siret: str | None,
    name: str | None,
) -> tuple[str | None, ...]:
    """Return the row of a site in the columns ``NEW_SITE``: known by FINESS number, else by its address."""
    key = f"F|{finess}" if finess else normal.key or (f"S|{siret}" if siret else _nowhere(normal))
    return (
        *(written, key, finess, siret, name),
        *(str(normal.number) if normal.number else None, normal.repetition or None, normal.street),
        *(normal.street_key, normal.street_core, normal.postcode, normal.town, normal.town_key),
        *(normal.cedex, normal.commune_code, "t" if normal.abroad else "f"),
    )


def _nowhere(normal: NormalAddress) -> str:
    return f"{NOWHERE}, étranger" if normal.abroad else NOWHERE


def insert_sites(connection: Connection, rows: Iterator[tuple[str | None, ...]]) -> None:
    """Store sites given in the columns ``NEW_SITE``; known keys are completed, never doubled."""
    connection.execute(load("app.supply", "new_site_table"))
    copy_rows(connection, "new_site", NEW_SITE, rows)
    connection.execute(load("app.supply", "new_site_insert"))
    connection.execute(load("app.supply", "written_address_insert"))


def _add_sites(connection: Connection, *, named: bool) -> None:
    """Store the sites never met before; ``named`` with the names of practices, which may bear a person's."""
    found = connection.execute(load("app.supply", "annuaire_new_addresses")).mappings()
    insert_sites(connection, (_site_of(row, named=named) for row in found))


def _site_of(row: RowMapping, *, named: bool) -> tuple[str | None, ...]:
    normal = normalise(
        WrittenAddress(
            number=row["street_number"],
            repetition=row["repetition"],
            street_type=row["street_type"],
            street_name=row["street_name"],
            complement=row["complement"],
            postcode=row["postcode"],
            town=row["town"],
            bureau_cedex=row["bureau_cedex"],
            commune_code=row["commune_code"],
            country=row["country"],
        )
    )
    return site_row(
        normal,
        written=str(row["written"]),
        finess=row["finess"],
        siret=row["siret"],
        name=row["name"] if named else None,
    )
