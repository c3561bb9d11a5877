"""Vector tiles, immutable: the release is part of their address."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response

from app.api.cache import IMMUTABLE, etag, is_current, not_modified
from app.api.documented import NOT_FOUND, REFUSED, UNAVAILABLE
from app.api.snapshot import Release
from app.api.tile_front import MVT, VARY, Tiles, hastily_coded
from app.db.loop_reader import LoopReader
from app.errors import NotFoundError, NothingPublishedError
from app.maps.coded import best_coding
from app.maps.tiles import MAX_ZOOM, TILE_LAYERS, DrawnTile, TileAddress, drawn, tile_statement

MAX_INDEX = (1 << MAX_ZOOM) - 1

router = APIRouter(tags=["Fond de carte"])


@router.get(
    "/tiles/{release}/{layer}/{z}/{x}/{y}.mvt",
    operation_id="tile",
    summary="Tuile vectorielle",
    response_class=Response,
    responses={
        200: {"content": {MVT: {}}, "description": "Tuile, vide là où il n'y a rien."},
        304: {"description": "La copie du client (If-None-Match) est à jour."},
        404: NOT_FOUND,
        422: REFUSED,
        503: UNAVAILABLE,
    },
)
async def tile(
    request: Request,
    *,
    release: Annotated[int, Path(ge=1, le=2_147_483_647, description="Version publiée.", examples=[4])],
    layer: Annotated[
        str,
        Path(
            description="« base », le fond de carte ; « lieux », les lieux d'exercice ; ou un niveau.",
            examples=["iris"],
            json_schema_extra={"enum": list(TILE_LAYERS)},
        ),
    ],
    z: Annotated[int, Path(ge=0, le=MAX_ZOOM, description="Zoom.", examples=[14])],
    x: Annotated[int, Path(ge=0, le=MAX_INDEX, description="Colonne.", examples=[8116])],
    y: Annotated[int, Path(ge=0, le=MAX_INDEX, description="Ligne.", examples=[5703])],
) -> Response:
    """Fond d'OpenStreetMap (couches water, park, railway, road, place), contours d'un niveau ou lieux.

    Les contours portent code et name, les lieux leur nombre (sites). Aucune valeur, aucun nom de personne :
    les valeurs viennent des autres adresses et se rapprochent par le code.
    """
    asked = TileAddress(z, x, y)
    _refuse_unknown(layer, asked)
    reader: LoopReader = request.app.state.reader
    made = drawn(await reader.one(*tile_statement(layer, asked)))
    if made is None:
        raise NothingPublishedError
    if release != made.release_id:
        raise NotFoundError(
            "release",
            f"La version {release} n'est pas celle qui est publiée.",
            hint=f"La version publiée est la {made.release_id}.",
        )
    return await _answer(request, asked, layer, made)


async def _answer(request: Request, tile: TileAddress, layer: str, made: DrawnTile) -> Response:
    """Return a tile that was drawn, and keep it for the next who asks."""
    current = Release(made.release_id, made.vintage, made.fingerprint)
    tiles: Tiles = request.app.state.tiles
    kept = (current, layer, tile, made.mvt)
    keeping = BackgroundTask(tiles.keep, *kept) if tiles.keeping else None
    validator = etag(current, request.url.path)
    if is_current(request, validator):
        raise not_modified(validator, IMMUTABLE)
    coding = best_coding(request.headers.get("accept-encoding", ""))
    headers = {"ETag": validator, "Cache-Control": IMMUTABLE, "Vary": VARY}
    if coding != "identity":
        headers["Content-Encoding"] = coding
    body = await hastily_coded(made.mvt, coding)
    return Response(body, media_type=MVT, headers=headers, background=keeping)


def _refuse_unknown(layer: str, tile: TileAddress) -> None:
    """Raise NotFoundError for a layer or a square that no map has."""
    if layer not in TILE_LAYERS:
        raise NotFoundError(
            "layer", f"La couche « {layer} » n'existe pas.", hint=f"Couches : {', '.join(TILE_LAYERS)}."
        )
    if not tile.exists:
        raise NotFoundError(
            "x" if tile.x >= 1 << tile.zoom else "y",
            f"La grille du zoom {tile.zoom} n'a pas de tuile {tile.x}/{tile.y}.",
            hint=f"Colonnes et lignes vont de 0 à {(1 << tile.zoom) - 1}.",
        )
