"""Vector tiles, immutable: the release is part of their address."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.api.cache import IMMUTABLE, etag, is_current, not_modified
from app.api.deps import engine_of
from app.api.documented import NOT_FOUND, REFUSED, UNAVAILABLE
from app.api.snapshot import snapshot
from app.errors import NotFoundError
from app.maps.tiles import MAX_ZOOM, TileAddress, base_tile

MVT = "application/vnd.mapbox-vector-tile"
MAX_INDEX = (1 << MAX_ZOOM) - 1

router = APIRouter(tags=["Fond de carte"])


@router.get(
    "/tiles/{release}/base/{z}/{x}/{y}.mvt",
    operation_id="base_tile",
    summary="Tuile du fond de carte",
    response_class=Response,
    responses={
        200: {"content": {MVT: {}}, "description": "Tuile, vide là où il n'y a rien."},
        404: NOT_FOUND,
        422: REFUSED,
        503: UNAVAILABLE,
    },
)
def base(
    request: Request,
    release: Annotated[int, Path(ge=1, le=2_147_483_647, description="Version publiée.", examples=[4])],
    z: Annotated[int, Path(ge=0, le=MAX_ZOOM, description="Zoom.", examples=[14])],
    x: Annotated[int, Path(ge=0, le=MAX_INDEX, description="Colonne.", examples=[8116])],
    y: Annotated[int, Path(ge=0, le=MAX_INDEX, description="Ligne.", examples=[5703])],
) -> Response:
    """Fond de carte d'OpenStreetMap, tuile vectorielle : couches water, park, railway, road et place."""
    tile = TileAddress(z, x, y)
    if not tile.exists:
        raise NotFoundError(
            "x" if x >= 1 << z else "y",
            f"La grille du zoom {z} n'a pas de tuile {x}/{y}.",
            hint=f"Colonnes et lignes vont de 0 à {(1 << z) - 1}.",
        )
    with snapshot(engine_of(request)) as (connection, current):
        if release != current.id:
            raise NotFoundError(
                "release",
                f"La version {release} n'est pas celle qui est publiée.",
                hint=f"La version publiée est la {current.id}.",
            )
        validator = etag(current, request.url.path)
        if is_current(request, validator):
            raise not_modified(validator, IMMUTABLE)
        body = base_tile(connection, tile)
    return Response(body, media_type=MVT, headers={"ETag": validator, "Cache-Control": IMMUTABLE})
