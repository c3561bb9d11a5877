"""Trends of one profession by territory."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import to_csv, to_list
from app.api.asked_time import TrendsQuery
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.lookup import find_profession, find_within, refuse_undated
from app.api.parameters import MAX_ROWS, TABLE_FORMS
from app.api.routes.territories import refuse_too_many
from app.api.schemas.time import TrendList
from app.api.trends import PER, POINT, TEST, check_since, items, read_past

router = APIRouter(prefix="/api/v1", tags=["Indicateurs"], dependencies=[Depends(refuse_doubtful)])


@router.get(
    "/trends", operation_id="trends", **documented("Évolution par territoire", TrendList, TABLE_FORMS)
)
def list_trends(request: Request, query: Annotated[TrendsQuery, Query()]) -> Response:
    """Évolution d'une profession à tous les millésimes : nombres, densités, arrivées, départs, durées.

    Les densités rapportent chaque millésime à la population d'aujourd'hui. Une évolution n'est dite établie
    que si le hasard l'explique mal. Au csv, une ligne par territoire et par millésime.
    """
    with published(request, release=query.release, form=query.format, offered=TABLE_FORMS) as ask:
        profession = find_profession(ask.connection, query.profession)
        refuse_undated(profession)
        within = find_within(ask.connection, query.within)
        past = read_past(
            ask.connection, query.level, within, profession, scope=query.scope, limit=MAX_ROWS + 1
        )
        refuse_too_many(past.rows)
        since = check_since(query.since, past.vintages, ask.release.vintage)
        found = items(past, since, loaded=profession.loaded)
        if ask.form == "csv":
            name = f"evolution-{profession.slug}-{query.level}-{ask.release.vintage}"
            return ask.answer(to_csv(("code", "name", *POINT), _lines(found)), file_name=name)
        head = {
            "profession": profession.slug,
            "profession_label": profession.label,
            "scope": profession.scope(query.scope),
            "level": query.level,
            "within": query.within,
            "per": PER,
            "population_label": profession.population_label,
            "vintages": past.vintages,
            "since": since,
            "test": TEST,
            "compared": len(found),
        }
        return ask.answer(to_list(ask.envelope(), found, **head))


def _lines(found: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, object]]:
    for item in found:
        for point in item["points"]:
            yield {"code": item["code"], "name": item["name"], **point}
