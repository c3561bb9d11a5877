"""Who asks, and what was asked in the name of whom."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import to_csv, to_json
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.entrance import PRIVATE, caller_of, gate_of
from app.api.schemas.callers import Me
from app.security.audit import ACTIONS, note, read_audit
from app.security.roles import ROLE_WORDS, Role

COLUMNS = ("at", "actor", "role", "action", "subject", "people")

router = APIRouter(prefix="/api/v1", tags=["Accès"], dependencies=[Depends(refuse_doubtful)])


class AuditQuery(BaseModel):
    """What of the log is asked."""

    model_config = ConfigDict(extra="forbid")

    since: datetime | None = Field(
        default=None, description="Depuis quand, AAAA-MM-JJ ou AAAA-MM-JJTHH:MM:SSZ.", examples=["2025-11-03"]
    )
    limit: int = Field(default=1_000, ge=1, le=100_000, description="Nombre maximal de lignes.")
    format: Literal["json", "csv"] = Field(default="json", description="Forme de la réponse.")


@router.get("/me", operation_id="me", **documented("Qui demande", Me))
def me(request: Request) -> Response:
    """Rôle de qui demande : public sans clef ni connexion, sinon celui de la clef ou de la personne."""
    caller = caller_of(request)
    settings = request.app.state.settings
    told = {
        "role": caller.role.label,
        "role_label": ROLE_WORDS[caller.role],
        "name": caller.label or None,
        "names": caller.role >= Role.AGENT,
        "per_minute": (settings.limit_per_key if caller.actor else settings.limit_per_address) or None,
    }
    return Response(to_json(told), media_type="application/json", headers=PRIVATE)


# Not told to everybody: OpenAPI lists what a stranger can ask.
@router.get("/audit", include_in_schema=False)
def list_audit(request: Request, query: Annotated[AuditQuery, Query()]) -> Response:
    """Qui a lu des noms, qui a changé quoi. Le lire y ajoute une ligne."""
    caller = caller_of(request)
    with gate_of(request).clerk.begin() as connection:
        lines = read_audit(connection, query.limit, query.since)
        note(connection, caller, "audit.read", f"{len(lines)} lignes")
    items = [
        {name: getattr(line, name) for name in COLUMNS} | {"action_label": ACTIONS.get(line.action)}
        for line in lines
    ]
    if query.format == "csv":
        headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="journal-acces.csv"'}
        return Response(to_csv(COLUMNS, items), media_type="text/csv; charset=utf-8", headers=headers)
    body = to_json({"count": len(items), "items": items})
    return Response(body, media_type="application/json", headers=PRIVATE)
