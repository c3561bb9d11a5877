"""Sessions of people signed in: a random cookie, of which the store keeps a digest."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from app.db.tables import web_session
from app.security.callers import Caller
from app.security.keys import digest_of
from app.security.roles import Role

COOKIE = "observatoire"
SEEN_EVERY = timedelta(minutes=1)


def own_name(cookie: str, *, secure: bool) -> str:
    """Return a cookie's name: over TLS one that no other host, nor a page in clear, can set (RFC 6265bis).

    Only that name is read then: a neighbour under the same domain could lay the other, and so sign a visitor
    in as somebody else.
    """
    return f"__Host-{cookie}" if secure else cookie


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lives: unused, and at all."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed in, as the provider tells them, and what they may see here."""

    subject: str
    label: str
    role: Role
    id_token: str


def open_session(connection: Connection, person: Person, lasting: Lasting) -> str:
    """Begin a session and return its cookie, always a new one; those out of date are forgotten."""
    now = datetime.now(UTC)
    c = web_session.c
    connection.execute(delete(web_session).where(or_(c.expires_at <= now, c.seen_at <= now - lasting.idle)))
    cookie = secrets.token_urlsafe(32)
    connection.execute(
        insert(web_session).values(
            digest=digest_of(cookie),
            subject=person.subject,
            label=person.label,
            role=person.role.label,
            id_token=person.id_token,
            expires_at=now + lasting.whole,
        )
    )
    return cookie


def holder_of(connection: Connection, cookie: str, lasting: Lasting, now: datetime) -> Caller | None:
    """Return who holds a session, None when it is unknown or over; note that it was seen."""
    c = web_session.c
    row = connection.execute(
        select(c.id, c.label, c.role, c.seen_at).where(
            c.digest == digest_of(cookie), c.expires_at > now, c.seen_at > now - lasting.idle
        )
    ).one_or_none()
    if row is None:
        return None
    if now - row.seen_at > SEEN_EVERY:
        connection.execute(update(web_session).where(c.id == row.id).values(seen_at=now))
    return Caller(Role[row.role.upper()], f"session:{row.label}", row.label, form_token(cookie))


def close_session(connection: Connection, cookie: str) -> str | None:
    """End a session and return the token to hand back to the provider, None when there was none."""
    c = web_session.c
    statement = delete(web_session).where(c.digest == digest_of(cookie)).returning(c.id_token)
    token: str | None = connection.execute(statement).scalar_one_or_none()
    return token


def form_token(cookie: str) -> str:
    """Return what a form of a session sends back: another site can neither read it nor make it."""
    return hmac.new(cookie.encode(), b"form", hashlib.sha256).hexdigest()
