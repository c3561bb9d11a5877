"""Layers for other map programs: their addresses, their TileJSON and their styles."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import to_json
from app.api.cache import REVALIDATE, address, etag, is_current, not_modified
from app.api.deps import engine_of, published
from app.api.documented import NOT_FOUND, REFUSED, UNAVAILABLE, documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import TABLE_FORMS
from app.api.formats.listed import Listed
from app.api.parameters import ReleaseQuery, TableQuery
from app.api.schemas.layers import LayerItem, LayerList, MapLibreStyle, TileJson
from app.api.site import site_of
from app.api.snapshot import Release, check_release, snapshot
from app.db.sql import load
from app.errors import NotFoundError
from app.maps.styles import drawn_layers, layer_label, maplibre, qgis, tilejson
from app.maps.tiles import TILE_LAYERS

QML = "application/x-qgis-layer-settings"

router = APIRouter(prefix="/api/v1", tags=["Fond de carte"], dependencies=[Depends(refuse_doubtful)])

LayerPath = Annotated[
    str,
    Path(
        description="« base », le fond de carte ; « lieux », les lieux d'exercice ; ou un niveau.",
        examples=["iris"],
        json_schema_extra={"enum": list(TILE_LAYERS)},
    ),
]


class Sited:
    """Tells answers of two addresses of the site apart: they hold it."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def __call__(self, _connection: Connection, _release: Release) -> str:
        """Return the address of the request and of the site."""
        return f"{address(self._request)}\n{site_of(self._request)}"


@router.get("/layers", operation_id="layers", **documented("Couches", LayerList, TABLE_FORMS))
def list_layers(request: Request, query: Annotated[TableQuery, Query()]) -> Response:
    """Couches de la carte, et les adresses par où QGIS, MapLibre ou ogr2ogr les ouvrent."""
    site, styled = site_of(request), drawn_layers()
    items = [
        {
            "layer": layer,
            "label": layer_label(layer),
            "tilejson": f"{site}/api/v1/layers/{layer}/tiles.json",
            "maplibre": f"{site}/api/v1/layers/{layer}/style.json",
            "qgis": f"{site}/api/v1/layers/{layer}/style.qml" if layer in styled else None,
            "ogc": f"{site}/ogc/collections/published.couche_{layer}" if layer in styled else None,
        }
        for layer in TILE_LAYERS
    ]
    with published(request, query, offered=TABLE_FORMS, mark=Sited(request)) as ask:
        columns = tuple(items[0])
        return ask.answer(Listed(items, columns, LayerItem, "layer"), file_name="couches")


@router.get(
    "/layers/{layer}/tiles.json",
    operation_id="layer_tilejson",
    **documented("TileJSON d'une couche", TileJson),
)
def layer_tiles(request: Request, layer: LayerPath, query: Annotated[ReleaseQuery, Query()]) -> Response:
    """TileJSON 3.0.0 d'une couche de la version publiée, pour MapLibre, QGIS ou Leaflet."""
    check_layer(layer, TILE_LAYERS)
    with published(request, query, mark=Sited(request)) as ask:
        framed = ask.connection.execute(load("app.api", "extent")).one()
        bounds = None if framed.west is None else list(framed)
        return ask.answer(to_json(tilejson(layer, ask.release.id, site_of(request), bounds)))


@router.get(
    "/layers/{layer}/style.json", operation_id="layer_style", **documented("Style MapLibre", MapLibreStyle)
)
def layer_style(request: Request, layer: LayerPath, query: Annotated[ReleaseQuery, Query()]) -> Response:
    """Style MapLibre d'une couche, aux couleurs de la carte du site ; QGIS le lit aussi."""
    check_layer(layer, TILE_LAYERS)
    with published(request, query, mark=Sited(request)) as ask:
        return ask.answer(to_json(maplibre(layer, f"{site_of(request)}/api/v1/layers/{layer}/tiles.json")))


@router.get(
    "/layers/{layer}/style.qml",
    operation_id="layer_qgis_style",
    summary="Style QGIS",
    response_class=Response,
    responses={
        200: {"content": {QML: {}}, "description": "Style QGIS, en QML."},
        304: {"description": "La copie du client (If-None-Match) est à jour."},
        404: NOT_FOUND,
        422: REFUSED,
        503: UNAVAILABLE,
    },
)
def layer_qgis_style(request: Request, layer: LayerPath, query: Annotated[ReleaseQuery, Query()]) -> Response:
    """Style QGIS (QML) d'une couche lue par OGC API : contours et noms, aux couleurs de la carte du site."""
    check_layer(layer, drawn_layers())
    with snapshot(engine_of(request)) as (_, release):
        check_release(release, query.release)
    validator = etag(release, address(request))
    if is_current(request, validator):
        raise not_modified(validator, REVALIDATE)
    named = f'attachment; filename="{layer}.qml"'
    headers = {"ETag": validator, "Cache-Control": REVALIDATE, "Content-Disposition": named}
    return Response(qgis(layer), media_type=QML, headers=headers)


def check_layer(layer: str, known: tuple[str, ...]) -> None:
    """Raise NotFoundError for a layer that is not among ``known``."""
    if layer not in known:
        raise NotFoundError(
            "layer", f"La couche « {layer} » n'existe pas ici.", hint=f"Couches : {', '.join(known)}."
        )
