"""Liveness, readiness and metrics: for machines that watch the observatory."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.api.answers import to_json
from app.api.deps import JSON, engine_of
from app.api.metrics import Metrics
from app.api.problems import RETRY_SECONDS
from app.api.schemas.health import Health, Readiness
from app.api.snapshot import snapshot
from app.errors import NothingPublishedError

ANSWERED = "Le processus a répondu."

router = APIRouter(tags=["Surveillance"])


def metrics_of(request: Request) -> Metrics:
    """Return the counters of this process."""
    metrics: Metrics = request.app.state.metrics
    return metrics


def _published(request: Request) -> tuple[str, int | None]:
    """Return the database's state and the published release, None when there is none."""
    try:
        with snapshot(engine_of(request)) as (_, release):
            return "ok", release.id
    except NothingPublishedError:
        return "ok", None
    except (DBAPIError, PoolTimeoutError):
        return "unavailable", None


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
    """La base répond et une version est publiée ; 503 sinon."""
    database, release = _published(request)
    ready = release is not None
    body = to_json(
        {
            "status": "ready" if ready else "unavailable",
            "database": database,
            "release": release,
            "graph": None,
        }
    )
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
    _, release = _published(request)
    return Response(
        counters.text(release),
        media_type="text/plain; version=0.0.4; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
