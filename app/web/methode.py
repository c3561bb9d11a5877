"""The page on methods: every indicator of the registry, and what they all rest on, written by the server."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape
from sqlalchemy import Connection, Engine

from app.indicators.entry import Direction, Indicator
from app.indicators.quality import Source, read_sources
from app.indicators.registry import FAMILIES
from app.indicators.secrecy import FEWEST, SECRECY_WORDS
from app.indicators.wording import LEVEL_NAMES, LEVELS, french_date, french_integer
from app.sources.catalogue import REGISTERS
from app.supply.nomenclature import PROFESSIONS, Profession
from app.web.templating import templates

FRESH = {"Cache-Control": "no-cache", "Content-Language": "fr"}
DIRECTIONS: Mapping[Direction, str] = {
    "more_is_better": "une valeur plus grande est plus favorable",
    "less_is_better": "une valeur plus petite est plus favorable",
    "neutral": "ni favorable ni défavorable en soi",
}
PROPER = frozenset(["IRIS", "France"])
LABELS = {str(name): register.label for name, register in REGISTERS.items()}
# What a formula writes on one line: an index after « _ », a power after « ^ ».
INDEX = re.compile(r"(_|\^)(\{[^}]*\}|[A-Za-z0-9]+)")

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class Published:
    """What is published: the day it shows, its number, its files by register. Nothing yet: None and none."""

    vintage: date | None
    release: int | None
    sources: Mapping[str, Sequence[Source]]


@router.get("/methode")
def methods_page(request: Request) -> HTMLResponse:
    """Return the methods, with the vintages of the published release; without them where there is none."""
    engine: Engine = request.app.state.engine
    with engine.connect() as connection:
        found = read_published(connection)
    shown = {
        "families": FAMILIES,
        "published": found,
        "registers": REGISTERS,
        "professions": PROFESSIONS,
        "codes": codes,
        "directions": DIRECTIONS,
        "secrecy": SECRECY_WORDS,
        "fewest": FEWEST,
        "levels": levels_text,
        "level_names": LEVEL_NAMES,
        "formula": formula,
        "source_text": lambda name: source_text(name, found),
        "day": french_date,
        "whole": french_integer,
    }
    return templates.TemplateResponse(request, "methode.html", shown, headers=FRESH)


def read_published(connection: Connection) -> Published:
    """Return the sources of the published release, the newest file of each register first."""
    row = connection.exec_driver_sql("SELECT id, vintage FROM published.release").one_or_none()
    if row is None:
        return Published(None, None, {})
    sources: dict[str, list[Source]] = {}
    for one in sorted(read_sources(connection), key=lambda source: source.vintage, reverse=True):
        sources.setdefault(one.register, []).append(one)
    return Published(row.vintage, row.id, sources)


def source_text(name: str, published: Published) -> str:
    """Return a source with the date of what is published of it."""
    label = LABELS[name]
    files = published.sources.get(name)
    if not files:
        return f"{label}, pas encore chargé"
    return f"{label}, {french_date(files[0].vintage)}"


def levels_text(indicator: Indicator) -> str:
    """Return the levels where an indicator makes sense, in words.

    >>> levels_text(FAMILIES["L'offre"][0])
    'tous, du carreau de 200 m à la France'
    """
    if indicator.levels == LEVELS:
        return "tous, du carreau de 200 m à la France"
    labels = [LEVEL_NAMES[level].label for level in indicator.levels]
    return ", ".join(label if label in PROPER else label[0].lower() + label[1:] for label in labels)


def codes(profession: Profession) -> str:
    """Return the codes of the register that make a profession."""
    if profession.categories:
        return f"FINESS {', '.join(profession.categories)}"
    skills = f", savoir-faire {', '.join(profession.skills)}" if profession.skills else ""
    return f"profession {profession.code}{skills}"


def formula(written: str) -> Markup:
    """Return a formula with its indices and powers set low and high.

    >>> str(formula("Σ_i p_i A_i < e^2"))
    'Σ<sub>i</sub> p<sub>i</sub> A<sub>i</sub> &lt; e<sup>2</sup>'
    """

    def placed(match: re.Match[str]) -> str:
        tag = "sub" if match[1] == "_" else "sup"
        return f"<{tag}>{match[2].strip('{}')}</{tag}>"

    return Markup(INDEX.sub(placed, str(escape(written))))  # noqa: S704 - escaped before anything is added
