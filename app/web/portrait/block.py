"""The parts of a portrait page: blocks of sentences, figures, tables that say what nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup

from app.indicators.secrecy import Status
from app.indicators.wording import french_integer, french_number, percent

type Kind = Literal["text", "known", "zero", "unknown", "suppressed", "strong"]
UNKNOWN, HIDDEN, NOTHING = "inconnu", "NS", "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table: ready to print, and drawn as what it is (LOOK: three different looks)."""

    said: str
    kind: Kind = "known"


@dataclass(frozen=True, slots=True)
class Table:
    """A table behind a disclosure called ``summary``; the first column names the line.

    ``on_paper`` is False for what nobody prints.
    """

    summary: str
    head: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    note: str = ""
    on_paper: bool = True


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure and what it is called."""

    svg: Markup
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One part of the page."""

    slug: str
    title: str
    sentences: Sequence[str]
    figures: Sequence[Drawing] = field(default_factory=tuple)
    tables: Sequence[Table] = field(default_factory=tuple)


def number_cell(value: float | None, status: Status = "known") -> Cell:
    """Return a measured number, or why there is none.

    >>> number_cell(0.0), number_cell(None, "suppressed").said, number_cell(None).kind
    (Cell(said='0', kind='zero'), 'NS', 'unknown')
    """
    if value is None:
        return Cell(HIDDEN, "suppressed") if status == "suppressed" else Cell(UNKNOWN, "unknown")
    return Cell("0", "zero") if value == 0 else Cell(french_number(value))


def count_cell(value: float | None) -> Cell:
    """Return a whole number, or that nobody knows it."""
    if value is None:
        return Cell(UNKNOWN, "unknown")
    return Cell("0", "zero") if value == 0 else Cell(french_integer(round(value)).replace("-", "−"))


def share_cell(share: float | None, status: Status = "known") -> Cell:
    """Return a share, 0 to 1, in hundredths, or why there is none."""
    return Cell(percent(share)) if share else number_cell(share, status)


def bounds_cell(low: float | None, high: float | None) -> Cell:
    """Return an interval as a table writes it; nothing where there is none."""
    if low is None or high is None:
        return Cell(NOTHING)
    return Cell(f"{_bound(low)} à {_bound(high)}")


def text_cell(said: str, *, strong: bool = False) -> Cell:
    """Return words."""
    return Cell(said, "strong" if strong else "text")


def _bound(value: float) -> str:
    return french_number(value) if value else "0"
