"""Times to the nearest places of practice, by territory."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.api.access import access_body
from app.api.asked_access import AccessQuery, ServedQuery
from app.api.cache import address
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.parameters import MAP_FORMS
from app.api.schemas.access import AccessList
from app.api.served import PeopleShelf
from app.api.snapshot import Release
from app.travel.routing import ground_of

router = APIRouter(prefix="/api/v1", tags=["Accès aux soins"], dependencies=[Depends(refuse_doubtful)])


def people_of(request: Request) -> PeopleShelf:
    """Return what this process read of where people live."""
    shelf: PeopleShelf = request.app.state.people
    return shelf


def name_of(request: Request, query: ServedQuery, connection: Connection, release: Release) -> str:
    """Return what tells an answer from others of its release: its address, and the graph of its times.

    Raises GraphError when no graph serves the mode.
    """
    return f"{address(request)}\n{ground_of(connection, release.id, query.mode).fingerprint}"


@router.get(
    "/access-times",
    operation_id="access_times",
    **documented("Temps d'accès par territoire", AccessList, MAP_FORMS),
)
def list_access_times(request: Request, query: Annotated[AccessQuery, Query()]) -> Response:
    """Temps jusqu'au lieu d'exercice le plus proche (ou au n-ième), pondéré par les habitants.

    Moyenne, médiane, parts des habitants à moins de 5, 10, 15, 20 et 30 minutes, et carreaux les plus mal
    desservis. Par les rues, des carreaux de 200 m vers les lieux localisés de la version.
    """
    with published(
        request,
        release=query.release,
        form=query.format,
        offered=MAP_FORMS,
        mark=lambda connection, release: name_of(request, query, connection, release),
    ) as ask:
        body = access_body(ask.connection, ask.release, query, ask.form, people_of(request))
        name = f"acces-{query.profession}-{query.mode}-{query.level}-{ask.release.vintage}"
        return ask.answer(body, file_name=name)
