"""The authorised care activities of FINESS that make up professions of establishments.

``finess_activities.csv`` is the only place that holds them: activity, form it takes (« modalité »), label,
profession, where the codes were read, and what is left out. A line without activity says what is not counted.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# Before an activity's number where categories of establishments also stand: those are numbers alone.
MARK = "A"


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity: ``form`` is empty where the file tells none, ``profession`` the slug it counts under."""

    code: str
    form: str
    label: str
    profession: str
    source: str
    note: str

    @property
    def kind(self) -> str:
        """Return what stands beside the category of an establishment that has the activity."""
        return f"{MARK}{self.code}"


@cache
def activities() -> tuple[Activity, ...]:
    """Return the activities that are counted, in the order of the table."""
    table = (files("geodata") / "finess_activities.csv").read_text(encoding="utf-8")
    return tuple(Activity(*row) for row in list(csv.reader(table.splitlines(), delimiter=";"))[1:] if row[0])


def kinds_of(profession: str) -> tuple[str, ...]:
    """Return the kinds of establishments of a profession that activities make up, in order.

    >>> kinds_of("urgences"), kinds_of("pharmacie")
    (('A14',), ())
    """
    return tuple(sorted({one.kind for one in activities() if one.profession == profession}))
