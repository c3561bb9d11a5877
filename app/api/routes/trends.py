"""Trends of one profession by territory."""

from collections.abc import Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_time import TrendsQuery
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import MAP_FORMS, draws
from app.api.formats.listed import Item, Listed
from app.api.lookup import Profession, find_profession, find_within, refuse_none, refuse_undated
from app.api.parameters import BANDS, MAX_ROWS
from app.api.queries import limited_to, outlines_of
from app.api.routes.territories import refuse_too_many
from app.api.schemas.time import TrendLine, TrendList
from app.api.trends import PER, POINT, TEST, check_since, items, read_past
from app.indicators.registry import INDICATORS

router = APIRouter(prefix="/api/v1", tags=["Indicateurs"], dependencies=[Depends(refuse_doubtful)])

COLUMNS = ("code", "name", *POINT)


@router.get("/trends", operation_id="trends", **documented("Évolution par territoire", TrendList, MAP_FORMS))
def list_trends(request: Request, query: Annotated[TrendsQuery, Query()]) -> Response:
    """Évolution d'une profession à tous les millésimes : nombres, densités, arrivées, départs, durées.

    Les densités rapportent chaque millésime à la population d'aujourd'hui. Une évolution n'est dite établie
    que si le hasard l'explique mal. Dans un tableau, une ligne par territoire et par millésime.
    """
    with published(request, query, offered=MAP_FORMS) as ask:
        profession = find_profession(ask.connection, query.profession)
        refuse_undated(profession)
        within = find_within(ask.connection, query.within)
        past = read_past(
            ask.connection, query.level, within, profession, scope=query.scope, limit=MAX_ROWS + 1
        )
        refuse_too_many(past.rows)
        refuse_none(past.rows, query.level, within)
        since = check_since(query.since, past.vintages, ask.release.vintage)
        found = items(past, since, loaded=profession.loaded)
        drawn = limited_to(query.level, within)
        listed = Listed(
            items=found,
            columns=COLUMNS,
            model=TrendLine,
            value="density",
            head={**_head(query, profession, past.vintages, since), "compared": len(found)},
            lines=_lines,
            registers=INDICATORS["change"].sources,
            geometry="MultiPolygon",
            outlines=outlines_of(ask.connection, drawn, BANDS["full"], "code") if draws(ask.form) else {},
            key=itemgetter("code"),
            identity=None,
        )
        file_name = f"evolution-{profession.slug}-{query.level}-{ask.release.vintage}"
        return ask.answer(listed, file_name=file_name)


def _head(query: TrendsQuery, profession: Profession, vintages: Sequence[date], since: date | None) -> Item:
    return {
        "profession": profession.slug,
        "profession_label": profession.label,
        "scope": profession.scope(query.scope),
        "level": query.level,
        "within": query.within,
        "per": PER,
        "population_label": profession.population_label,
        "vintages": vintages,
        "since": since,
        "test": TEST,
    }


def _lines(item: Item) -> Iterator[Item]:
    """Yield one line a vintage."""
    for point in item["points"]:
        yield {"code": item["code"], "name": item["name"], **point}
