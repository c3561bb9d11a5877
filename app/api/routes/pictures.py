"""The map that a page shows, as a file to take away."""

from datetime import UTC, datetime
from pathlib import Path as Folder
from threading import BoundedSemaphore
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from app.api.deps import engine_of
from app.api.documented import NOT_FOUND, REFUSED, UNAVAILABLE
from app.api.doubtful import refuse_doubtful
from app.api.pictures import credit_of, html_of, picture_of, svg_of
from app.api.routes.atlas import PATIENCE_S, PrintingBusyError
from app.api.schemas.pictures import PICTURE_BODY, PictureBody
from app.api.sheets import public_address
from app.api.snapshot import snapshot
from app.errors import NotFoundError

MEDIA = {"svg": "image/svg+xml", "html": "text/html"}

Form = Annotated[
    Literal["svg", "html"],
    Path(
        description="Forme du fichier : image vectorielle, ou page qui s'ouvre sans réseau.", examples=["svg"]
    ),
]

router = APIRouter(prefix="/api/v1", tags=["Fiches"], dependencies=[Depends(refuse_doubtful)])


def leaflet_of(request: Request) -> Folder:
    """Return the folder of Leaflet. Raises NotFoundError where this service has no pages."""
    folder: Folder | None = request.app.state.leaflet
    if folder is None:
        raise NotFoundError("form", "Ce service n'a pas de pages à emporter.", hint="Demandez le svg.")
    return folder


@router.post(
    "/pictures/carte.{form}",
    operation_id="picture",
    summary="Carte affichée, en fichier",
    response_class=Response,
    openapi_extra=PICTURE_BODY,
    responses={
        200: {
            "content": {media: {} for media in MEDIA.values()},
            "description": "Le fichier, à enregistrer.",
        },
        404: NOT_FOUND,
        422: REFUSED,
        503: UNAVAILABLE,
    },
)
def picture(request: Request, form: Form, body: PictureBody) -> Response:
    """Redessine une carte affichée : titre, légende, territoires peints, fond de rues, sources, version.

    Le svg est une image vectorielle de format A4 ; le html, une page seule qui s'ouvre sans réseau. Les
    couleurs et les textes sont ceux que la page envoie, les contours ceux de la version publiée.
    """
    asked = picture_of(body)
    presses: BoundedSemaphore = request.app.state.presses
    if not presses.acquire(timeout=PATIENCE_S):
        raise PrintingBusyError
    try:
        with snapshot(engine_of(request)) as (connection, release):
            site, today = public_address(request.app.state.settings), datetime.now(UTC).date()
            credit = credit_of(connection, release, body, site, today)
            if form == "svg":
                content = svg_of(connection, asked, credit, request.app.state.fonts)
            else:
                content = html_of(connection, asked, credit, leaflet_of(request))
    finally:
        presses.release()
    headers = {
        "Content-Disposition": f'attachment; filename="carte-{body.level}-{release.vintage}.{form}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=MEDIA[form], headers=headers)
