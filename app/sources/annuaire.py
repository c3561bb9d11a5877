"""Annuaire santé (RPPS): one line per person, activity and skill; « | », no quoting, UTF-8.

Quotes and backslashes are plain characters there, and the file has some 2.2 million lines: lines are split
as they are, without a per-field pass other than turning empty fields into None.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Self

from app.sources.catalogue import REGISTERS
from app.sources.columns import Aliases, Variant
from app.sources.delimited import (
    BAD_WIDTH,
    Delimited,
    byte_blocks,
    decoded,
    refuse_too_many,
    split_lines,
)
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


# Identifier, start and end in bytes, number of the first line.
Run = tuple[bytes, int, int, int]


@dataclass(frozen=True, slots=True)
class Annuaire:
    """An annuaire whose header has been read; ``positions`` are the fields of the canonical columns found."""

    table: Delimited
    positions: Mapping[str, int]

    @property
    def person(self) -> int:
        """Return the position of the national identifier."""
        return self.positions["national_id"]

    def detached(self) -> Self:
        """Return the same without the beginning of the file, small enough to be handed to another process."""
        content = replace(self.table.content, head=b"", unpacked=None)
        return replace(self, table=replace(self.table, content=content))


@dataclass(slots=True)
class LastBroken:
    """The last line with a wrong number of fields: its number, and how many fields it has."""

    number: int = 0
    fields: int = 0


def annuaire_rows(source: Annuaire, rejects: Rejects) -> Iterator[Row]:
    """Yield the rows of an annuaire. Raises SourceError when the file is cut or too many lines are broken."""
    blank = len(source.table.header)  # the empty field that sound_lines appends
    pick = itemgetter(*(source.positions.get(name, blank) for name in REGISTERS["annuaire"].columns))
    broken, kept, end = LastBroken(), 0, 0
    for start, block in byte_blocks(source.table):
        text = decoded(source.table, block, start)
        for _, fields in sound_lines(source, start, text, rejects, broken):
            kept += 1
            yield tuple([field or None for field in pick(fields)])
        end = start + block.count(b"\n")
    refuse_broken(source, kept + rejects.total, end, rejects, broken)


def sound_lines(
    source: Annuaire, start: int, text: str, rejects: Rejects, broken: LastBroken
) -> list[tuple[int, list[str]]]:
    """Return the usable lines with their numbers, as fields and an empty one for absent columns."""
    width, header_lines = len(source.table.header), source.table.header_lines
    person, profession = source.person, source.positions["profession_code"]
    sound = []
    for number, line in enumerate(split_lines(text), start):
        fields = line.split("|")
        if len(fields) != width:
            if line and number > header_lines:
                rejects.add(number, BAD_WIDTH, f"{len(fields)} champs au lieu de {width}")
                broken.number, broken.fields = number, len(fields)
        elif number > header_lines:
            if fields[person] and fields[profession]:
                fields.append("")
                sound.append((number, fields))
            else:
                lacking = "Code profession" if fields[person] else "Identification nationale PP"
                rejects.add(number, f"valeur requise absente : « {lacking} »")
    return sound


def refuse_broken(
    source: Annuaire, rows_in: int, last_number: int, rejects: Rejects, broken: LastBroken
) -> None:
    """Raise when the file is cut in its last line, which no end of line closes, or has many broken lines."""
    width = len(source.table.header)
    if broken.number == last_number and broken.fields < width:
        what = f"Le fichier est coupé : la dernière ligne n'a que {broken.fields} champs sur {width}"
        raise refusal(source.table.path, what, line=broken.number)
    refuse_too_many(source.table.path, rejects.counts[BAD_WIDTH], rows_in, rejects)


def person_blocks(source: Annuaire) -> Iterator[tuple[int, bytes]]:
    """Yield ``byte_blocks`` cut again: the lines of one person that follow each other stay together."""
    held: bytes | None = None
    start, block = 1, b""
    for start, block in byte_blocks(source.table):
        whole = block if held is None else held + b"\n" + block
        number = start if held is None else start - 1 - held.count(b"\n")
        cut = _last_person(whole, source.person)
        yield number, whole[: cut - 1] if cut > 0 else whole
        held = whole[cut:] if cut > 0 else None
    if held is not None:
        yield start + block.count(b"\n") - held.count(b"\n"), held


def _last_person(block: bytes, position: int) -> int:
    """Return where the lines of the last person of a block begin."""
    begin = block.rfind(b"\n") + 1
    last = identity(block[begin:], position)
    while begin and last:
        before = block.rfind(b"\n", 0, begin - 1) + 1
        if identity(block[before:begin], position) != last:
            break
        begin = before
    return begin


def identity(line: bytes, position: int) -> bytes:
    """Return the field at ``position`` of a line, or of the first of several; nothing when it has fewer."""
    fields = line.split(b"|", position + 1)
    return fields[position] if len(fields) > position + 1 else b""


def person_runs(block: bytes, number: int, position: int) -> Iterator[Run]:
    """Yield (identifier, start, end, line number) of lines of one person that follow each other in a block.

    ``position`` is the identifier's field; lines without any are a run of their own. Start and end are in
    bytes; the line feed between two runs is in neither.
    """
    current, start, offset, first = None, 0, 0, number
    for line in block.split(b"\n"):
        fields = line.split(b"|", position + 1)
        identity = fields[position] if len(fields) > position + 1 else b""
        if identity != current:
            if current is not None:
                yield current, start, offset - 1, first
            current, start, first = identity, offset, number
        offset += len(line) + 1
        number += 1
    yield current or b"", start, offset - 1, first
