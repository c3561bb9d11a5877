"""Head-counts by age class, brought by the city: of a territory, never of a person (METHODS 9, 11)."""

from sqlalchemy import Connection

from app.db.sql import load, run
from app.errors import CheckError, Place
from app.supply.told_professions import told_professions

STEP = "contrôle des âges"


def load_ages(connection: Connection, source_file_id: int) -> None:
    """Store ``staging.ages``. Raises CheckError for an unknown profession, or classes that overlap."""
    written = connection.execute(load("app.supply", "age_professions")).scalars().all()
    named = told_professions(written, "Le tableau des âges", STEP)
    twice = connection.execute(load("app.supply", "age_overlaps"), named).one_or_none()
    if twice is not None:
        classes = f"{twice.age_from} à {twice.age_to} ans et {twice.other_from} à {twice.other_to} ans"
        raise CheckError(
            "Deux lignes du tableau des âges comptent les mêmes âges : "
            f"{twice.profession}, {twice.level} {twice.code}, {classes}. Rien n'a été modifié.",
            place=Place(step=STEP),
            hint="Donnez une seule ligne par classe, sans total ni sous-total.",
        )
    values = {"source_file_id": source_file_id, **named}
    run(connection, "app.supply", ("age_insert", "age_unknown_places"), values)
