"""API keys: 256 random bits, of which only a digest is kept.

A key is ``obs_`` + 8 characters that may be shown + ``_`` + the secret. SHA-256 without salt is enough for
what nobody can guess; a slow hash would only slow honest callers down.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from app.db.tables import api_key
from app.errors import NotFoundError, ParameterError
from app.security.callers import Caller
from app.security.roles import Role

SECRET_BYTES = 32
FORM = re.compile(r"(obs_[0-9a-f]{8})_[A-Za-z0-9_-]{43}")
# Compared with when no key has the prefix, so that a wrong prefix takes as long as a wrong secret.
NOBODY = hashlib.sha256(b"").digest()
# Written at most this often: each writing is a row of the store rewritten.
LAST_USED_EVERY = timedelta(minutes=1)
MOST_DAYS = 3650
MOST_LABEL = 120


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key as it is listed: everything but the key."""

    prefix: str
    label: str
    role: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """Return what has become of it, in French."""
        if self.revoked_at is not None:
            return "révoquée"
        return "expirée" if self.expires_at <= now else "valable"


def create_key(connection: Connection, label: str, role: Role, days: int) -> str:
    """Make a key and return it: the only time that it is seen."""
    name = label.strip()
    if not name or len(name) > MOST_LABEL:
        raise ParameterError("label", f"Le nom de la clef compte de 1 à {MOST_LABEL} caractères.")
    if not 1 <= days <= MOST_DAYS:
        raise ParameterError("days", f"Une clef vaut de 1 à {MOST_DAYS} jours.")
    prefix = f"obs_{secrets.token_hex(4)}"
    key = f"{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
    expires = datetime.now(UTC) + timedelta(days=days)
    connection.execute(
        insert(api_key).values(
            prefix=prefix, digest=digest_of(key), label=name, role=role.label, expires_at=expires
        )
    )
    return key


def digest_of(secret: str) -> bytes:
    """Return what is kept of a key or of a cookie."""
    return hashlib.sha256(secret.encode()).digest()


def holder_of(connection: Connection, presented: str, now: datetime) -> Caller | None:
    """Return who holds a key, None for one that is unknown, revoked or out of date; note that it was used."""
    match = FORM.fullmatch(presented)
    if match is None:
        return None
    c = api_key.c
    row = connection.execute(select(api_key).where(c.prefix == match[1])).one_or_none()
    same = hmac.compare_digest(row.digest if row else NOBODY, digest_of(presented))
    if row is None or not same or row.revoked_at is not None or row.expires_at <= now:
        return None
    if row.last_used_at is None or now - row.last_used_at > LAST_USED_EVERY:
        connection.execute(update(api_key).where(c.id == row.id).values(last_used_at=now))
    return Caller(Role[row.role.upper()], f"key:{row.prefix}", row.label)


def list_keys(connection: Connection) -> list[KeyLine]:
    """Return every key, the newest first."""
    c = api_key.c
    columns = (c.prefix, c.label, c.role, c.created_at, c.expires_at, c.last_used_at, c.revoked_at)
    rows = connection.execute(select(*columns).order_by(c.id.desc()))
    return [KeyLine(*row) for row in rows]


def revoke_key(connection: Connection, prefix: str) -> None:
    """End a key at once. Raises NotFoundError when none that is still in force begins so."""
    c = api_key.c
    statement = update(api_key).where(c.prefix == prefix, c.revoked_at.is_(None))
    if connection.execute(statement.values(revoked_at=datetime.now(UTC))).rowcount == 0:
        raise NotFoundError(
            "prefix",
            f"Aucune clef en vigueur ne commence par « {prefix} ». Rien n'a été modifié.",
            hint="« observatoire key list » donne le début de chacune.",
        )
