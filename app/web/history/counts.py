"""What changed, counted: by profession in all, by territory of one profession or of all together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from app.indicators.changes import COUNTS, Comparison, counted, unlocated
from app.indicators.wording import Level


@dataclass(frozen=True, slots=True)
class Changed:
    """Counts of one profession or territory, as the API gives them."""

    name: str
    code: str
    opened: int = 0
    closed: int = 0
    moved: int = 0
    moved_in: int = 0
    moved_out: int = 0
    changed: int = 0

    @property
    def balance(self) -> int:
        """Return how many more practices there are: what opened or came, less what closed or left."""
        return self.opened + self.moved_in - self.closed - self.moved_out


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that changed: all together, by profession, by territory, and what no territory has."""

    total: Changed
    professions: Sequence[Changed]
    territories: Sequence[Changed]
    unlocated: int


def read_changes(connection: Connection, asked: Comparison, level: Level) -> Changes:
    """Return what changed between two releases, at a level."""
    every = counted(connection, asked, None)
    places = counted(connection, asked, level)
    by_code: dict[str, list[Row[Any]]] = {}
    for row in places:
        by_code.setdefault(row.code, []).append(row)
    return Changes(
        total=_summed("", "", every),
        professions=[_summed(row.label, row.profession, [row]) for row in every],
        territories=[_summed(rows[0].name, code, rows) for code, rows in by_code.items()],
        unlocated=unlocated(connection, asked),
    )


def _summed(name: str, code: str, rows: Iterable[Row[Any]]) -> Changed:
    found = list(rows)
    return Changed(name, code, *(sum(getattr(row, count) for row in found) for count in COUNTS))
