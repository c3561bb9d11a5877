"""Inequality between territories."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_inequalities import InequalitiesQuery
from app.api.asked_valued import ValuedQuery
from app.api.cache import address
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import TABLE_FORMS
from app.api.inequalities import inequalities_list
from app.api.schemas.inequalities import InequalityList
from app.api.served import PeopleShelf
from app.api.snapshot import Release
from app.travel.routing import ground_of

router = APIRouter(prefix="/api/v1", tags=["Indicateurs"], dependencies=[Depends(refuse_doubtful)])


def name_of(request: Request, query: ValuedQuery, connection: Connection, release: Release) -> str:
    """Return what tells an answer from others of its release: its address, the graph of its times."""
    if query.of == "density" or query.mode is None:
        return address(request)
    return f"{address(request)}\n{ground_of(connection, release.id, query.mode).fingerprint}"


def shelf_of(request: Request) -> PeopleShelf:
    """Return what this process read of where people live."""
    shelf: PeopleShelf = request.app.state.people
    return shelf


@router.get(
    "/inequalities",
    operation_id="inequalities",
    **documented("Inégalités entre territoires", InequalityList, TABLE_FORMS),
)
def list_inequalities(request: Request, query: Annotated[InequalitiesQuery, Query()]) -> Response:
    """Indices d'inégalité d'une densité, d'un temps d'accès ou d'une accessibilité, entre territoires.

    Rapports entre extrêmes et entre cinquièmes, Palma, Gini, Theil entre QPV et reste, concentration selon
    l'aisance ; pondérés par les habitants, avec des intervalles par tirage. Ce qui est inconnu est compté.
    """
    with published(
        request,
        query,
        offered=TABLE_FORMS,
        mark=lambda connection, release: name_of(request, query, connection, release),
    ) as ask:
        listed = inequalities_list(ask.connection, ask.release, query, shelf_of(request))
        name = f"inegalites-{query.profession}-{query.of}-{query.level}-{ask.release.vintage}"
        return ask.answer(listed, file_name=name)
