"""The catalogue record, for portals of public data."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import to_json
from app.api.cache import REVALIDATE, address, etag, is_current, not_modified
from app.api.deps import engine_of
from app.api.documented import NOT_FOUND, REFUSED, UNAVAILABLE
from app.api.doubtful import refuse_doubtful
from app.api.history import days
from app.api.parameters import ReleaseQuery
from app.api.record import PUBLISHER, Publisher, record
from app.api.site import site_of
from app.api.snapshot import check_release, snapshot
from app.db.sql import load
from app.settings import Settings
from app.sources.cadence import cadence_of, days_between

JSON_LD = "application/ld+json"

router = APIRouter(prefix="/api/v1", tags=["Sources et versions"], dependencies=[Depends(refuse_doubtful)])


@router.get(
    "/catalogue",
    operation_id="catalogue",
    summary="Notice de catalogue",
    response_class=Response,
    responses={
        200: {
            "description": "Catalogue DCAT-AP, en JSON-LD.",
            "content": {JSON_LD: {"schema": {"type": "object", "description": "dcat:Catalog."}}},
        },
        304: {"description": "La copie du client (If-None-Match) est à jour."},
        404: NOT_FOUND,
        422: REFUSED,
        503: UNAVAILABLE,
    },
)
def catalogue(request: Request, query: Annotated[ReleaseQuery, Query()]) -> Response:
    """Notice DCAT-AP de ce qui est publié, que data.gouv.fr moissonne : formes, licence, dates, cadre."""
    settings, site = request.app.state.settings, site_of(request)
    with snapshot(engine_of(request)) as (connection, release):
        check_release(release, query.release)
        validator = etag(release, address(request), site, str(_pace(settings)))
        if is_current(request, validator):
            raise not_modified(validator, REVALIDATE)
        framed = connection.execute(load("app.api", "extent")).one()
        vintages = [day for known in days(connection).known.values() for day in known]
        told = record(
            site,
            release,
            Publisher(settings.publisher or PUBLISHER, settings.contact, _pace(settings)),
            None if framed.west is None else (framed.west, framed.south, framed.east, framed.north),
            min(vintages, default=release.vintage),
        )
    return Response(
        to_json(told), media_type=JSON_LD, headers={"ETag": validator, "Cache-Control": REVALIDATE}
    )


def _pace(settings: Settings) -> float | None:
    """Return the days between two looks at the register of practitioners, where they are scheduled."""
    return days_between(cadence_of(settings, "annuaire")) if settings.departement_codes() else None
