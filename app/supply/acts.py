"""Acts a year by profession and territory, brought by the city (METHODS 7)."""

from sqlalchemy import Connection

from app.db.sql import load, run
from app.errors import CheckError, Place
from app.supply.told_professions import told_professions

STEP = "contrôle de l'activité"


def load_acts(connection: Connection, source_file_id: int) -> None:
    """Store ``staging.actes``. Raises CheckError for an unknown profession, or a territory told twice."""
    written = connection.execute(load("app.supply", "acts_professions")).scalars().all()
    named = told_professions(written, "Le tableau d'activité", STEP)
    twice = connection.execute(load("app.supply", "acts_twice"), named).one_or_none()
    if twice is not None:
        raise CheckError(
            "Deux lignes du tableau d'activité parlent des mêmes praticiens : "
            f"{twice.profession}, {twice.level} {twice.code}. Rien n'a été modifié.",
            place=Place(step=STEP),
            hint="Donnez une seule ligne par profession et territoire.",
        )
    values = {"source_file_id": source_file_id, **named}
    run(connection, "app.supply", ("acts_insert", "acts_unknown_places"), values)
