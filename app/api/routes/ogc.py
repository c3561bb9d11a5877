"""OGC API Features and Tiles, for map programs."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.ogc import Layers
from app.errors import ParameterError

# tipg's pages load from another site, and its tables hold cells that a spreadsheet executes.
NOT_OFFERED = {
    "html": "Demandez f=json.",
    "csv": "Demandez f=geojson, ou un tableau à l'API : /api/v1/territories?format=csv.",
}

router = APIRouter(include_in_schema=False)


@router.get("/ogc")
@router.get("/ogc/{path:path}")
async def read_layers(request: Request) -> Response:
    """Return what tipg answers on the published layers, but for its HTML and its CSV."""
    form = request.query_params.get("f")
    if form in NOT_OFFERED:
        raise ParameterError("f", f"OGC API n'est pas offert en {form}.", hint=NOT_OFFERED[form])
    layers: Layers = request.app.state.layers
    return layers.answer()
