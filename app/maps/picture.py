"""A map to take away as one SVG: its sentence, the map, its legend, its sources, on an A4 landscape."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from app.indicators.wording import french_date
from app.maps.drawing import FAMILY, INK, LETTER_MM, OUTLINE, QPV, ZERO, Drawn, Paint, draw, swatch
from app.maps.paper import PAPERS, Frame, Paper

# A pixel of the screen on paper, in millimetres.
PIXEL = 0.2
COMMUNE_MM = 0.4
MARGIN, GUTTER, LEGEND = 10.0, 6.0, 62.0
TITLE, ANSWER, TEXT, SMALL = 6.2, 3.7, 3.5, 2.6
LINE = 1.3  # height of a line, in sizes of its letters
GREY = "#4b545b"
# The letters of a French sentence; more of the typeface would double the file.
FACES = ("source-sans-3-latin-400-normal.woff2", "source-sans-3-latin-600-normal.woff2")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: how it is painted, what that means, which territories wear it.

    ``round`` is of maps whose discs wear the colour: their territories are white.
    """

    fill: str
    label: str
    ids: tuple[int, ...]
    round: bool = False

    @property
    def paint(self) -> Paint:
        """Return how its territories are painted."""
        return Paint(ZERO if self.round else self.fill, self.ids)


@dataclass(frozen=True, slots=True)
class Mark:
    """A disc at a place, in degrees; its radius in pixels of the screen, and a number on it or nothing."""

    longitude: float
    latitude: float
    radius: float
    fill: str
    text: str


