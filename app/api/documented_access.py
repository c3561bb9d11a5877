"""What OpenAPI says of every address: how to present a key, and what the way in may answer."""

from typing import Any

from app.api.problems import PROBLEM, TOO_LARGE, anchor
from app.errors import ForbiddenError, TooManyRequestsError, UnknownCallerError
from app.security.roles import FREE, Role, line_of

SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "Clef de l'API, donnée par l'observatoire. Facultative : elle élève la limite de "
        "demandes, et ouvre les noms à un agent.",
    },
    "key_header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "La même clef."},
}
TOO_LARGE_EXAMPLE: dict[str, object] = {
    "type": f"/docs#{anchor(TOO_LARGE)}",
    "title": TOO_LARGE,
    "status": 413,
    "detail": "Le corps de la demande dépasse ce que l'observatoire reçoit.",
    "hint": "Envoyez moins de points, ou un tracé plus simple.",
}
# Nothing, or either form of a key.
ANY_OF: list[dict[str, list[str]]] = [{}, {"key": []}, {"key_header": []}]


def tell_access(schema: dict[str, Any]) -> None:
    """Complete OpenAPI with keys and with the refusals of the way in, address by address."""
    schema["components"]["securitySchemes"] = SCHEMES
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            line = line_of(method.upper(), path)
            operation["security"] = ANY_OF if line.role is Role.PUBLIC else ANY_OF[1:]
            answers = operation["responses"]
            answers.setdefault("401", _refusal(UnknownCallerError, "Clef inconnue, révoquée ou expirée."))
            if line.role is not Role.PUBLIC:
                answers.setdefault("403", _refusal(ForbiddenError, "Rôle insuffisant."))
            if line.cost != FREE:
                answers.setdefault(
                    "429",
                    _refusal(
                        TooManyRequestsError, "Trop de demandes ; l'en-tête Retry-After dit quand revenir."
                    ),
                )
            if method == "post":
                answers.setdefault(
                    "413", {"description": "Corps de la demande trop grand.", **_content(TOO_LARGE_EXAMPLE)}
                )


def _refusal(
    kind: type[UnknownCallerError | ForbiddenError | TooManyRequestsError], said: str
) -> dict[str, Any]:
    example = {
        "type": f"/docs#{anchor(kind.title)}",
        "title": kind.title,
        "status": kind.status,
        "detail": (kind.__doc__ or "").strip(),
    }
    return {"description": said, **_content(example)}


def _content(example: dict[str, object]) -> dict[str, Any]:
    told = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {"content": {PROBLEM: told}}
