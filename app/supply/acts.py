"""Acts a year by profession and territory, brought by the city (METHODS 7)."""

from sqlalchemy import Connection

from app.db.sql import load, run
from app.errors import CheckError, Place
from app.sources.columns import normalise
from app.supply.nomenclature import PROFESSIONS

_SLUGS = {normalise(name): known.slug for known in PROFESSIONS for name in (known.slug, known.label)}


def load_acts(connection: Connection, source_file_id: int) -> None:
    """Store ``staging.actes``. Raises CheckError for an unknown profession, or a territory told twice."""
    written: list[str] = list(connection.execute(load("app.supply", "acts_professions")).scalars())
    unknown = [name for name in written if normalise(name) not in _SLUGS]
    if unknown:
        raise _refused(
            f"Le tableau d'activité nomme des professions inconnues : {', '.join(unknown[:10])}",
            "Écrivez-les comme à l'adresse /api/v1/professions : medecin_generaliste, infirmier…",
        )
    named = {"written": written, "slugs": [_SLUGS[normalise(name)] for name in written]}
    twice = connection.execute(load("app.supply", "acts_twice"), named).one_or_none()
    if twice is not None:
        raise _refused(
            "Deux lignes du tableau d'activité parlent des mêmes praticiens : "
            f"{twice.profession}, {twice.level} {twice.code}",
            "Donnez une seule ligne par profession et territoire.",
        )
    values = {"source_file_id": source_file_id, **named}
    run(connection, "app.supply", ("acts_insert", "acts_unknown_places"), values)


def _refused(what: str, hint: str) -> CheckError:
    place = Place(step="contrôle de l'activité")
    return CheckError(f"{what}. Rien n'a été modifié.", place=place, hint=hint)
