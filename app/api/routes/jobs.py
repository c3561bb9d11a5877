"""What is being loaded or built, while it runs."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Row, select
from starlette.requests import Request
from starlette.responses import Response

from app.api import views
from app.api.answers import to_list
from app.api.deps import JSON, engine_of
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.schemas.jobs import RunningList

router = APIRouter(prefix="/api/v1", tags=["Surveillance"], dependencies=[Depends(refuse_doubtful)])


class NoQuery(BaseModel):
    """No parameter: one that nobody knows is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


@router.get("/jobs", operation_id="jobs", **documented("Travaux en cours", RunningList))
def jobs(request: Request, _query: Annotated[NoQuery, Query()]) -> Response:
    """Chargements et constructions en cours : leur étape, leur avancement ; même avant toute version."""
    with engine_of(request).connect() as connection:
        rows = connection.execute(select(views.running).order_by(views.running.c.id)).all()
    body = to_list({}, [_shown(row) for row in rows])
    return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})


def _shown(row: Row[Any]) -> dict[str, object]:
    share = min(1.0, row.done / row.total) if row.done is not None and row.total else None
    return {
        "task": row.task,
        "register": row.register,
        "step": row.step,
        "done": row.done,
        "total": row.total,
        "share": None if share is None else round(share, 4),
        "started_at": row.started_at,
        "updated_at": row.updated_at,
    }
