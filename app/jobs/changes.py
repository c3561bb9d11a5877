"""What the command line tells of two releases compared, in French lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row

from app.errors import ParameterError
from app.indicators.changes import (
    STATES,
    Comparison,
    counted,
    find_place,
    find_side,
    known_professions,
    listed,
    unlocated,
)

KINDS = {"opened": "ouvert", "closed": "fermé", "moved": "déplacé", "changed": "modifié"}
HEADINGS = ("ouverts", "fermés", "déplacés", "venus", "partis", "modifiés")
MOST_LISTED = 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the changes is wanted."""

    scope: str
    profession: str | None = None
    level: str | None = None
    within: tuple[str, str] | None = None
    detail: bool = False


def change_lines(engine: Engine, before: int, after: int, wanted: Asked) -> Iterator[str]:
    """Yield what changed from one release to the next: counts, then each practice, without any name.

    Raises NotFoundError for an unknown release or territory, ParameterError for an unknown profession.
    """
    profession = wanted.profession
    with engine.connect() as connection:
        if profession is not None and profession not in known_professions(connection):
            raise ParameterError(
                "profession",
                f"La profession « {profession} » n'existe pas.",
                hint="La liste est à l'adresse /api/v1/professions.",
            )
        sides = find_side(connection, "a", before), find_side(connection, "b", after)
        asked = Comparison(*sides, wanted.scope, profession)
        if wanted.within is not None:
            place = find_place(connection, asked.places[0], *wanted.within)
            asked = Comparison(*sides, wanted.scope, profession, place)
        yield f"De la version {' à la '.join(f'{side.id} ({side.vintage:%d/%m/%Y})' for side in sides)}"
        yield from _counts(connection, asked, wanted.level)
        if wanted.detail:
            yield from map(_practice, listed(connection, asked, MOST_LISTED))


def _counts(connection: Connection, asked: Comparison, level: str | None) -> Iterator[str]:
    rows = counted(connection, asked, level)
    if not rows:
        yield "Rien n'a changé."
        return
    yield " ".join([f"{'':<44}", *(f"{heading:>9}" for heading in HEADINGS)])
    for row in rows:
        name = row.label if row.code is None else f"{row.code} {row.name}, {row.label}"
        counts = (row.opened, row.closed, row.moved, row.moved_in, row.moved_out, row.changed)
        yield " ".join([f"{name:<44}", *(f"{count:>9}" for count in counts)])
    lost = unlocated(connection, asked)
    if lost:
        yield f"{lost} en un lieu connu au mieux par sa commune : absents des niveaux plus fins."


def _practice(row: Row[Any]) -> str:
    places = [
        ", ".join(part for part in (address, town) if part) or f"lieu {number} sans adresse"
        for number, address, town in (
            (row.from_site, row.from_address, row.from_town),
            (row.to_site, row.to_address, row.to_town),
        )
        if number is not None
    ]
    where = " -> ".join(dict.fromkeys(places))
    became = [
        f"{' '.join(old)} -> {' '.join(new)}"
        for old, new in (
            (getattr(row, f"{state}_before"), getattr(row, f"{state}_after")) for state in STATES
        )
        if old is not None and new is not None and old != new
    ]
    return f"  {KINDS[row.kind]:<8} {row.profession:<24} {'  '.join([where, *became])}"
