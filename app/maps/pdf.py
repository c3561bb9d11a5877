"""Printed sheets: one territory a sheet, or an atlas of several with its table of contents, as tagged PDF."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.indicators.wording import french_date, french_integer
from app.maps.classes import Band
from app.maps.drawing import Drawn, draw, paint_of, swatch
from app.maps.paper import Paper

HERE = Path(__file__).resolve().parent
VARIANT = "pdf/ua-1"
MARGIN_MM = 10
GUTTER_MM = 7

_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet's table: a profession here, and in the commune. Texts are ready to print."""

    label: str
    headcount: str
    density: str
    interval: str
    commune: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one sheet says. ``map`` is drawn; every text is complete and in French.

    ``compared`` names what the table compares with, empty without any; ``chart`` is SVG. ``link`` is the
    address of the same map on the web, behind the QR code, and ``current`` the one that tells whether the
    release is the last one.
    """

    title: str
    name: str
    place: str
    sentences: Sequence[str]
    unit: str
    part: str
    parts: str
    compared: str
    lines: Sequence[Line]
    chart: str
    bands: Sequence[Band]
    map: Drawn
    map_told: str
    sources: Sequence[str]
    release_id: int
    vintage: date
    link: str
    current: str


@dataclass(frozen=True, slots=True)
class Printing:
    """How sheets are printed: paper, day, folder of the typeface (without, the system's), atlas title.

    ``overview`` is the map of an atlas beside its contents, each territory under the number of its page.
    """

    paper: Paper
    day: date
    fonts: Path | None
    title: str = ""
    overview: Drawn | None = None


def render(sheets: Sequence[Sheet], printing: Printing) -> bytes:
    """Return the PDF of sheets, one page each; with a title, a page of contents comes first.

    PDF/UA-1: tagged, titled, in French, the maps with their alternative text. Nothing is read from outside.
    """
    # For who prints: it takes 30 MB and a third of a second to load.
    from weasyprint import CSS, HTML  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    html = _TEMPLATES.get_template("sheet.html").render(
        sheets=[_shown(sheet) for sheet in sheets],
        printing=printing,
        margin=MARGIN_MM,
        table_width=printing.paper.width - 2 * MARGIN_MM - printing.paper.map_width - GUTTER_MM,
        overview=_picture(draw(printing.overview)) if printing.overview else "",
        day=french_date,
        document_title=printing.title or sheets[0].title,
    )
    fonts = FontConfiguration()
    # Nothing from the network: a sheet is made of what is here.
    local = URLFetcher(allowed_protocols=("file", "data"), fail_on_errors=True)
    style = CSS(filename=HERE / "templates" / "sheet.css", font_config=fonts)
    faces = CSS(string=_faces(printing.fonts), font_config=fonts, url_fetcher=local)
    document = HTML(string=html, base_url=str(HERE), url_fetcher=local)
    written: bytes = document.write_pdf(stylesheets=[faces, style], font_config=fonts, pdf_variant=VARIANT)
    return written


def _shown(sheet: Sheet) -> dict[str, object]:
    last = next((band for band in reversed(sheet.bands) if band.kind == "class"), None)
    return {
        "sheet": sheet,
        "map": _picture(draw(sheet.map)),
        "chart": _picture(sheet.chart),
        "qr": _picture(segno.make(sheet.link, error="m").svg_inline(border=0, scale=2)),
        "bands": [
            {
                "swatch": _picture(swatch(paint_of(band))),
                "kind": band.kind,
                "bounds": _bounds(band, last=band is last),
                "territories": _counted(len(band.members), sheet.part, sheet.parts),
                "people": french_integer(round(band.population)),
            }
            for band in sheet.bands
        ],
    }


def _counted(count: int, one: str, several: str) -> str:
    return f"{french_integer(count)} {several if count > 1 else one}"


def _bounds(band: Band, *, last: bool) -> str:
    """Return a class's bounds: only the last class holds its upper one, as on the map."""
    if band.kind != "class":
        return {"zero": "0", "few": "sous 200 hab.", "unknown": "inconnu"}[band.kind]
    low, high = (f"{bound:,.{band.decimals}f}" for bound in (band.low, band.high))
    join = " à " if last else " à <\u00a0"
    return join.join(text.replace(",", "\u202f").replace(".", ",") for text in (low, high))


def _picture(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _faces(folder: Path | None) -> str:
    if folder is None:
        return ""
    return "".join(
        f'@font-face {{ font-family: "Source Sans 3"; font-weight: {weight}; '
        f"src: url({(folder / f'source-sans-3-{subset}-{weight}-normal.woff2').resolve().as_uri()}); "
        f"unicode-range: {letters}; }}"
        for weight in (400, 600)
        for subset, letters in (
            ("latin", "U+0000-00FF, U+2000-22FF"),
            ("latin-ext", "U+0100-02AF, U+1E00-1EFF"),
        )
    )
