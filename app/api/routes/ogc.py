"""OGC API Features and Tiles, for map programs."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.ogc.application import PREFIX, LayersAnswer
from app.errors import ParameterError

router = APIRouter(include_in_schema=False)


@router.get(PREFIX)
@router.get(PREFIX + "/{path:path}")
async def layers(request: Request) -> Response:
    """Return what tipg answers on the published layers, but for its HTML, which loads from elsewhere."""
    if request.query_params.get("f") == "html":
        raise ParameterError("f", "Les pages HTML d'OGC API ne sont pas offertes.", hint="Demandez f=json.")
    return LayersAnswer(*request.app.state.layers)
