"""OGC API Features and Tiles, for map programs."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.ogc import Layers
from app.errors import ParameterError

router = APIRouter(include_in_schema=False)


@router.get("/ogc")
@router.get("/ogc/{path:path}")
async def read_layers(request: Request) -> Response:
    """Return what tipg answers on the published layers, but for its HTML, which loads from elsewhere."""
    if request.query_params.get("f") == "html":
        raise ParameterError("f", "Les pages HTML d'OGC API ne sont pas offertes.", hint="Demandez f=json.")
    layers: Layers = request.app.state.layers
    return layers.answer()
