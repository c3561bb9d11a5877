"""A line over the vintages with the band of its interval, from zero: a small change looks small."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from app.indicators.wording import french_date, french_number
from app.maps.charts.svg import (
    INK,
    OWN,
    RULE,
    SOFT,
    VEIL,
    WIDTH,
    dot,
    long,
    mark_label,
    path,
    picture,
    rule,
    steps,
    words,
)

type Placing = Callable[[date, float], tuple[float, float]]

LEFT, RIGHT, TOP, HIGH, FOOT = 44.0, 14.0, 30.0, 180.0, 24.0
MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


@dataclass(frozen=True, slots=True)
class Moment:
    """A value on a day, with its bounds; None is unknown and leaves a gap."""

    day: date
    value: float | None
    low: float | None = None
    high: float | None = None


def draw_trend(name: str, title: str, moments: Sequence[Moment], unit: str) -> Markup:
    """Return the chart, and in words the value of each day."""
    known = [one for one in moments if one.value is not None]
    marks = steps(max((one.high or one.value or 0.0 for one in known), default=0.0))
    first, last = moments[0].day, moments[-1].day
    span = max(1, (last - first).days)

    def at(day: date, value: float) -> tuple[float, float]:
        x = LEFT + 22 + (day - first).days / span * (WIDTH - LEFT - RIGHT - 44)
        return x, TOP + HIGH * (1 - value / marks[-1])

    parts = [words(unit, 8, 13, size=12, fill=SOFT)]
    for mark in marks:
        y = at(first, mark)[1]
        parts.append(rule(LEFT, y, WIDTH - RIGHT, y, stroke=INK if mark == 0 else RULE))
        parts.append(words(mark_label(mark, marks[1]), LEFT - 8, y + 4, anchor="end", size=12, fill=SOFT))
    parts += [path(_band(run, at), fill=VEIL) for run in _runs(moments)]
    for run in _runs(moments):
        parts.append(path([at(one.day, one.value or 0.0) for one in run], stroke=OWN, width=2.5))
        parts += [dot(*at(one.day, one.value or 0.0), 4.5, fill=OWN) for one in run]
    for one in {known[0], known[-1]} if known else ():
        x, y = at(one.day, one.value or 0.0)
        parts.append(words(french_number(one.value or 0.0), x, y - 11, anchor="middle", strong=True))
    parts += _days(moments, lambda day: at(day, 0.0)[0])
    told = " ; ".join(_told(one) for one in moments)
    return picture(name, title, f"{unit} : {told}.", TOP + HIGH + FOOT, parts)


def _runs(moments: Sequence[Moment]) -> list[list[Moment]]:
    """Return the stretches between unknown values."""
    runs: list[list[Moment]] = [[]]
    for one in moments:
        if one.value is None:
            runs.append([])
        else:
            runs[-1].append(one)
    return [run for run in runs if run]


def _band(run: Sequence[Moment], at: Placing) -> list[tuple[float, float]]:
    """Return the outline of an interval, there and back; nothing where a bound is unknown."""
    if any(one.low is None or one.high is None for one in run):
        return []
    there = [at(one.day, one.high or 0.0) for one in run]
    back = [at(one.day, one.low or 0.0) for one in reversed(run)]
    return [*there, *back]


def _days(moments: Sequence[Moment], place: Callable[[date], float]) -> list[str]:
    """Return the days that have room under the axis, the newest first in line."""
    parts: list[str] = []
    free = WIDTH
    for one in reversed(moments):
        label = f"{MONTHS[one.day.month - 1]} {one.day.year}"
        half, x = long(label, 12) / 2, place(one.day)
        if x + half <= free:
            centre = min(max(x, LEFT + half), WIDTH - half)
            parts.append(words(label, centre, TOP + HIGH + 17, anchor="middle", size=12, fill=SOFT))
            free = centre - half - 6
    return parts


def _told(one: Moment) -> str:
    said = f"le {french_date(one.day)}, "
    if one.value is None:
        return f"{said}inconnu"
    said += french_number(one.value)
    if one.low is None or one.high is None:
        return said
    return f"{said} entre {french_number(one.low)} et {french_number(one.high)}"
