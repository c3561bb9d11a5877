"""The conventional sector of practices, from the health insurance's list, which bears no national number.

Joined by profession, name and address, one to one, for each release: what is doubtful stays unknown. Nothing
of the list itself is kept: its names live in temporary tables of the build's transaction.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal, get_args

from sqlalchemy import Connection

from app.db.sql import forget_temporary, load, run
from app.sources.rows import RecognisedFile, Rejects, Row
from app.staging.load import copy_rows
from app.supply.address import WrittenAddress, fold, normalise

# Finds the list whose content has this SHA-256, or None when it is no longer at hand.
type FindList = Callable[[str], RecognisedFile | None]

Convention = Literal["secteur_1", "secteur_2", "secteur_2_optam", "droit_permanent", "non_conventionne"]
CONVENTIONS: tuple[Convention, ...] = get_args(Convention)
# ``secteur_conventionnel_code``; only of sector 2 does the option change what is shown.
SECTORS: dict[str, Convention] = {
    "0": "non_conventionne",
    "1": "secteur_1",
    "2": "droit_permanent",
    "3": "secteur_2",
}
OPTAM = frozenset(["3", "4"])
# Professions of the annuaire by the words of ``type_ps_libelle``, else of ``specialite_libelle``.
WORDS = {
    "DENTISTE": "40",
    "SAGE": "50",
    "INFIRMIER": "60",
    "KINESITHERAPEUTE": "70",
    "PEDICURE": "80",
    "PODOLOGUE": "80",
    "ORTHOPHONISTE": "91",
    "ORTHOPTISTE": "92",
    "MEDECIN": "10",
}
# ``specialite_code`` where no label says it.
CODES = {
    **dict.fromkeys(("19", "36", "53", "54", "69"), "40"),
    **{"21": "50", "24": "60", "26": "70", "27": "80", "28": "91", "29": "92"},
    **dict.fromkeys((*map(str, range(1, 19)), "20", "22", "23"), "10"),
    **dict.fromkeys((*map(str, range(31, 36)), "37", "38", *map(str, range(41, 50))), "10"),
    **dict.fromkeys(map(str, range(70, 80)), "10"),
}
PROFESSIONS = tuple(sorted({*WORDS.values()}))
NO_PROFESSION = ""
_PARTICLES = frozenset(["D", "DE", "DES", "DU", "L", "LA", "LE", "LES"])

TEMPORARY = (
    *("convention_line", "convention_person", "convention_practice", "convention_fit", "convention_kept"),
)
NAME = ("family", "family_words", "given", "given_words", "initials")
LINE = ("profession_code", "convention", *NAME, "postcode", "town_key", "street_core", "number")


@dataclass(slots=True)
class Read:
    """How many lines were read of each profession, and how many of them cannot be joined."""

    lines: Counter[str] = field(default_factory=Counter)
    unusable: Counter[str] = field(default_factory=Counter)


def tell_sectors(connection: Connection, release_id: int, vintage: date, listed: RecognisedFile) -> None:
    """Fill ``supply.convention`` of a release from the health insurance's list, and count what became of it.

    The names compared are those of the newest annuaire, whatever the release's ``vintage``: who left it has
    none, and no sector.
    """
    forget_temporary(connection, *TEMPORARY)
    values = {"release_id": release_id, "vintage": vintage, "professions": list(PROFESSIONS)}
    read = Read()
    run(connection, "app.supply", ("convention_line_table", "convention_person_table"))
    copy_rows(connection, "convention_line", LINE, _lines(listed, read))
    run(connection, "app.supply", ("convention_practice",), values)
    found = connection.execute(load("app.supply", "convention_names"))
    people = ((str(number), *name) for number, *written in found if (name := name_row(*written)))
    copy_rows(connection, "convention_person", ("practitioner_id", *NAME), people)
    run(connection, "app.supply", ("convention_analyze", "convention_fit", "convention_kept"))
    run(connection, "app.supply", ("convention_kept_analyze", "convention_insert"), values)
    professions = sorted(read.lines)
    counted = {
        "release_id": release_id,
        "professions": professions,
        "read": [read.lines[code] for code in professions],
        "unusable": [read.unusable[code] for code in professions],
    }
    connection.execute(load("app.supply", "convention_count_insert"), counted)


def sector(code: str | None, option: str | None) -> Convention | None:
    """Return the convention that the list's codes mean, or None when they say nothing known.

    >>> sector("3", "3"), sector("1", None), sector("9", None)
    ('secteur_2_optam', 'secteur_1', None)
    """
    found = SECTORS.get(code or "")
    return "secteur_2_optam" if found == "secteur_2" and option in OPTAM else found


@lru_cache(maxsize=4096)
def profession_of(specialty: str | None, *labels: str | None) -> str | None:
    """Return the annuaire's code of a profession, from the first label that names one, else from the code.

    >>> profession_of("3", "Médecins généralistes et spécialistes"), profession_of("24", None)
    ('10', '60')
    """
    for label in labels:
        said = fold(label or "").split()
        for word, code in WORDS.items():
            if any(part.startswith(word) for part in said):
                return code
    return CODES.get(specialty or "")


def name_row(family: str | None, given: str | None) -> tuple[str, ...] | None:
    """Return a name in the columns ``NAME``: joined and in words, without accents, hyphens nor particles.

    >>> name_row("de Valdorme-Leroux", "Jean-Éloi")
    ('DEVALDORMELEROUX', '{VALDORME,LEROUX}', 'JEANELOI', '{JEAN,ELOI}', 'JE')
    """
    whole, first = fold(family or "").split(), fold(given or "").split()
    if not whole or not first:
        return None
    words = [word for word in whole if word not in _PARTICLES] or whole
    initials = "".join(word[0] for word in first)
    return "".join(whole), _array(words), "".join(first), _array(first), initials


def _array(words: list[str]) -> str:
    return f"{{{','.join(words)}}}"


def _lines(listed: RecognisedFile, read: Read) -> Iterator[Row]:
    """Yield the lines that name a person and a sector, in the columns ``LINE``; count the others."""
    columns = listed.register.columns
    for row in listed.rows(Rejects()):
        line = dict(zip(columns, row, strict=True))
        code = profession_of(line["specialty_code"], line["type_label"], line["specialty_label"])
        convention = sector(line["sector_code"], line["option_code"])
        name = name_row(line["family_name"], line["given_name"])
        read.lines[code or NO_PROFESSION] += 1
        if code is None or convention is None or name is None:
            read.unusable[code or NO_PROFESSION] += 1
            continue
        yield (code, convention, *name, *_place(line))


def _place(line: dict[str, str | None]) -> tuple[str | None, ...]:
    place = normalise(
        WrittenAddress(
            number=None,
            repetition=None,
            street_type=None,
            street_name=line["street"],
            complement=line["complement"],
            postcode=line["postcode"],
            town=line["town"],
            bureau_cedex=None,
            commune_code=None,
            country=None,
        )
    )
    number = None if place.number is None else str(place.number)
    return place.postcode, place.town_key, place.street_core, number
