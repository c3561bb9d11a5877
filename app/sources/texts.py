"""Small conversions of the texts found in registers: codes that lost zeros, decimals, dates."""

import math
import re
from datetime import date
from typing import cast

THIN = "\u202f"
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
COMMUNE = re.compile(r"\b(?:\d{5}|2[AB]\d{3})\b")


def padded(code: str | None, width: int) -> str | None:
    """Return a code with the leading zeros a spreadsheet ate; codes with letters are left as they are.

    >>> padded("1004", 5)
    '01004'
    """
    return code.zfill(width) if code and code.isdigit() else code


def decimal(text: str | None) -> str | None:
    """Return a number written with a point; None when it is no number.

    >>> decimal("1 234,5")
    '1234.5'
    """
    if not text:
        return None
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return text
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    if "_" in plain:  # a separator for Python alone
        return None
    try:
        number = float(plain)
    except ValueError:
        return None
    return plain if math.isfinite(number) else None


def iso_date(text: str | None) -> str | None:
    """Return a date as YYYY-MM-DD from 13/02/1979 or 1979-02-13; None when it is no date.

    >>> iso_date("13/02/1979")
    '1979-02-13'
    """
    if not text:
        return None
    if french := re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text):
        return f"{french[3]}-{french[2]}-{french[1]}"
    return text[:10] if re.match(r"\d{4}-\d{2}-\d{2}", text) else None


def commune_codes(text: str | None) -> str | None:
    """Return the commune codes of a text, separated by spaces: from "59350, 59360" or "[59350]" or "1004".

    >>> commune_codes("59350, 59360")
    '59350 59360'
    """
    found = COMMUNE.findall(padded(text, 5) or "")
    return " ".join(dict.fromkeys(found)) or None


def cell_commune_codes(text: str | None) -> str | None:
    """Return the commune codes of a 200 m cell, which INSEE writes without separator.

    >>> cell_commune_codes("930109306493077")
    '93010 93064 93077'
    """
    if not text:
        return None
    if len(text) % 5 == 4:
        text = f"0{text}"
    return commune_codes(" ".join(text[i : i + 5] for i in range(0, len(text), 5)))


def number_text(value: object) -> str | None:
    """Return a cell of a layer as text: integers without ".0", nothing for what is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip() or None


def column_texts(values: list[object]) -> list[str | None]:
    """Return a whole column of a layer as texts; columns of numbers, which are many and long, at once.

    >>> column_texts([34.0, 0.5, float("nan")]), column_texts([93007, None])
    (['34', '0.5', None], ['93007', None])
    """
    kinds = set(map(type, values))
    if kinds == {float}:
        return [None if math.isnan(value) else f"{value:.15g}" for value in cast("list[float]", values)]
    if kinds == {int}:
        return [str(value) for value in values]
    return [number_text(value) for value in values]


def french_count(number: int) -> str:
    """Return an integer with thin spaces between thousands.

    >>> french_count(2200000).replace(chr(0x202F), "_")
    '2_200_000'
    """
    return f"{number:,}".replace(",", THIN)


def french_share(share: float) -> str:
    """Return a share as a percentage with one decimal, a comma and a thin space.

    >>> french_share(0.0125).replace(chr(0x202F), "_")
    '1,2_%'
    """
    return f"{100 * share:.1f}{THIN}%".replace(".", ",")


def french_date(day: date) -> str:
    """Return a day as people write it.

    >>> french_date(date(2025, 11, 3))
    '3 novembre 2025'
    """
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"
