"""QPV against the rest of their communes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.asked_gaps import GapsQuery
from app.api.cache import address
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import MAP_FORMS
from app.api.gaps import gaps_list
from app.api.schemas.gaps import GapList

router = APIRouter(prefix="/api/v1", tags=["Indicateurs"], dependencies=[Depends(refuse_doubtful)])


@router.get(
    "/qpv-gaps",
    operation_id="qpv_gaps",
    **documented("Quartiers prioritaires comparés au reste de la commune", GapList, MAP_FORMS),
)
def list_gaps(request: Request, query: Annotated[GapsQuery, Query()]) -> Response:
    """Rapport entre la densité d'un QPV et celle du reste de ses communes, avec son intervalle à 95 %.

    Pour chaque profession : praticiens des deux côtés et juste au-delà de la limite, rapport, différence,
    praticiens qu'il faudrait pour la parité, et ce que l'intervalle permet d'en dire.
    """
    belt = query.belt or request.app.state.settings.anchorage_metres
    with published(
        request,
        query,
        offered=MAP_FORMS,
        mark=lambda _connection, _release: f"{address(request)}\n{belt}",
    ) as ask:
        listed = gaps_list(ask.connection, ask.release, query, ask.form, belt)
        return ask.answer(listed, file_name=f"ecarts-{query.area}-{ask.release.vintage}")
