"""Age classes of the published release, as they may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.projection import NO_LIMIT, AgeClass


@dataclass(frozen=True, slots=True)
class Ages:
    """The age classes of a profession in a territory, as they may be shown."""

    territory: int
    profession: str
    label: str
    feminine: bool
    classes: tuple[AgeClass, ...]

    @property
    def suppressed(self) -> bool:
        """Say whether nothing may be shown of it."""
        return all(one.status == "suppressed" for one in self.classes)

    @property
    def headcount(self) -> int | None:
        """Return how many have a known age class; None when nobody."""
        known = [one.headcount for one in self.classes if one.headcount is not None]
        return sum(known) if known else None

    @property
    def left_out_words(self) -> str:
        """Return the classes that no projection counts, in words; empty when all are known."""
        missing = [class_label(one) for one in self.classes if one.headcount is None]
        return " et ".join(filter(None, (", ".join(missing[:-1]), *missing[-1:])))


def read_ages(connection: Connection, ids: Sequence[int], profession: str | None = None) -> list[Ages]:
    """Return the classes of each territory asked that has any, by profession in the order of the menu."""
    rows = connection.execute(
        load("app.indicators", "pyramid_read"), {"ids": list(ids), "profession": profession}
    )
    found = []
    for _, group in groupby(rows, key=lambda row: (row.slug, row.territory_id)):
        lines = list(group)
        first = lines[0]
        classes = tuple(AgeClass(row.age_from, row.age_to, row.headcount, row.status) for row in lines)
        found.append(Ages(first.territory_id, first.slug, first.label, first.feminine, classes))
    return found


def class_label(one: AgeClass) -> str:
    """Return how an age class is said.

    >>> class_label(AgeClass(55, 59, 8, "known")), class_label(AgeClass(65, 100, 8, "known"))
    ('55 à 59 ans', '65 ans et plus')
    """
    return f"{one.first} ans et plus" if one.last >= NO_LIMIT else f"{one.first} à {one.last} ans"
