"""The database's failures said in French, without the database's own text."""

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors as pg
from sqlalchemy.exc import DBAPIError

from app.errors import Place, StoreError
from app.log import get_logger

logger = get_logger(__name__)


@contextmanager
def in_french(place: Place) -> Iterator[None]:
    """Raise StoreError instead of the driver's errors."""
    try:
        yield
    except DBAPIError as error:
        raise database_error(error, place) from error


def database_error(error: DBAPIError, place: Place) -> StoreError:
    """Say in French what happened to the database, without its own text."""
    cause = error.orig
    if isinstance(cause, pg.DiskFull):
        return StoreError(
            "Le disque de la base de données est plein. Rien n'a été modifié.",
            place=place,
            hint="Libérez de l'espace, puis relancez la même commande.",
        )
    if isinstance(cause, pg.LockNotAvailable):
        return StoreError(
            "Une autre opération tient la base depuis plus d'une minute. Rien n'a été modifié.",
            place=place,
            hint="Attendez sa fin (« observatoire jobs list »), puis relancez.",
        )
    if isinstance(cause, pg.OperationalError | pg.InterfaceError):
        return StoreError(
            "La base de données s'est arrêtée ou n'est plus joignable. Rien n'a été modifié.",
            place=place,
            hint="Relancez-la (« observatoire db up »), puis relancez la même commande.",
        )
    logger.error("database_error", step=place.step, source=place.source, kind=type(cause).__name__)
    return StoreError(
        f"La base de données a refusé l'opération ({type(cause).__name__}). Rien n'a été modifié.",
        place=place,
    )
