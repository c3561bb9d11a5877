"""Liveness, readiness and metrics: for machines that watch the observatory."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.api.answers import to_json
from app.api.deps import JSON, engine_of
from app.api.metrics import Metrics
from app.api.problems import RETRY_SECONDS
from app.api.routes.isochrones import routing_of
from app.api.schemas.health import Health, Readiness
from app.api.snapshot import Release, snapshot
from app.errors import NothingPublishedError
from app.travel.failures import GraphError
from app.travel.routing import ground_of

ANSWERED = "Le processus a répondu."

router = APIRouter(tags=["Surveillance"])


def metrics_of(request: Request) -> Metrics:
    """Return the counters of this process."""
    metrics: Metrics = request.app.state.metrics
    return metrics


def _published(request: Request) -> int | None:
    """Return the published release, None when there is none or nobody knows."""
    try:
        with snapshot(engine_of(request)) as (_, release):
            return release.id
    except (NothingPublishedError, DBAPIError, PoolTimeoutError):
        return None


def _graph(request: Request, connection: Connection, release: Release) -> dict[str, str | None]:
    """Return the graph that walks are routed on, or what keeps it from being used."""
    try:
        fingerprint = ground_of(connection, release.id, "walk").fingerprint
        routing_of(request).check(fingerprint)
    except GraphError as error:
        return {"graph": None, "graph_problem": error.message()}
    return {"graph": fingerprint, "graph_problem": None}


@router.get(
    "/healthz",
    operation_id="healthz",
    summary="Vie",
    responses={200: {"model": Health, "description": ANSWERED}},
)
def healthz() -> Response:
    """Le processus répond."""
    return Response(b'{"status":"ok"}', media_type=JSON, headers={"Cache-Control": "no-store"})


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Disponibilité",
    responses={
        200: {"model": Readiness, "description": "Tout est prêt."},
        503: {"model": Readiness, "description": "La base ne répond pas, ou rien n'est publié."},
    },
)
def readyz(request: Request) -> Response:
    """La base répond et une version est publiée ; 503 sinon. Sans graphe, seuls les isochrones manquent."""
    database, release, graph = "ok", None, dict[str, str | None](graph=None, graph_problem=None)
    try:
        with snapshot(engine_of(request)) as (connection, current):
            release, graph = current.id, _graph(request, connection, current)
    except NothingPublishedError:
        pass
    except (DBAPIError, PoolTimeoutError):
        database, release = "unavailable", None
    ready = release is not None
    status = "ready" if ready else "unavailable"
    body = to_json({"status": status, "database": database, "release": release, **graph})
    retry = {} if ready else {"Retry-After": str(RETRY_SECONDS)}
    return Response(body, 200 if ready else 503, {"Cache-Control": "no-store", **retry}, JSON)


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Mesures",
    response_class=PlainTextResponse,
    responses={200: {"description": ANSWERED}},
)
def metrics(request: Request, counters: Annotated[Metrics, Depends(metrics_of)]) -> Response:
    """Nombre et durée des requêtes de ce processus, version publiée (texte de Prometheus)."""
    release = _published(request)
    return Response(
        counters.text(release),
        media_type="text/plain; version=0.0.4; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
