"""Every error mapped once to a problem; what the database says never leaves."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import psycopg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.api.cache import AlreadyAnsweredError
from app.api.middleware import SECURITY_HEADERS
from app.api.problems import (
    PROBLEM,
    REFUSED_METHOD,
    REFUSED_REQUEST,
    TOO_LARGE,
    UNKNOWN_ADDRESS,
    problem,
)
from app.api.request_ids import HEADER
from app.api.suggestions import did_you_mean
from app.errors import (
    ObservatoireError,
    ParameterError,
    StoreError,
    TooManyRequestsError,
    UnknownCallerError,
)
from app.log import get_logger

QUERY_CANCELED = "57014"

log = get_logger(__name__)

_HTTP: dict[int, tuple[str, str, str]] = {
    404: (UNKNOWN_ADDRESS, "Rien ne répond à l'adresse {path}.", "Les adresses sont décrites sur /docs."),
    405: (
        REFUSED_METHOD,
        "L'adresse {path} ne se demande pas avec {method}.",
        "L'observatoire se lit : utilisez GET.",
    ),
    413: (
        TOO_LARGE,
        "Le corps de la requête est trop grand. Rien n'a été modifié.",
        "Envoyez-le en plusieurs fois.",
    ),
}
_DAY = "doit être une date, AAAA-MM-JJ"
_REASONS = {
    "missing": "est obligatoire",
    "extra_forbidden": "n'est pas connu ici",
    "bool_parsing": "doit être true ou false",
    "day": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_parsing": _DAY,
}
_NUMBER_BOUNDS = {
    "greater_than_equal": ("ge", "doit être au moins {bound}"),
    "less_than_equal": ("le", "doit être au plus {bound}"),
    "string_too_long": ("max_length", "ne doit pas dépasser {bound} caractères"),
    "string_too_short": ("min_length", "doit avoir au moins {bound} caractère"),
}


def on_domain_error(_request: Request, error: Exception) -> Response:
    """Answer an error that the observatory raised knowingly."""
    assert isinstance(error, ObservatoireError)
    parameter: str | None = getattr(error, "parameter", None)
    return problem(
        error.status,
        error.title,
        error.detail,
        hint=error.hint,
        parameter=parameter,
        headers=_what_to_do(error),
    )


def _what_to_do(error: ObservatoireError) -> dict[str, str]:
    """Return the headers by which a machine knows what to do next."""
    if isinstance(error, TooManyRequestsError):
        return {"Retry-After": str(math.ceil(error.wait_s))}
    return {"WWW-Authenticate": "Bearer"} if isinstance(error, UnknownCallerError) else {}


def on_refused_parameters(_request: Request, error: Exception) -> Response:
    """Answer parameters of the wrong form: the first one is explained, all are listed."""
    assert isinstance(error, RequestValidationError)
    refused = [_refusal(entry) for entry in error.errors()]
    first = refused[0]
    return problem(
        422,
        ParameterError.title,
        str(first["detail"]),
        hint=str(first.get("hint", "")),
        parameter=first["parameter"],
        allowed=first.get("allowed"),
        errors=refused if len(refused) > 1 else None,
    )


def _refusal(entry: Mapping[str, object]) -> dict[str, object]:
    location = entry["loc"]
    assert isinstance(location, Sequence)
    name = str(location[1] if len(location) > 1 else location[0])
    allowed = _allowed(entry)
    refusal: dict[str, object] = {"parameter": name, "detail": f"Le paramètre « {name} » {_reason(entry)}."}
    if allowed:
        given = str(entry.get("input"))
        listed = f"Valeurs possibles : {', '.join(allowed)}."
        refusal["allowed"] = allowed
        refusal["hint"] = f"{did_you_mean(given, allowed)} {listed}".strip()
    return refusal


def _context(entry: Mapping[str, object]) -> Mapping[str, object]:
    context = entry.get("ctx")
    return context if isinstance(context, Mapping) else {}


def _allowed(entry: Mapping[str, object]) -> list[str]:
    if entry["type"] != "literal_error":
        return []
    return [
        quoted or bare for quoted, bare in re.findall(r"'([^']*)'|(\d+)", str(_context(entry)["expected"]))
    ]


def _reason(entry: Mapping[str, object]) -> str:
    kind = str(entry["type"])
    if kind in _REASONS:
        return _REASONS[kind]
    if kind in _NUMBER_BOUNDS:
        key, form = _NUMBER_BOUNDS[kind]
        return form.format(bound=_context(entry)[key])
    if kind.startswith("int"):
        return "doit être un nombre entier"
    if kind in {"float_parsing", "finite_number"}:
        return "doit être un nombre"
    if kind == "literal_error":
        return f"n'accepte pas la valeur « {entry.get('input')} »"
    return "n'a pas la forme attendue"


def on_http_error(request: Request, error: Exception) -> Response:
    """Answer an unknown address or a method that is not offered."""
    assert isinstance(error, HTTPException)
    title, detail, hint = _HTTP.get(error.status_code, (REFUSED_REQUEST, "La requête n'a pas abouti.", ""))
    said = detail.format(path=request.url.path, method=request.method)
    return problem(error.status_code, title, said, hint=hint, headers=error.headers)


def on_database_error(request: Request, error: Exception) -> Response:
    """Answer a database that is away, too busy or too slow: 503, and nothing of what it said."""
    log.error("database_error", path=request.url.path, kind=type(error).__name__, error=str(error))
    if isinstance(error, PoolTimeoutError):
        detail, hint = "Trop de demandes sont en cours.", "Réessayez dans quelques secondes."
    elif getattr(getattr(error, "orig", error), "sqlstate", None) == QUERY_CANCELED:
        detail = "La demande a pris trop de temps et a été arrêtée ; rien n'a été modifié."
        hint = "Resserrez-la, par exemple avec « within »."
    else:
        detail, hint = "La base de données ne répond pas.", "Réessayez dans quelques secondes."
    return problem(StoreError.status, StoreError.title, detail, hint=hint)


def on_unforeseen_error(request: Request, error: Exception) -> Response:
    """Answer a fault of ours without its details; the log has them."""
    name = str(getattr(request.state, "request_id", ""))
    log.error("unforeseen_error", path=request.url.path, request_id=name, exc_info=error)
    return problem(
        500,
        ObservatoireError.title,
        "L'observatoire n'a pas pu répondre ; l'erreur est inscrite au journal.",
        hint="Signalez-la à votre service informatique.",
        headers={**SECURITY_HEADERS, HEADER: name},
    )


async def on_already_answered(_request: Request, error: Exception) -> Response:
    """Give the answer that was known at once: as a coroutine it costs no trip to a thread."""
    assert isinstance(error, AlreadyAnsweredError)
    return error.response


type ProblemPage = Callable[[Request, Response], Response]

_HANDLERS: tuple[tuple[type[Exception], Callable[[Request, Exception], Response]], ...] = (
    (ObservatoireError, on_domain_error),
    (RequestValidationError, on_refused_parameters),
    (HTTPException, on_http_error),
    (DBAPIError, on_database_error),
    (psycopg.Error, on_database_error),
    (PoolTimeoutError, on_database_error),
    (Exception, on_unforeseen_error),
)


def install(app: FastAPI, page: ProblemPage | None = None) -> None:
    """Give ``app`` every handler above; ``page`` shows a problem to whoever reads pages."""
    for kind, handler in _HANDLERS:
        app.add_exception_handler(kind, partial(_answered, handler, page) if page else handler)
    app.add_exception_handler(AlreadyAnsweredError, on_already_answered)


def _answered(
    handler: Callable[[Request, Exception], Response],
    page: ProblemPage,
    request: Request,
    error: Exception,
) -> Response:
    """Return a problem as JSON to programs, as a page to a browser outside the API's own addresses."""
    answer = handler(request, error)
    reads_pages = "text/html" in request.headers.get("accept", "")
    if answer.media_type != PROBLEM or not reads_pages or request.url.path.startswith("/api/"):
        return answer
    return page(request, answer)
