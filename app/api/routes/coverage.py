"""Who has a place of practice within reach, by territory."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_access import CoverageQuery, WithinReachQuery
from app.api.asked_points import AskedPoint, read_points
from app.api.coverage import coverage_list, covering
from app.api.covered_area import area_list
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import MAP_FORMS
from app.api.project import look_up, project_list, searched
from app.api.routes.access import Marked, people_of
from app.api.routes.isochrones import routing_of
from app.api.schemas.coverage import CoverageList, ProjectList
from app.api.schemas.isochrones import POINTS_BODY
from app.api.snapshot import Release

router = APIRouter(prefix="/api/v1", tags=["Accès aux soins"], dependencies=[Depends(refuse_doubtful)])


@router.get(
    "/coverage",
    operation_id="coverage",
    **documented("Population couverte par territoire", CoverageList, MAP_FORMS),
)
def list_coverage(request: Request, query: Annotated[CoverageQuery, Query()]) -> Response:
    """Habitants qui ont un lieu d'exercice (ou k) à moins de quelques minutes, et ceux qui n'en ont pas.

    Par âge, avec les ménages pauvres, la liste des carreaux non couverts et, pour les QPV, le lieu le plus
    proche hors du quartier. Par les rues, des carreaux de 200 m vers les lieux localisés de la version. En
    geojson, la surface couverte d'un seul tenant, ou ce que demande « draw ».
    """
    mark, people = Marked(request, query), people_of(request)
    with published(request, query, offered=MAP_FORMS, mark=mark, steady=True) as ask:
        known = (ask.connection, ask.release, query)
        if ask.form != "geojson" or query.draw != "union":
            name = f"couverture-{query.profession}-{query.mode}-{query.minutes}-{query.level}"
            listed = coverage_list(*known, ask.form, shelf=people, travel=mark.travel)
            return ask.answer(listed, file_name=f"{name}-{ask.release.vintage}")
        asked = covering(*known, people, mark.travel)
    return ask.answer(area_list(asked, routing_of(request).reaches))


@router.post(
    "/coverage",
    operation_id="coverage_of_points",
    openapi_extra=POINTS_BODY,
    **documented("Population que couvriraient des points", ProjectList, MAP_FORMS),
)
def list_project(
    request: Request,
    query: Annotated[WithinReachQuery, Query()],
    points: Annotated[list[AskedPoint], Depends(read_points)],
) -> Response:
    """Habitants qui auraient un de ces points (ou k) à moins de quelques minutes : un projet, 500 au plus.

    Un point où l'on ne peut arriver est nommé dans « refused » ; les autres comptent.
    """
    mark = Marked(request, query)

    def name(connection: Connection, release: Release) -> str:
        return f"{mark(connection, release)}\n{points!r}"

    with published(request, query, offered=MAP_FORMS, mark=name) as ask:
        asked = look_up(ask.connection, ask.release, query, points, people_of(request))
        found = searched(asked, mark.travel)
        if ask.form != "geojson" or query.draw != "union":
            listed = project_list(ask.connection, asked, ask.form, found)
            return ask.answer(listed, file_name=f"couverture-projet-{query.level}-{ask.release.vintage}")
    return ask.answer(area_list(found, routing_of(request).reaches))
