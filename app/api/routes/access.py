"""Times to the nearest places of practice, by territory."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.api.access import access_list
from app.api.asked_access import AccessQuery
from app.api.cache import address
from app.api.departing import Travel, Travelling, travel_of
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import MAP_FORMS
from app.api.schemas.access import AccessList
from app.api.searches import Searches
from app.api.served import PeopleShelf
from app.api.snapshot import Release

router = APIRouter(prefix="/api/v1", tags=["Accès aux soins"], dependencies=[Depends(refuse_doubtful)])


def people_of(request: Request) -> PeopleShelf:
    """Return what this process read of where people live."""
    shelf: PeopleShelf = request.app.state.people
    return shelf


class Marked:
    """How a request travels, once its release is known: what tells its answer from others."""

    def __init__(self, request: Request, query: Travelling) -> None:
        self._request, self._query = request, query
        self._found: list[Travel] = []

    def __call__(self, connection: Connection, release: Release) -> str:
        """Return the address and the graph of the times, which may be computed anew in one release.

        Raises what ``travel_of`` raises.
        """
        searches: Searches = self._request.app.state.searches
        self._found.append(travel_of(connection, release, self._query, searches.on))
        return f"{address(self._request)}\n{self.travel.ground.fingerprint}"

    @property
    def travel(self) -> Travel:
        """Return how it travels."""
        return self._found[-1]


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
    mark = Marked(request, query)
    with published(request, query, offered=MAP_FORMS, mark=mark, steady=True) as ask:
        listed = access_list(
            ask.connection,
            ask.release,
            query,
            ask.form,
            shelf=people_of(request),
            travel=mark.travel,
        )
        name = f"acces-{query.profession}-{query.mode}-{query.level}-{ask.release.vintage}"
        return ask.answer(listed, file_name=name)
