"""Addresses, localities and CEDEX codes: what practices are placed with."""

from collections.abc import Iterator

from sqlalchemy import Connection

from app.db.sql import load
from app.staging.load import copy_rows
from app.supply.address import house_number, street_keys, town_key

KEYED = ("id", "street_key", "street_core", "number", "repetition")


def load_addresses(connection: Connection, source_file_id: int) -> None:
    """Store ``staging.ban`` with the normal form of its streets, and the towns its postcodes mean."""
    connection.execute(load("app.supply", "ban_keyed_table"))
    found = connection.execute(load("app.supply", "ban_rows"))
    copy_rows(connection, "ban_keyed", KEYED, (_keyed(*row) for row in found))
    connection.execute(load("app.supply", "ban_insert"), {"source_file_id": source_file_id})
    connection.execute(load("app.supply", "street_insert"), {"source_file_id": source_file_id})
    found = connection.execute(load("app.supply", "ban_towns"))
    _store_localities(connection, source_file_id, iter(tuple(row) for row in found))


def load_cedex(connection: Connection, source_file_id: int) -> None:
    """Store ``staging.cedex``."""
    connection.execute(load("app.supply", "cedex_insert"), {"source_file_id": source_file_id})


def load_commune_names(connection: Connection, source_file_id: int) -> None:
    """Store which commune each postcode and name of ``staging.communes`` means."""
    found = connection.execute(load("app.supply", "commune_towns"))
    _store_localities(connection, source_file_id, iter(tuple(row) for row in found))


def _keyed(
    ban_id: str, street: str | None, number: str | None, repetition: str | None
) -> tuple[str | None, ...]:
    key, core = street_keys(street) if street else (None, None)
    house, mark = house_number(number, repetition)
    return ban_id, key, core, str(house) if house is not None else None, mark


def _store_localities(
    connection: Connection, source_file_id: int, towns: Iterator[tuple[str | None, ...]]
) -> None:
    known = {
        (postcode, key, commune)
        for postcode, name, commune in towns
        if postcode and name and commune and (key := town_key(name))
    }
    rows = ((str(source_file_id), *entry) for entry in sorted(known))
    columns = ("source_file_id", "postcode", "town_key", "commune_code")
    copy_rows(connection, "supply.locality", columns, rows)
