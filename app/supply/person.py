"""One person's own rights: what the store holds of them, keeping them out (GDPR, articles 15, 17, 21)."""

import hmac
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from app.db.sql import load, run
from app.db.tables import opposition
from app.errors import NotFoundError, ParameterError
from app.settings import Settings
from app.supply.key import check_key

PACKAGE = "app.supply"
RPPS_DIGITS, NATIONAL_DIGITS = 11, 12
KEEP_OUT = (
    "opposed_sites",
    "opposed_names",
    "opposed_conventions",
    "opposed_practices",
    "opposed_site_names",
    "opposed_site_numbers",
    "opposed_map_places",
)


def key_of(connection: Connection, settings: Settings, number: str) -> bytes:
    """Return the keyed hash of a register number: 11 digits (RPPS), or the 12 of the national identification.

    Raises ParameterError for another form, CheckError under another key than the store's.
    """
    digits = number.replace(" ", "")
    if not (digits.isascii() and digits.isdecimal() and len(digits) in (RPPS_DIGITS, NATIONAL_DIGITS)):
        raise ParameterError(
            "number", "Un numéro RPPS compte 11 chiffres ; un identifiant national, 12. Rien n'a été modifié."
        )
    check_key(connection, settings)
    national = digits if len(digits) == NATIONAL_DIGITS else f"8{digits}"
    return hmac.digest(settings.hash_key.get_secret_value().encode(), national.encode(), "sha256")


def held_of(connection: Connection, key: bytes) -> dict[str, Any]:
    """Return all that the store holds of a person. Raises NotFoundError when that is nothing."""
    held: dict[str, Any] | None = connection.execute(
        load(PACKAGE, "person_held"), {"key": key}
    ).scalar_one_or_none()
    if held is None:
        raise NotFoundError(
            "number",
            "La base ne contient rien sous ce numéro.",
            hint="Vérifiez-le dans l'annuaire santé ; la base ne garde que l'empreinte des numéros.",
        )
    return held


def oppose(connection: Connection, key: bytes) -> None:
    """Erase a person and keep them out of every later vintage; the keyed hash stays, and nothing else.

    What servers and browsers keep of the published release is not current any more.
    """
    connection.execute(insert(opposition).values(key=key).on_conflict_do_nothing())
    keep_out(connection)
    connection.execute(load(PACKAGE, "opposed_release"), {"key": key})


def keep_out(connection: Connection) -> None:
    """Erase who objected from what a vintage has just brought: names, practices, names of their places."""
    if connection.execute(text("SELECT EXISTS (SELECT FROM supply.opposition)")).scalar_one():
        connection.execute(text("DROP TABLE IF EXISTS pg_temp.opposed"))
        run(connection, PACKAGE, KEEP_OUT)
