"""The key that hashes practitioners: a store keeps a mark of it, and refuses any other."""

import hmac

from sqlalchemy import Connection, insert, select

from app.db.tables import key_mark
from app.errors import CheckError
from app.settings import Settings

MARKED = b"observatoire"


def check_key(connection: Connection, settings: Settings) -> None:
    """Remember the key at the first load; raise CheckError when a later load comes with another.

    Under another key every practitioner would seem to have left and a stranger to have come.
    """
    mark = hmac.digest(settings.hash_key.get_secret_value().encode(), MARKED, "sha256").hex()
    known = connection.execute(select(key_mark.c.mark)).scalar_one_or_none()
    if known is None:
        connection.execute(insert(key_mark).values(mark=mark))
    elif not hmac.compare_digest(known, mark):
        raise CheckError(
            "La clef d'empreinte (OBSERVATOIRE_HASH_KEY) n'est pas celle des annuaires déjà chargés : toutes "
            "les personnes paraîtraient parties. Rien n'a été modifié.",
            hint="Remettez l'ancienne clef dans le fichier .env.",
        )
