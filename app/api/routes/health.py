"""Liveness, readiness and metrics: for machines that watch the observatory."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.api import views
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
# Workers give a sign every five seconds: see app/jobs/worker.py.
SILENT_SECONDS = 60.0

NOT_READY = {
    "status": "unavailable",
    "database": "unavailable",
    "release": None,
    "graph": None,
    "graph_problem": None,
    "worker": None,
}

router = APIRouter(tags=["Surveillance"])


def metrics_of(request: Request) -> Metrics:
    """Return the counters of this process."""
    metrics: Metrics = request.app.state.metrics
    return metrics


def _gauges(request: Request) -> dict[str, float]:
    """Return what is published and how old it is, as far as the database answers."""
    gauges = {"observatoire_published_release": 0.0}
    try:
        with snapshot(engine_of(request)) as (connection, release):
            shown = datetime(release.vintage.year, release.vintage.month, release.vintage.day, tzinfo=UTC)
            gauges["observatoire_published_release"] = release.id
            gauges["observatoire_supply_age_seconds"] = (datetime.now(UTC) - shown).total_seconds()
            silence = _worker_silence(connection)
            if silence is not None:
                gauges["observatoire_worker_silence_seconds"] = silence
    except (NothingPublishedError, DBAPIError, PoolTimeoutError):
        pass
    return gauges


def _worker_silence(connection: Connection) -> float | None:
    """Return the seconds since a worker gave its last sign, None when none ever did."""
    newest = func.max(views.worker.c.seen_at)
    seconds = connection.execute(select(func.extract("epoch", func.now() - newest))).scalar_one()
    return None if seconds is None else max(0.0, float(seconds))


def _worker(connection: Connection) -> str:
    """Return whether what takes the sources in runs."""
    silence = _worker_silence(connection)
    if silence is None:
        return "absent"
    return "silent" if silence > SILENT_SECONDS else "ok"


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
        503: {
            "model": Readiness,
            "description": "La base ne répond pas, ou rien n'est publié.",
            "content": {JSON: {"example": NOT_READY}},
        },
    },
)
def readyz(request: Request) -> Response:
    """La base répond et une version est publiée ; 503 sinon. Sans graphe, seuls les isochrones manquent.

    Le travailleur est dit à part : sans lui, ce qui est publié vieillit mais reste lisible.
    """
    database, release, worker = "ok", None, None
    graph = dict[str, str | None](graph=None, graph_problem=None)
    try:
        with engine_of(request).connect() as connection:
            worker = _worker(connection)
        with snapshot(engine_of(request)) as (connection, current):
            release, graph = current.id, _graph(request, connection, current)
    except NothingPublishedError:
        pass
    except (DBAPIError, PoolTimeoutError):
        database, release, worker = "unavailable", None, None
    ready = release is not None
    status = "ready" if ready else "unavailable"
    body = to_json({"status": status, "database": database, "release": release, **graph, "worker": worker})
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
    """Nombre et durée des requêtes de tous les processus du serveur, version publiée, âge de l'offre.

    Texte de Prometheus ; un tableau de bord est livré (deploy/grafana).
    """
    return Response(
        counters.text(_gauges(request)),
        media_type="text/plain; version=0.0.4; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
