"""Departures to come of one profession by territory."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import to_csv, to_list
from app.api.asked_time import ProjectionsQuery, refuse_person
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.lookup import find_profession, find_within
from app.api.parameters import TABLE_FORMS
from app.api.projections import age_vintage, projected, territories
from app.api.schemas.time import ProjectionList
from app.indicators.projection import QUANTILES, Scenario

router = APIRouter(
    prefix="/api/v1", tags=["Indicateurs"], dependencies=[Depends(refuse_person), Depends(refuse_doubtful)]
)

COLUMNS = ("code", "name", "status", "year", "departures", "ci_low", "ci_high", "remaining")


@router.get(
    "/projections",
    operation_id="projections",
    **documented("Départs attendus par territoire", ProjectionList, TABLE_FORMS),
)
def list_projections(request: Request, query: Annotated[ProjectionsQuery, Query()]) -> Response:
    """Départs attendus d'une profession, d'après le tableau des âges de la ville et un scénario.

    Pour un territoire, jamais pour une personne ; « suppressed » (NS) au-dessous de 5 praticiens.
    L'intervalle est celui d'une somme de lois binomiales ; « fan » donne, chaque année, les quantiles de ceux
    qui restent.
    """
    with published(request, release=query.release, form=query.format, offered=TABLE_FORMS) as ask:
        profession = find_profession(ask.connection, query.profession)
        within = find_within(ask.connection, query.within)
        places = territories(ask.connection, query.level, within)
        vintage = age_vintage(ask.connection)
        scenario = Scenario(query.retirement_age, query.replaced)
        items = projected(ask.connection, places, profession, scenario, years=query.years, vintage=vintage)
        if ask.form == "csv":
            name = f"departs-{profession.slug}-{query.level}-{ask.release.vintage}"
            return ask.answer(to_csv(COLUMNS, _lines(items)), file_name=name)
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
        return ask.answer(to_list(ask.envelope(), items, **head))


def _lines(items: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, object]]:
    for item in items:
        place = {name: item[name] for name in ("code", "name", "status")}
        for year in item["series"] or [{}]:
            yield {**place, **year}
