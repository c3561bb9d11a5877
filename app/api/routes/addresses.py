"""Addresses, searched by what somebody types."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import to_list
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.parameters import NO_CONTROL, ReleaseQuery
from app.api.schemas.addresses import AddressList
from app.maps.addresses import find_addresses

FORMS = ("json",)

router = APIRouter(prefix="/api/v1", tags=["Territoires"], dependencies=[Depends(refuse_doubtful)])


class AddressesQuery(ReleaseQuery):
    """What somebody types."""

    q: str = Field(
        min_length=2,
        max_length=120,
        pattern=NO_CONTROL,
        description="Numéro, rue et commune, ou leur début ; accents et majuscules ne comptent pas.",
        examples=["12 rue victor hu"],
    )
    limit: int = Field(default=8, ge=1, le=20, description="Nombre maximal d'adresses rendues.")


@router.get("/addresses", operation_id="addresses", **documented("Recherche d'adresse", AddressList, FORMS))
def list_addresses(request: Request, query: Annotated[AddressesQuery, Query()]) -> Response:
    """Adresses de la base adresse nationale (BAN) de la version, d'après leur début.

    Chaque mot doit commencer un mot de la rue ou de la commune. Rien n'est demandé à un autre serveur.
    """
    with published(request, query, offered=FORMS) as ask:
        items = [asdict(found) for found in find_addresses(ask.connection, query.q, query.limit)]
        return ask.answer(to_list(ask.envelope(), items, q=query.q, limit=query.limit))
