"""One consistent look at the published release: everything in an answer comes from one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Engine, select

from app.api import views
from app.errors import NotFoundError, NothingPublishedError


@dataclass(frozen=True, slots=True)
class Release:
    """The published release: its number, the date of the supply it shows, its inputs' fingerprint."""

    id: int
    vintage: date
    fingerprint: str


@contextmanager
def snapshot(engine: Engine) -> Iterator[tuple[Connection, Release]]:
    """Open a read-only REPEATABLE READ transaction and name the release it sees.

    A release published meanwhile is not seen, so that numbers of two releases never mix. Raises
    NothingPublishedError when there is none.
    """
    with engine.connect() as connection:
        columns = views.release.c
        row = connection.execute(select(columns.id, columns.vintage, columns.fingerprint)).one_or_none()
        if row is None:
            raise NothingPublishedError
        yield connection, Release(row.id, row.vintage, row.fingerprint)


def check_release(release: Release, asked: int | None) -> None:
    """Raise NotFoundError when a request names another release than the published one."""
    if asked is not None and asked != release.id:
        raise NotFoundError(
            "release",
            f"La version {asked} n'est pas celle qui est publiée.",
            hint=f"La version publiée est la {release.id} ; retirez « release » pour l'obtenir.",
        )
