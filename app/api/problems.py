"""RFC 9457 problem details: their form, and every kind there is."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from starlette.responses import Response

from app.errors import (
    ForbiddenError,
    NotAcceptableError,
    NotFoundError,
    NothingPublishedError,
    ObservatoireError,
    ParameterError,
    SetupError,
    SourceError,
    StoreError,
    TooManyRequestsError,
    UnknownCallerError,
)
from app.travel.failures import GraphError, RoutingBusyError, RoutingError

PROBLEM = "application/problem+json"
RETRY_SECONDS = 5
UNKNOWN_ADDRESS = "Adresse inconnue"
REFUSED_METHOD = "Méthode refusée"
REFUSED_REQUEST = "Requête refusée"
TOO_LARGE = "Requête trop grande"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem, as the page on the API lists it."""

    status: int
    title: str
    meaning: str

    @property
    def anchor(self) -> str:
        """Return where the page describes it."""
        return anchor(self.title)


KINDS = (
    Kind(404, UNKNOWN_ADDRESS, "Rien ne répond à cette adresse."),
    Kind(405, REFUSED_METHOD, "L'observatoire se lit : GET et HEAD, et POST où la page le dit."),
    Kind(400, REFUSED_REQUEST, "La requête n'a pas la forme voulue par HTTP."),
    Kind(413, TOO_LARGE, "Le corps de la requête dépasse ce que l'observatoire reçoit."),
    *(
        Kind(error.status, error.title, (error.__doc__ or "").strip())
        for error in (
            *(ParameterError, SourceError, NotFoundError, NotAcceptableError, NothingPublishedError),
            *(StoreError, SetupError),
            *(GraphError, RoutingBusyError, RoutingError),
            *(UnknownCallerError, ForbiddenError, TooManyRequestsError),
        )
    ),
    Kind(500, ObservatoireError.title, "Une faute de l'observatoire, inscrite à son journal."),
)


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    hint: str = "",
    headers: Mapping[str, str] | None = None,
    **members: object,
) -> Response:
    """Return a problem; ``members`` that are None are left out. A 503 says when to try again."""
    body = {
        "type": f"/docs#{anchor(title)}",
        "title": title,
        "status": status,
        "detail": detail,
        **({"hint": hint} if hint else {}),
        **{name: value for name, value in members.items() if value is not None},
    }
    retry = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
    return Response(
        orjson.dumps(body),
        status,
        {"Cache-Control": "no-store", "Content-Language": "fr", **retry, **(headers or {})},
        PROBLEM,
    )


def anchor(title: str) -> str:
    """Return a title as the end of an address.

    >>> anchor("Paramètre non valable")
    'parametre-non-valable'
    """
    plain = unicodedata.normalize("NFD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
