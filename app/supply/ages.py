"""Head-counts by age class, brought by the city: of a territory, never of a person (METHODS 9, 11)."""

from sqlalchemy import Connection

from app.db.sql import load, run
from app.errors import CheckError, Place
from app.sources.columns import normalise
from app.supply.nomenclature import PROFESSIONS

_SLUGS = {normalise(name): known.slug for known in PROFESSIONS for name in (known.slug, known.label)}


def load_ages(connection: Connection, source_file_id: int) -> None:
    """Store ``staging.ages``. Raises CheckError for an unknown profession, or classes that overlap."""
    written: list[str] = list(connection.execute(load("app.supply", "age_professions")).scalars())
    unknown = [name for name in written if normalise(name) not in _SLUGS]
    if unknown:
        raise _refused(
            f"Le tableau des âges nomme des professions inconnues : {', '.join(unknown[:10])}",
            "Écrivez-les comme à l'adresse /api/v1/professions : medecin_generaliste, infirmier…",
        )
    slugs = [_SLUGS[normalise(name)] for name in written]
    named = {"written": written, "slugs": slugs}
    twice = connection.execute(load("app.supply", "age_overlaps"), named).one_or_none()
    if twice is not None:
        classes = f"{twice.age_from} à {twice.age_to} ans et {twice.other_from} à {twice.other_to} ans"
        raise _refused(
            "Deux lignes du tableau des âges comptent les mêmes âges : "
            f"{twice.profession}, {twice.level} {twice.code}, {classes}",
            "Donnez une seule ligne par classe, sans total ni sous-total.",
        )
    values = {"source_file_id": source_file_id, **named}
    run(connection, "app.supply", ("age_insert", "age_unknown_places"), values)


def _refused(what: str, hint: str) -> CheckError:
    place = Place(step="contrôle des âges")
    return CheckError(f"{what}. Rien n'a été modifié.", place=place, hint=hint)
