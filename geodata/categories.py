"""The categories of FINESS that make up each profession of establishments.

``finess_categories.csv`` is the only place that holds them: code, label as FINESS writes it, profession,
where the code was read, and what is left out. A line without code says what no category tells.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Category:
    """One category: ``profession`` is the slug it counts under, ``source`` where its code was read."""

    code: str
    label: str
    profession: str
    source: str
    note: str


@cache
def categories() -> tuple[Category, ...]:
    """Return the categories that are counted, in the order of the table."""
    table = (files("geodata") / "finess_categories.csv").read_text(encoding="utf-8")
    return tuple(Category(*row) for row in list(csv.reader(table.splitlines(), delimiter=";"))[1:] if row[0])


def codes_of(profession: str) -> tuple[str, ...]:
    """Return the codes of a profession of establishments, in order.

    >>> codes_of("pmi"), codes_of("infirmier")
    (('223', '230'), ())
    """
    return tuple(sorted(one.code for one in categories() if one.profession == profession))
