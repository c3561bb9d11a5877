"""The printable sheet of a territory."""

from datetime import UTC, datetime
from pathlib import Path as Folder
from threading import BoundedSemaphore
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.cache import REVALIDATE, address, etag, is_current, not_modified
from app.api.deps import engine_of
from app.api.documented import NOT_FOUND, REFUSED, UNAVAILABLE
from app.api.doubtful import refuse_doubtful
from app.api.lookup import find_territory
from app.api.parameters import CodePath, SheetQuery
from app.api.sheets import SheetLevel, Wished, public_address, sheet_of
from app.api.snapshot import check_release, snapshot
from app.errors import BusyError
from app.maps.paper import PAPERS
from app.maps.pdf import Printing, render

PDF = "application/pdf"
# A sheet takes one or two seconds of a processor: others of the same process wait that long, no longer.
PATIENCE_S = 8.0

SheetLevelPath = Annotated[
    SheetLevel,
    Path(description="Niveau géographique de la fiche.", examples=["commune"]),
]

router = APIRouter(tags=["Fiches"], dependencies=[Depends(refuse_doubtful)])


class PrintingBusyError(BusyError):
    """Trop de fiches sont demandées en même temps. Réessayez dans quelques secondes."""

    status = 503
    title = "Impression occupée"


@router.get(
    "/atlas/{level}/{code}.pdf",
    operation_id="sheet",
    summary="Fiche imprimable d'un territoire",
    response_class=Response,
    responses={
        200: {"content": {PDF: {}}, "description": "Fiche PDF, A4 ou A3 en largeur, balisée (PDF/UA)."},
        304: {"description": "La copie du client (If-None-Match) est à jour."},
        404: NOT_FOUND,
        422: REFUSED,
        503: UNAVAILABLE,
    },
)
def sheet(
    request: Request, level: SheetLevelPath, code: CodePath, query: Annotated[SheetQuery, Query()]
) -> Response:
    """Fiche d'un territoire : carte à l'échelle, offre de chaque profession, phrases, sources, code QR.

    La fiche porte la date de l'offre et le numéro de version : /api/v1/releases/{id} dit si elle est à jour.
    """
    today = datetime.now(UTC).date()
    with snapshot(engine_of(request)) as (connection, release):
        check_release(release, query.release)
        # The sheet bears the day on which it is printed.
        validator = etag(release, address(request), today.isoformat())
        if is_current(request, validator):
            raise not_modified(validator, REVALIDATE)
        territory = find_territory(connection, "code", level, code)
        paper = PAPERS[query.paper]
        wished = Wished(paper, query.profession, public_address(request.app.state.settings))
        told = sheet_of(connection, release, territory, wished)
    fonts: Folder | None = request.app.state.fonts
    presses: BoundedSemaphore = request.app.state.presses
    if not presses.acquire(timeout=PATIENCE_S):
        raise PrintingBusyError
    try:
        body = render([told], Printing(paper, today, fonts))
    finally:
        presses.release()
    name = f"fiche-{level}-{territory.code}-{release.vintage}.pdf"
    headers = {
        "ETag": validator,
        "Cache-Control": REVALIDATE,
        "Content-Disposition": f'inline; filename="{name}"',
        "Accept-Ranges": "none",
    }
    return Response(body, media_type=PDF, headers=headers)
