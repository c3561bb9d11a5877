"""Drawn areas: any polygon answered like a territory."""

import hashlib
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import to_list
from app.api.areas import area_item, asked_of, drawn_areas, read_body, refuse_all
from app.api.cache import address
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.parameters import AreasQuery
from app.api.schemas.areas import AREA_BODY, AreaList
from app.sources.areas import RefusedArea

router = APIRouter(prefix="/api/v1", tags=["Territoires"], dependencies=[Depends(refuse_doubtful)])


@router.post(
    "/territories/perimetre",
    operation_id="areas",
    openapi_extra=AREA_BODY,
    **documented("Zones dessinées", AreaList),
)
def areas(
    request: Request, query: Annotated[AreasQuery, Query()], body: Annotated[bytes, Depends(read_body)]
) -> Response:
    """Habitants par âge et sexe, et ce qui s'exerce, dans chacun des polygones dessinés ou apportés.

    Les habitants sont estimés comme ceux d'un quartier ; seuls les lieux d'exercice localisés comptent. Un
    polygone dont rien ne peut être dit est nommé dans « refused ». Rien n'est conservé.
    """
    mark = hashlib.sha256(body).hexdigest()
    with published(request, query, mark=lambda _connection, _release: f"{address(request)}\n{mark}") as ask:
        drawn, refused = drawn_areas(body)
        asked = asked_of(ask.connection, query.scope, query.per, ask.release.vintage)
        answered = [area_item(ask.connection, area, asked) for area in drawn]
        items = [item for item in answered if not isinstance(item, RefusedArea)]
        refused += [item for item in answered if isinstance(item, RefusedArea)]
        if not items:
            refuse_all([], refused)
        told = [asdict(one) for one in sorted(refused, key=lambda one: one.index)]
        return ask.answer(to_list(ask.envelope(), items, level="perimetre", scope=query.scope, refused=told))
