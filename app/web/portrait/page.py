"""``/territoires/{level}/{code}``: one territory on one page, written by the server, without a script."""

import re
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection
from starlette.responses import Response

from app.api.cache import REVALIDATE, address, etag, is_current, not_modified
from app.api.deps import engine_of
from app.api.kept import Answer, KeptAnswers
from app.api.parameters import MAX_CODE, NO_CONTROL
from app.api.portrait import PortraitShelf
from app.api.sheets import SHEET_LEVELS
from app.api.snapshot import Release, snapshot
from app.errors import NotFoundError, ObservatoireError
from app.indicators.quality import Source
from app.indicators.wording import LEVEL_NAMES, french_date, french_integer, french_number
from app.travel.routing import look
from app.web.portrait.asked import FIRST, Asked, read_asked
from app.web.portrait.block import Block
from app.web.portrait.change import change_block
from app.web.portrait.gap import gap_block
from app.web.portrait.maps import close_up, locator
from app.web.portrait.opening import opening
from app.web.portrait.people import people_block
from app.web.portrait.reach import MODE, reach_block, read_walks
from app.web.portrait.supply import supply_block
from app.web.refused import refused
from app.web.templating import templates

USED = (
    "annuaire",
    "finess",
    "communes",
    "iris",
    "iris_population",
    "filosofi",
    "qpv",
    "quartiers",
    "osm",
    "ages",
)

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/territoires/{level}/{code}")
def portrait_page(request: Request, level: str, code: str) -> Response:
    """Return the portrait of a territory; what is not there is explained on a page too."""
    profession = request.query_params.get("profession") or FIRST
    kept: KeptAnswers = request.app.state.kept
    shelf: PortraitShelf = request.app.state.portraits
    try:
        _check(code)
        with snapshot(engine_of(request)) as (connection, release):
            validator = etag(release, address(request), _graph(connection, release))
            if is_current(request, validator):
                raise not_modified(validator, REVALIDATE)
            found = kept.find((release, validator))
            if found is None:
                asked = read_asked(connection, release, (level, code), profession, shelf)
                found = _written(_shown(request, connection, asked), validator)
                kept.keep((release, validator), found)
    except ObservatoireError as error:
        return refused(request, error)
    return Response(found.body, media_type=found.media_type, headers=found.headers)


def _written(shown: dict[str, object], validator: str) -> Answer:
    """Return the page, to be kept as long as its release is published."""
    body = templates.get_template("portrait.html").render(shown).encode()
    headers = {"ETag": validator, "Cache-Control": REVALIDATE, "Content-Language": "fr"}
    return Answer(body, "text/html; charset=utf-8", headers)


def _check(code: str) -> None:
    """Raise NotFoundError for what no territory can be called."""
    if len(code) > MAX_CODE or not re.fullmatch(NO_CONTROL, code):
        raise NotFoundError(
            "code", "Aucun territoire ne porte un tel code.", hint="Cherchez-le sur la carte."
        )


def _graph(connection: Connection, release: Release) -> str:
    """Return the streets that the times rest on: they may be computed anew within one release."""
    rows = look(connection, [MODE], release.id)
    return str(rows[0].fingerprint) if rows else ""


def _shown(request: Request, connection: Connection, asked: Asked) -> dict[str, object]:
    walks = read_walks(request, connection, asked)
    blocks: list[Block] = [
        supply_block(asked, close_up(connection, asked)),
        gap_block(asked),
        reach_block(asked, walks),
        change_block(connection, asked),
        people_block(connection, asked),
    ]
    return {
        "request": request,
        "asked": asked,
        "portrait": asked.portrait,
        "level": LEVEL_NAMES[asked.territory.level],
        "opening": opening(asked, walks.here.get(asked.profession.slug)),
        "locator": locator(connection, asked),
        "blocks": blocks,
        "sources": _newest(asked.sources),
        "links": _links(asked),
        "day": french_date,
        "whole": french_integer,
        "number": french_number,
    }


def _newest(sources: tuple[Source, ...]) -> list[Source]:
    """Return the newest file of each register that a portrait is made of."""
    newest: dict[str, Source] = {}
    for one in sources:
        if one.register in USED and (
            one.register not in newest or newest[one.register].vintage < one.vintage
        ):
            newest[one.register] = one
    return sorted(newest.values(), key=lambda one: USED.index(one.register))


def _links(asked: Asked) -> dict[str, str]:
    """Return where else this territory is told: on the map, on paper, to programs."""
    territory, slug = asked.territory, asked.profession.slug
    query = {"qui": slug, "echelle": territory.level, "territoire": f"{territory.level}:{territory.code}"}
    links = {"map": f"/?{urlencode(query, safe=':')}"}
    if territory.level in SHEET_LEVELS:
        links["sheet"] = f"/atlas/{territory.level}/{territory.code}.pdf?{urlencode({'profession': slug})}"
    links["api"] = f"/api/v1/territories/{territory.level}/{territory.code}"
    return links
