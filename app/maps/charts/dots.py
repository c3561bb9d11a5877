"""Dots with their intervals on one scale: a territory beside what holds it, or its professions beside 1."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.indicators.secrecy import Status
from app.indicators.wording import french_number
from app.maps.charts.svg import (
    INK,
    OTHER,
    OWN,
    PAPER,
    RULE,
    SOFT,
    WIDTH,
    dot,
    mark_label,
    path,
    picture,
    rule,
    steps,
    words,
)

LEFT, RIGHT = 8.0, 14.0
ROW, TOP, FOOT = 44.0, 6.0, 26.0
# An interval longer than so many times the largest value is cut, with an arrow: it says « nobody knows ».
LONGEST = 4.0
SAID: dict[Status, str] = {"known": "", "unknown": "inconnu", "suppressed": "non montré (NS)"}


@dataclass(frozen=True, slots=True)
class Dot:
    """One line of the chart: a value with its bounds, None unknown; ``own`` is what the page is about.

    ``beside`` is a value it is compared with on the same line, drawn as an upright mark.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    status: Status = "known"
    own: bool = False
    beside: float | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """What the axis says: its unit, and a value that everything is read against, with its name."""

    unit: str
    reference: float | None = None
    reference_label: str = ""


def draw_dots(name: str, title: str, rows: Sequence[Dot], scale: Scale) -> Markup:
    """Return the chart, and in words every value with its interval."""
    marks = steps(_highest(rows, scale))
    height = TOP + ROW * len(rows) + FOOT + 18
    base = height - FOOT - 16
    across = (WIDTH - LEFT - RIGHT) / marks[-1]
    parts = [
        part
        for mark in marks
        for part in (
            rule(LEFT + mark * across, TOP, LEFT + mark * across, base),
            words(
                mark_label(mark, marks[1]),
                LEFT + mark * across,
                base + 15,
                anchor="start" if mark == 0 else "end" if mark == marks[-1] else "middle",
                size=12,
                fill=SOFT,
            ),
        )
    ]
    parts.append(words(scale.unit, LEFT, base + 32, size=12, fill=SOFT))
    if scale.reference is not None:
        x = LEFT + scale.reference * across
        parts.append(rule(x, TOP, x, base, stroke=INK, width=1.5))
        parts.append(words(scale.reference_label, WIDTH - RIGHT, base + 32, anchor="end", size=12, fill=INK))
    for rank, row in enumerate(rows):
        parts += _row(row, TOP + ROW * rank, across, marks[-1])
    told = " ; ".join(_told(row) for row in rows)
    return picture(name, title, f"{scale.unit} : {told}.", height, parts)


def _highest(rows: Sequence[Dot], scale: Scale) -> float:
    values = [one for row in rows for one in (row.value, row.beside) if one is not None]
    largest = max([*values, scale.reference or 0.0], default=0.0)
    bounds = [row.high for row in rows if row.high is not None]
    if not largest:
        # Nobody anywhere: what the intervals allow is all there is to show.
        return max(bounds, default=0.0)
    return max([largest, *(min(bound, LONGEST * largest) for bound in bounds)])


def _row(row: Dot, top: float, across: float, last: float) -> list[str]:
    y = top + 31
    ink = OWN if row.own else OTHER
    figure = SAID[row.status] if row.value is None else _number(row.value)
    label = words(row.label, LEFT, top + 17, strong=row.own, halo=True)
    said = words(figure, WIDTH - RIGHT, top + 17, anchor="end", strong=row.own, halo=True)
    parts = [label, said]
    if row.value is None:
        return [*parts, rule(LEFT, y, WIDTH - RIGHT, y, stroke=RULE, width=2, dashes="2 6")]
    if row.low is not None and row.high is not None:
        parts += _interval(
            (LEFT + row.low * across, LEFT + min(row.high, last) * across), y, ink, cut=row.high > last
        )
    if row.beside is not None:
        x = LEFT + row.beside * across
        parts.append(rule(x, y - 8, x, y + 8, stroke=INK, width=2.5))
    x = LEFT + row.value * across
    if row.value == 0:
        return [*parts, dot(x, y, 5.5, fill=PAPER, stroke=ink)]
    return [*parts, dot(x, y, 6.5 if row.own else 5.5, fill=ink)]


def _interval(ends: tuple[float, float], y: float, ink: str, *, cut: bool) -> list[str]:
    """Return a bar between two ends; ``cut`` where it goes on beyond the chart."""
    start, end = ends
    along = rule(start, y, end, y, stroke=ink, width=3)
    parts = [along, rule(start, y - 5, start, y + 5, stroke=ink, width=2)]
    if cut:
        return [*parts, path([(end - 6, y - 6), (end + 4, y), (end - 6, y + 6)], fill=ink)]
    return [*parts, rule(end, y - 5, end, y + 5, stroke=ink, width=2)]


def _told(row: Dot) -> str:
    if row.value is None:
        return f"{row.label}, {SAID[row.status]}"
    said = f"{row.label}, {_number(row.value)}"
    if row.low is not None and row.high is not None:
        said += f", entre {_number(row.low)} et {_number(row.high)}"
    if row.beside is not None:
        said += f", contre {_number(row.beside)}"
    return said


def _number(value: float) -> str:
    """Return a measured number; nothing at all is 0, not 0,0."""
    return french_number(value) if value else "0"
