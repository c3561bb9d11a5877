"""Pieces of a chart: the frame that a screen reader announces, lines, words, axes.

Sizes are in units of a chart 440 wide, which a page shows a little larger on a desk, a little smaller on a
phone. Everything is an attribute: the pages forbid styles written inside them.
"""

from collections.abc import Iterable
from math import ceil, floor, log10

from markupsafe import Markup, escape

from app.indicators.wording import THIN_SPACE

WIDTH = 440.0
INK, SOFT, RULE, PAPER = "#1b2126", "#4c565e", "#c9ced2", "#ffffff"
# Dark is the territory, light what it is compared with: a grey printer keeps them apart.
OWN, OTHER, VEIL = "#00567f", "#6c7780", "#cfe3ea"
TEXT = 14.0
# Width of a usual letter of a size of 1.
LETTER = 0.5


def picture(name: str, title: str, told: str, height: float, parts: Iterable[str]) -> Markup:
    """Return a chart: ``name`` tells its identifiers apart in a page, ``told`` says what it shows."""
    return Markup(  # noqa: S704 - every word is escaped where it is written
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" '
        f'font-family="Source Sans 3" role="img" aria-labelledby="{name}-title {name}-told" '
        'focusable="false">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-told">{escape(told)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def words(
    said: str,
    x: float,
    y: float,
    *,
    anchor: str = "start",
    size: float = TEXT,
    fill: str = INK,
    strong: bool = False,
    halo: bool = False,
) -> str:
    """Return a text whose baseline begins, is centred or ends at a point; a halo keeps lines off it."""
    weight = ' font-weight="600"' if strong else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"{weight}'
    # Printers of PDF know no paint order: the halo is a text of its own, under the other.
    under = (
        f'<text {place} fill="{PAPER}" stroke="{PAPER}" stroke-width="4" stroke-linejoin="round" '
        f'aria-hidden="true">{escape(said)}</text>'
    )
    return f'{under if halo else ""}<text {place} fill="{fill}">{escape(said)}</text>'


def rule(
    x1: float, y1: float, x2: float, y2: float, *, stroke: str = RULE, width: float = 1.0, dashes: str = ""
) -> str:
    """Return a straight line."""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" '
        f'stroke-width="{width:g}"{dashed}/>'
    )


def bar(x: float, y: float, width: float, height: float, *, fill: str, stroke: str = "none") -> str:
    """Return a rectangle; nothing when it has no width."""
    if width <= 0:
        return ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" '
        f'stroke="{stroke}"/>'
    )


def path(
    points: Iterable[tuple[float, float]],
    *,
    stroke: str = "none",
    width: float = 1.0,
    fill: str = "none",
    dashes: str = "",
) -> str:
    """Return a line through points, or the area they close when it is filled; nothing without points."""
    found = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    if not found:
        return ""
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    end = "" if fill == "none" else "Z"
    return (
        f'<path d="M{found}{end}" fill="{fill}" stroke="{stroke}" stroke-width="{width:g}" '
        f'stroke-linejoin="round"{dashed}/>'
    )


def dot(x: float, y: float, radius: float, *, fill: str, stroke: str = PAPER) -> str:
    """Return a disc with an edge that keeps it apart from what is under it."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" stroke="{stroke}" '
        'stroke-width="1.5"/>'
    )


def long(said: str, size: float = TEXT) -> float:
    """Return about how wide a text is."""
    return len(said) * size * LETTER


def steps(highest: float, most: int = 4) -> list[float]:
    """Return the marks of an axis from 0, by 1, 2 or 5 and zeros; the last one is ``highest`` or above.

    >>> steps(264), steps(0.9), steps(0)
    ([0.0, 100.0, 200.0, 300.0], [0.0, 0.5, 1.0], [0.0, 1.0])
    """
    if highest <= 0:
        return [0.0, 1.0]
    power = 10.0 ** (floor(log10(highest)) - 1)
    while True:
        for factor in (1, 2, 5):
            step = factor * power
            # What floats add in the twelfth digit is no step more.
            count = ceil(float(f"{highest / step:.12g}"))
            if count <= most:
                return [float(f"{rank * step:.12g}") for rank in range(count + 1)]
        power *= 10


def mark_label(value: float, step: float) -> str:
    """Return the number of a mark, with the decimals of its axis.

    >>> mark_label(1500.0, 500.0) == "1\u202f500", mark_label(0.5, 0.5)
    (True, '0,5')
    """
    decimals = 0 if step >= 1 else max(1, -floor(log10(step)))
    return f"{value:,.{decimals}f}".replace(",", THIN_SPACE).replace(".", ",")