@dataclass(frozen=True, slots=True)
class Over:
    """A shape over the territories, in degrees: its colours ("none" for none), its edge in pixels."""

    geom: BaseGeometry
    fill: str
    edge: str
    width: float
    opacity: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A map as somebody sees it. ``told`` is a line a territory; ``box`` is in degrees, west first."""

    title: str
    answer: str
    heading: str
    level: str
    box: tuple[float, float, float, float]
    legend: Sequence[Entry]
    told: dict[int, str] = field(default_factory=dict)
    marks: Sequence[Mark] = ()
    over: Sequence[Over] = ()


@dataclass(frozen=True, slots=True)
class Credits:
    """Where a picture comes from: sources, release and its date, address of the same map, day of the copy."""

    sources: Sequence[str]
    release_id: int
    vintage: date
    link: str
    day: date

    @property
    def lines(self) -> tuple[str, str]:
        """Return the two lines under a picture."""
        return (
            f"Sources : {' ; '.join(self.sources)}.",
            f"Version {self.release_id}, offre au {french_date(self.vintage)}. Copie du "
            f"{french_date(self.day)}. {self.link}",
        )


def map_paper(picture: Picture, credit: Credits) -> Paper:
    """Return the room that sentences and legend leave to the map, in millimetres."""
    page = PAPERS["A4"]
    top, foot = _header_height(picture, page.width), _footer_height(credit, page.width)
    return Paper(
        page.name,
        *(page.width, page.height),
        page.width - 2 * MARGIN - GUTTER - LEGEND,
        page.height - 2 * MARGIN - top - foot,
    )


def picture_svg(picture: Picture, drawn: Drawn, credit: Credits, fonts: Path | None) -> str:
    """Return the whole picture. ``drawn`` is the map on ``map_paper``; ``fonts`` holds the typeface."""
    page = PAPERS["A4"]
    top = MARGIN + _header_height(picture, page.width)
    legend_x = page.width - MARGIN - LEGEND
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{page.width:g}mm" height="{page.height:g}mm" '
        f'viewBox="0 0 {page.width:g} {page.height:g}" font-family="{FAMILY}" role="img" '
        f'lang="fr" aria-label={quoteattr(picture.title)}>',
        f"<title>{escape(picture.title)}</title><style>{_faces(fonts)}</style>",
        f'<rect width="{page.width:g}" height="{page.height:g}" fill="#ffffff"/>',
        *_header(picture, page.width),
        draw(drawn, (MARGIN, top)),
        *_marks(picture.marks, drawn.frame, top),
        *_legend(picture, drawn, legend_x, top),
        *_footer(credit, page),
    ]
    return "".join([*parts, "</svg>"])


def _header(picture: Picture, width: float) -> list[str]:
    parts, y = [], MARGIN
    for line in _lines(picture.title, TITLE, width - 2 * MARGIN):
        y += TITLE
        parts.append(_text(line, (MARGIN, y), TITLE, INK, bold=True))
        y += TITLE * (LINE - 1)
    for line in _lines(picture.answer, ANSWER, width - 2 * MARGIN):
        y += ANSWER
        parts.append(_text(line, (MARGIN, y), ANSWER, GREY))
        y += ANSWER * (LINE - 1)
    return parts


def _header_height(picture: Picture, width: float) -> float:
    room = width - 2 * MARGIN
    titles, answers = len(_lines(picture.title, TITLE, room)), len(_lines(picture.answer, ANSWER, room))
    return LINE * (titles * TITLE + answers * ANSWER) + 2.5


def _marks(marks: Sequence[Mark], frame: Frame, top: float) -> list[str]:
    """Return the discs of a map, the smaller ones above."""
    if not marks:
        return []
    to_frame = Transformer.from_crs(4326, frame.srid, always_xy=True)
    west, _, _, north = frame.box
    parts = []
    for mark in sorted(marks, key=lambda one: -one.radius):
        x, y = to_frame.transform(mark.longitude, mark.latitude)
        left, down = (x - west) / frame.metres_per_mm, (north - y) / frame.metres_per_mm
        if 0 <= left <= frame.width and 0 <= down <= frame.height:
            at = f'cx="{MARGIN + left:.2f}" cy="{top + down:.2f}"'
            parts.append(
                f'<circle {at} r="{mark.radius * PIXEL:.2f}" fill="{mark.fill}" fill-opacity=".9" '
                'stroke="#ffffff" stroke-width=".3"/>'
            )
            if mark.text:
                size = max(2.0, mark.radius * PIXEL * 0.9)
                x, y = MARGIN + left - len(mark.text) * size * LETTER_MM / 2, top + down + size * 0.35
                parts.append(_text(mark.text, (x, y), size, "#ffffff", bold=True))
    return parts


def _legend(picture: Picture, drawn: Drawn, left: float, top: float) -> list[str]:
    parts, y = [], top
    for line in _lines(picture.heading, TEXT, LEGEND):
        y += TEXT
        parts.append(_text(line, (left, y), TEXT, INK, bold=True))
        y += TEXT * (LINE - 1)
    y += 2.0
    for entry in picture.legend:
        parts.append(_disc(entry, left, y) if entry.round else swatch(entry.paint, (left, y)))
        for line in _lines(entry.label, TEXT, LEGEND - 22) or [""]:
            parts.append(_text(line, (left + 12, y + 3.2), TEXT, INK))
            y += TEXT * LINE
        count = str(len(entry.ids)) if entry.ids else ""
        parts.append(_text(count, (left + LEGEND, y - TEXT * LINE + 3.2), TEXT, GREY, end=True))
        y += 1.6
    lines = [("Quartier prioritaire (QPV)", QPV, 0.65)] if drawn.quarters else []
    for words, colour, width in (*lines, ("Limite de commune", OUTLINE, COMMUNE_MM)):
        parts.append(f'<path d="M{left:g} {y + 2:g}h9" stroke="{colour}" stroke-width="{width:g}"/>')
        parts.append(_text(words, (left + 12, y + 3.2), TEXT, INK))
        y += TEXT * LINE + 1.6
    return parts


def _disc(entry: Entry, left: float, y: float) -> str:
    return (
        f'<circle cx="{left + 4.5:g}" cy="{y + 2:.2f}" r="1.8" fill="{entry.fill}" stroke="{OUTLINE}" '
        'stroke-width=".3"/>'
    )


def _footer(credit: Credits, page: Paper) -> list[str]:
    y = page.height - MARGIN - _footer_height(credit, page.width) + 3.0
    parts = []
    for line in _footer_lines(credit, page.width):
        y += SMALL * LINE
        parts.append(_text(line, (MARGIN, y), SMALL, GREY))
    return parts


def _footer_height(credit: Credits, width: float) -> float:
    return 3.0 + len(_footer_lines(credit, width)) * SMALL * LINE


def _footer_lines(credit: Credits, width: float) -> list[str]:
    return [line for text in credit.lines for line in _lines(text, SMALL, width - 2 * MARGIN)]


def _lines(text: str, size: float, width: float) -> list[str]:
    return wrap(text, max(8, int(width / (size * LETTER_MM * 0.92))), break_on_hyphens=False)


def _text(
    words: str, at: tuple[float, float], size: float, colour: str, *, bold: bool = False, end: bool = False
) -> str:
    x, y = at
    weight = 600 if bold else 400
    anchor = ' text-anchor="end"' if end else ""
    return (
        f'<text x="{x:g}" y="{y:.2f}" font-size="{size:g}" font-weight="{weight}" fill="{colour}"{anchor}>'
        f"{escape(words)}</text>"
    )


def _faces(fonts: Path | None) -> str:
    """Return the typeface inside the file, so that the picture is the same everywhere."""
    if fonts is None:
        return ""
    return "".join(
        f'@font-face{{font-family:"Source Sans 3";font-weight:{weight};'
        f"src:url(data:font/woff2;base64,{base64.b64encode((fonts / name).read_bytes()).decode()})}}"
        for weight, name in zip((400, 600), FACES, strict=True)
    )
