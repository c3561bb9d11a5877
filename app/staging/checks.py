"""Checks of a file that the file alone cannot answer: is its date possible, has half of it gone missing?"""

from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from app.db.tables import source_file
from app.errors import CheckError, Place, SourceError
from app.sources.rows import RecognisedFile

OLDEST = date(1990, 1, 1)
# Below this, a loss of a fifth is a handful of lines: a city's own quartiers, a test.
JUDGED_FROM = 100


def possible_vintage(recognised: RecognisedFile, today: date) -> date:
    """Return the vintage of a file that can be loaded.

    Raises SourceError when the register is not loaded, or when the date is missing or cannot be.
    """
    place = Place(source=recognised.path.name, step="reconnaissance")
    if not recognised.register.loadable:
        raise SourceError(
            f"Ce fichier est reconnu ({recognised.register.label}) mais l'observatoire ne le charge pas. "
            "Rien n'a été modifié.",
            place=place,
            hint="« observatoire source list » montre les registres.",
        )
    if recognised.vintage is None:
        raise SourceError(
            "La date du fichier n'est écrite ni dans son nom ni dans son contenu. Rien n'a été modifié.",
            place=place,
            hint="Donnez-la : --vintage AAAA-MM-JJ",
        )
    if not OLDEST <= recognised.vintage <= today + timedelta(days=1):
        raise SourceError(
            f"La date du {recognised.vintage:%d/%m/%Y} ne peut pas être celle de ce fichier : elle doit être "
            f"entre le {OLDEST:%d/%m/%Y} et aujourd'hui. Rien n'a été modifié.",
            place=place,
            hint="Donnez la bonne : --vintage AAAA-MM-JJ",
        )
    return recognised.vintage


def refuse_collapse(
    connection: Connection, recognised: RecognisedFile, vintage: date, kept: int, max_shrink: float
) -> None:
    """Refuse a file that holds far fewer rows than the vintage nearest to it.

    ``max_shrink`` is the largest share that may go, 0 to 1. Raises CheckError with both numbers.
    """
    c = source_file.c
    nearest = connection.execute(
        select(c.rows_kept, c.vintage)
        .where(~c.superseded, c.register == recognised.register.name, c.part == recognised.part)
        .where(c.vintage != vintage)
        .order_by(func.abs(c.vintage - vintage), c.vintage)
        .limit(1)
    ).one_or_none()
    if nearest is None or nearest.rows_kept < JUDGED_FROM or kept >= (1 - max_shrink) * nearest.rows_kept:
        return
    raise CheckError(
        f"Ce fichier a {kept} lignes utilisables, contre {nearest.rows_kept} au "
        f"{nearest.vintage:%d/%m/%Y} : il est sans doute incomplet. Rien n'a été modifié.",
        place=Place(source=recognised.path.name, step="contrôle des effectifs"),
        hint="Téléchargez-le de nouveau ; s'il est bien entier, chargez-le avec --force.",
    )
