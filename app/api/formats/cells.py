"""What a cell of a table holds: plain values, and text that no spreadsheet executes."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson

# A spreadsheet runs a cell that begins so (OWASP, CSV injection), in wide characters too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
INNER_FORMULA = re.compile(r"[;,|\t\r\n](?=[-=+@＝＋－＠]\S)")
PLAIN = frozenset((str, int, bool))


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever an item holds
    """Return a value that fits in one cell: lists joined by spaces, NaN as None.

    >>> plain(["commune:00101", "epci:200000"]), plain({"secteur_1": 2}), plain(float("nan"))
    ('commune:00101 epci:200000', 'secteur_1:2', None)
    """
    # Nearly all cells are of these, and asking what else they may be takes longer than writing them.
    if value is None or type(value) in PLAIN:
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return " ".join(f"{name}:{_word(part)}" for name, part in value.items())
    return " ".join(map(_word, value)) if isinstance(value, Sequence) else value


def _word(part: object) -> str:
    if isinstance(part, Mapping | list | tuple):
        return orjson.dumps(part).decode()
    return "" if part is None else str(part)


def text(value: Any) -> str | None:  # noqa: ANN401 - whatever an item holds
    """Return a value as text; None is unknown."""
    value = plain(value)
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def runs(value: str) -> bool:
    """Say whether a spreadsheet would take a text for a formula."""
    return value.startswith(FORMULA_STARTS)


def harmless(value: str) -> str:
    """Return a text that no spreadsheet executes: the leading apostrophe makes it text.

    One that takes another separator for its own would begin a cell in the middle of a text.

    >>> harmless("=1"), harmless("Centre;=1"), harmless("Rue A, - B ; -C")
    ("'=1", "Centre;'=1", 'Rue A, - B ; -C')
    """
    # Most cells have none of these: looking is a fifth of what the expression takes.
    if "," in value or ";" in value or "|" in value or not value.isprintable():
        value = INNER_FORMULA.sub(r"\g<0>'", value)
    return f"'{value}" if runs(value) else value
