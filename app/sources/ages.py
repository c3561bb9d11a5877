"""Age table brought by the city: head-counts by profession, territory and age class.

The form that METHODS 9 asks for: a projection is made for a territory, never for a person. A file that gives
the age of each person is refused before anything of it is kept.
"""

import re
from pathlib import Path

from app.errors import SourceError
from app.sources.columns import Record, Variant, normalise
from app.sources.refusal import refusal
from app.sources.rows import Rejects
from app.sources.texts import decimal

YOUNGEST, OLDEST = 20, 100
LEVELS = ("commune", "epci", "departement", "region")
SECRET = frozenset(["ns", "nd", "s", "secret"])
HIDDEN = "effectif secret ou absent, laissé inconnu"

_UNDER = re.compile(r"^(?:moins de|<)\s*(\d+)(?: ans)?$")
_FROM = re.compile(r"^(\d+)(?: ans)?\s*(?:et plus|ou plus|\+)$")
_OVER = re.compile(r"^(?:plus de|>)\s*(\d+)(?: ans)?$")
_BETWEEN = re.compile(r"^(?:de |entre )?(\d+)(?: ans)?\s*(?:-|–|à|a|et)\s*(\d+)(?: ans)?$")
_ONE = re.compile(r"^(\d+)(?: ans)?$")
_PERSON = ("rpps", "adeli", "identifi", "nationalid", "nom", "prenom")
_BIRTH = ("naissance", "datenais", "anneenais")


def age_range(written: str) -> tuple[int, int] | None:
    """Return the first and the last age of a class, both included; None when it is not one.

    >>> age_range("35 à 39 ans"), age_range("moins de 35 ans"), age_range("65 ans et plus"), age_range("65+")
    ((35, 39), (20, 34), (65, 100), (65, 100))
    """
    text = " ".join(written.lower().split())
    if found := _UNDER.match(text):
        first, last = YOUNGEST, int(found[1]) - 1
    elif found := _FROM.match(text):
        first, last = int(found[1]), OLDEST
    elif found := _OVER.match(text):
        first, last = int(found[1]) + 1, OLDEST
    elif (found := _BETWEEN.match(text)) or (found := _ONE.match(text)):
        first, last = int(found[1]), int(found[found.re.groups])
    else:
        return None
    return first, last


def convert(record: Record, line: int, rejects: Rejects) -> Record | None:
    """Read the level, the class and the head-count of a line; secret ones stay unknown, never 0."""
    level = normalise(record.get("level") or "")
    if level not in LEVELS:
        rejects.add(line, f"niveau autre que {', '.join(LEVELS)}", record.get("level") or "")
        return None
    ages = age_range(record.get("age_class") or "")
    if ages is None or not YOUNGEST <= ages[0] <= ages[1] <= OLDEST:
        rejects.add(line, "classe d'âge illisible ou impossible", record.get("age_class") or "")
        return None
    written = record.get("headcount")
    if not written or written.lower().rstrip(".") in SECRET:
        rejects.remark(HIDDEN)
        count = None
    else:
        count = (decimal(written) or "?").removesuffix(".0")
        if not count.isdigit() or int(count) > 1_000_000:
            rejects.add(line, "effectif qui n'est pas un nombre entier", written)
            return None
    record |= {"level": level, "age_from": str(ages[0]), "age_to": str(ages[1]), "headcount": count}
    return record


def refuse_personal(path: Path, columns: tuple[str, ...]) -> SourceError | None:
    """Return the refusal of a file that gives the age of each person, or None when it is no such file."""
    names = [normalise(name) for name in columns]
    birth = any(part in name for name in names for part in _BIRTH)
    if not birth or not any(name.startswith(_PERSON) for name in names):
        return None
    what = (
        "Ce fichier donne la naissance de chaque personne : l'observatoire ne prend que des effectifs par "
        "classe d'âge, et rien n'en est gardé"
    )
    hint = (
        "Donnez un tableau « profession;niveau;code;classe_age;effectif » : le guide, § 2, « Âge des "
        "professionnels »."
    )
    return refusal(path, what, hint, line=1)


VARIANTS = (
    Variant(
        "ages",
        "effectifs par classe d'âge",
        {
            "profession": ("profession",),
            "level": ("niveau",),
            "code": ("code", "code_territoire"),
            "age_class": ("classe_age", "classe d'âge", "age", "tranche_age"),
            "headcount": ("effectif", "effectifs"),
        },
        convert=convert,
        latin1=True,
    ),
)
