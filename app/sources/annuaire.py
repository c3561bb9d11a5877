"""Annuaire santé (RPPS): one line per person, activity and skill; « | », no quoting, UTF-8.

Quotes and backslashes are plain characters there, and the file has some 2.2 million lines: lines are split
as they are, without a per-field pass other than turning empty fields into None.
"""

from collections.abc import Iterator
from operator import itemgetter

from app.sources.catalogue import REGISTERS
from app.sources.columns import Aliases, Match, Variant
from app.sources.delimited import BAD_WIDTH, Delimited, line_blocks, refuse_too_many
from app.sources.refusal import refusal
from app.sources.rows import Rejects, Row


def _structure(*names: str) -> tuple[str, ...]:
    suffixes = (" (coord. structure)", " (structure)", "")
    return tuple(f"{name}{suffix}" for name in names for suffix in suffixes)


REQUIRED: Aliases = {
    "national_id": ("Identification nationale PP",),
    "profession_code": ("Code profession",),
    "skill_code": ("Code savoir-faire",),
    "mode_code": ("Code mode exercice",),
    "finess": ("Numéro FINESS site",),
    "structure_id": ("Identifiant technique de la structure",),
    "street_name": _structure("Libellé Voie"),
    "bureau_cedex": _structure("Bureau cedex"),
    "postcode": _structure("Code postal"),
    "commune_code": _structure("Code commune"),
    "sector_code": ("Code secteur d'activité",),
}
OPTIONAL: Aliases = {
    "identifier_type": ("Type d'identifiant PP",),
    "civility": ("Code civilité",),
    "family_name": ("Nom d'exercice",),
    "given_name": ("Prénom d'exercice",),
    "category_code": ("Code catégorie professionnelle",),
    "skill_type": ("Code type savoir-faire",),
    "siret": ("Numéro SIRET site",),
    "finess_legal": ("Numéro FINESS établissement juridique",),
    "company_name": ("Raison sociale site",),
    "sign_name": ("Enseigne commerciale site",),
    "complement_recipient": _structure("Complément destinataire"),
    "complement_point": _structure("Complément point géographique"),
    "street_number": _structure("Numéro Voie"),
    "repetition": _structure("Indice répétition voie"),
    "street_type_code": _structure("Code type de voie"),
    "street_type": _structure("Libellé type de voie"),
    "distribution": _structure("Mention distribution"),
    "commune_name": _structure("Libellé commune"),
    "country_code": _structure("Code pays"),
    "country_name": _structure("Libellé pays"),
    "phone": _structure("Téléphone"),
    "email": _structure("Adresse e-mail"),
    "departement_code": _structure("Code Département"),
    "pharmacist_section": ("Code section tableau pharmaciens",),
}
ROLE = {"role_code": ("Code rôle",)}

VARIANTS = (
    Variant("annuaire", "56 colonnes, avec rôle et genre d'activité", {**REQUIRED, **ROLE}, OPTIONAL),
    Variant("annuaire", "52 colonnes, jusqu'en 2021", REQUIRED, OPTIONAL),
)


def annuaire_rows(table: Delimited, found: Match, rejects: Rejects) -> Iterator[Row]:
    """Yield the rows of an annuaire. Raises SourceError when the file is cut or too many lines are broken."""
    width = len(table.header)
    blank = width  # the empty field appended below stands for columns this variant lacks
    pick = itemgetter(*(found.positions.get(name, blank) for name in REGISTERS["annuaire"].columns))
    person, profession = found.positions["national_id"], found.positions["profession_code"]
    seen = bad = 0
    for start, lines in line_blocks(table):
        for number, line in enumerate(lines, start):
            fields = line.split("|")
            if len(fields) != width:
                if not line or number <= table.header_lines:
                    continue
                bad += 1
                rejects.add(number, BAD_WIDTH, f"{len(fields)} champs au lieu de {width}")
                last = number, line
                continue
            if number <= table.header_lines:
                continue
            seen += 1
            if not fields[person] or not fields[profession]:
                lacking = "Code profession" if fields[person] else "Identification nationale PP"
                rejects.add(number, f"valeur requise absente : « {lacking} »")
                continue
            fields.append("")
            yield tuple([field or None for field in pick(fields)])
    if bad:
        _refuse_cut(table, number, last, width)
    refuse_too_many(table.path, bad, seen + bad, rejects)


def _refuse_cut(table: Delimited, last_number: int, bad: tuple[int, str], width: int) -> None:
    """Raise when the very last line, which no end of line closes, is one of those with too few fields."""
    number, line = bad
    if number == last_number and line.count("|") + 1 < width:
        what = f"Le fichier est coupé : la dernière ligne n'a que {line.count('|') + 1} champs sur {width}"
        raise refusal(table.path, what, line=number)
