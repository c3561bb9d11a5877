"""Shares of people within so many minutes: a territory, and what holds it."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.indicators.wording import THIN_SPACE
from app.maps.charts.svg import INK, OTHER, OWN, RULE, SOFT, WIDTH, dot, path, picture, rule, words

LEFT, RIGHT, TOP, HIGH, FOOT = 52.0, 14.0, 56.0, 170.0, 38.0
KEY = 8.0
SHARES = (0, 25, 50, 75, 100)
MINUTES_APART = 5
READ_AT = 15


@dataclass(frozen=True, slots=True)
class Reached:
    """The share, 0 to 1, of people within 0, 1, 2... minutes."""

    label: str
    shares: Sequence[float]


def draw_curve(name: str, title: str, own: Reached, other: Reached | None) -> Markup:
    """Return the chart, and in words the shares every five minutes."""
    longest = len(own.shares) - 1

    def at(minutes: float, share: float) -> tuple[float, float]:
        return LEFT + minutes / longest * (WIDTH - LEFT - RIGHT), TOP + HIGH * (1 - share)

    parts = []
    for share in SHARES:
        y = at(0, share / 100)[1]
        parts.append(rule(LEFT, y, WIDTH - RIGHT, y, stroke=INK if share == 0 else RULE))
        parts.append(words(f"{share}{THIN_SPACE}%", LEFT - 8, y + 4, anchor="end", size=12, fill=SOFT))
    for minutes in range(0, longest + 1, MINUTES_APART):
        x = at(minutes, 0)[0]
        anchor = "start" if minutes == 0 else "end" if minutes == longest else "middle"
        parts.append(words(str(minutes), x, TOP + HIGH + 16, anchor=anchor, size=12, fill=SOFT))
    unit = words("minutes", WIDTH - RIGHT, TOP + HIGH + 32, anchor="end", size=12, fill=SOFT)
    parts += [unit, *_key(own, other)]
    if other is not None:
        line = [at(minutes, share) for minutes, share in enumerate(other.shares)]
        parts.append(path(line, stroke=OTHER, width=2.5, dashes="7 4"))
    line = [at(minutes, share) for minutes, share in enumerate(own.shares)]
    parts.append(path(line, stroke=OWN, width=3))
    if longest >= READ_AT:
        x, y = at(READ_AT, own.shares[READ_AT])
        parts += [rule(x, y, x, TOP + HIGH, stroke=INK, dashes="2 3"), dot(x, y, 5, fill=OWN)]
        below = 20 if own.shares[READ_AT] > 0.85 else -10
        parts.append(words(_percent(own.shares[READ_AT]), x + 7, y + below, strong=True))
    told = " ; ".join(_told(one) for one in (own, other) if one is not None)
    return picture(name, title, f"{told}.", TOP + HIGH + FOOT, parts)


def _key(own: Reached, other: Reached | None) -> list[str]:
    """Return what each line is, above them."""
    parts = [rule(KEY, 10, KEY + 26, 10, stroke=OWN, width=3), words(own.label, KEY + 33, 15, strong=True)]
    if other is None:
        return parts
    line = rule(KEY, 30, KEY + 26, 30, stroke=OTHER, width=2.5, dashes="7 4")
    return [*parts, line, words(other.label, KEY + 33, 35)]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}{THIN_SPACE}%"


def _told(reached: Reached) -> str:
    said = ", ".join(
        f"{_percent(reached.shares[minutes])} à moins de {minutes} minutes"
        for minutes in range(MINUTES_APART, len(reached.shares), MINUTES_APART)
    )
    return f"{reached.label} : {said}"
