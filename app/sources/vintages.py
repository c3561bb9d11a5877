"""The date a file speaks of, read from its name."""

import re
from datetime import date

FIRST_YEAR, LAST_YEAR = 1990, 2100

PATTERNS = (
    re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?:\d{4}|\d{6})?(?!\d)"),
    re.compile(r"(?<!\d)((?:19|20)\d{2})[-_](\d{2})[-_](\d{2})(?!\d)"),
    re.compile(r"(?<!\d)((?:19|20)\d{2})[-_]?(\d{2})(?!\d)"),
    re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)"),
)
PREFIX = re.compile(r"^[PpCc](\d{2})_")


def vintage_of_name(*names: str | None) -> date | None:
    """Return the date found in the first name that holds one: a day, else a month, else January 1st.

    >>> vintage_of_name("PS_LibreAcces_Personne_activite_202511030800.txt")
    datetime.date(2025, 11, 3)
    >>> vintage_of_name("finess_occitanie_202604.csv")
    datetime.date(2026, 4, 1)
    """
    for name in names:
        for pattern in PATTERNS:
            for found in pattern.finditer(name or ""):
                day = _day(*(int(part) for part in found.groups()))
                if day is not None:
                    return day
    return None


def vintage_of_prefix(columns: tuple[str, ...]) -> date | None:
    """Return the year of INSEE's column prefixes: P22_POP speaks of 2022."""
    for column in columns:
        if found := PREFIX.match(column):
            return date(2000 + int(found[1]), 1, 1)
    return None


def _day(year: int, month: int = 1, day: int = 1) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
