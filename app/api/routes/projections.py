"""Departures to come of one profession by territory."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_time import ProjectionsQuery, refuse_person
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import MAP_FORMS, draws
from app.api.formats.listed import Item, Listed
from app.api.lookup import find_profession, find_within
from app.api.parameters import BANDS
from app.api.projections import age_vintage, projected, territories
from app.api.queries import limited_to, outlines_of
from app.api.schemas.time import ProjectedLine, ProjectionList
from app.indicators.projection import QUANTILES, Scenario

router = APIRouter(
    prefix="/api/v1", tags=["Indicateurs"], dependencies=[Depends(refuse_person), Depends(refuse_doubtful)]
)

COLUMNS = ("code", "name", "status", "year", "departures", "ci_low", "ci_high", "remaining")


@router.get(
    "/projections",
    operation_id="projections",
    **documented("Départs attendus par territoire", ProjectionList, MAP_FORMS),
)
def list_projections(request: Request, query: Annotated[ProjectionsQuery, Query()]) -> Response:
    """Départs attendus d'une profession, d'après le tableau des âges de la ville et un scénario.

    Pour un territoire, jamais pour une personne ; « suppressed » (NS) au-dessous de 5 praticiens.
    L'intervalle est celui d'une somme de lois binomiales ; « fan » donne, chaque année, les quantiles de ceux
    qui restent.
    """
    with published(request, query, offered=MAP_FORMS) as ask:
        profession = find_profession(ask.connection, query.profession)
        within = find_within(ask.connection, query.within)
        places = territories(ask.connection, query.level, within)
        vintage = age_vintage(ask.connection)
        scenario = Scenario(query.retirement_age, query.replaced)
        items = projected(ask.connection, places, profession, scenario, years=query.years, vintage=vintage)
        head = {
            "profession": profession.slug,
            "profession_label": profession.label,
            "level": query.level,
            "within": query.within,
            "retirement_age": query.retirement_age,
            "replaced": query.replaced,
            "years": query.years,
            "age_vintage": vintage,
            "quantiles": QUANTILES,
        }
        drawn = limited_to(query.level, within)
        listed = Listed(
            items=items,
            columns=COLUMNS,
            model=ProjectedLine,
            value="departures",
            head=head,
            lines=_lines,
            registers=("ages",),
            geometry="MultiPolygon",
            outlines=outlines_of(ask.connection, drawn, BANDS["full"], "code") if draws(ask.form) else {},
            key=itemgetter("code"),
            identity=None,
        )
        return ask.answer(listed, file_name=f"departs-{profession.slug}-{query.level}-{ask.release.vintage}")


def _lines(item: Item) -> Iterator[Item]:
    """Yield one line a year, and one without a year where nothing can be said."""
    place = {name: item[name] for name in ("code", "name", "status")}
    for year in item["series"] or [{}]:
        yield {**place, **year}
