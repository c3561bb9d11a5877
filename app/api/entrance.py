"""The way in of every route: who asks, whether their role may, and how often."""

from anyio import to_thread
from starlette.requests import Request

from app.errors import ForbiddenError, TooManyRequestsError, UnknownCallerError
from app.log import get_logger
from app.security.callers import ANYBODY, Caller
from app.security.gate import Gate
from app.security.roles import ROLE_WORDS, UNKNOWN, Line, Role, line_of

# A key that opens nothing costs its address as much as an isochrone.
REFUSED_COST = 5.0
# Answers that depend on who asks.
PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Accept, Authorization, Cookie, X-API-Key"}
SAFE = ("GET", "HEAD", "OPTIONS")
OWN_PAGES = (None, "same-origin", "none")
SIGN_IN = "Présentez une clef (en-tête Authorization: Bearer) ou connectez-vous à l'adresse /connexion."
WAIT = "Attendez, ou demandez une clef à l'observatoire : sa limite est plus haute."

logger = get_logger(__name__)


def gate_of(request: Request) -> Gate:
    """Return the gate of this application."""
    gate: Gate = request.app.state.gate
    return gate


def caller_of(request: Request) -> Caller:
    """Return who asks, as ``enter`` found them."""
    caller: Caller = request.state.caller
    return caller


async def enter(request: Request) -> None:
    """Find who asks, and refuse what their role or their pace does not allow.

    A demand without key nor session waits for nothing: as a coroutine it costs no trip to a thread. Raises
    UnknownCallerError, ForbiddenError or TooManyRequestsError.
    """
    gate = gate_of(request)
    line = line_of(request.method, getattr(request.scope.get("route"), "path", ""))
    address = request.client.host if request.client else ""
    caller = await _caller(request, gate, address)
    request.state.caller = caller
    if not getattr(request.state, "counted", False):
        _count(gate, caller, address, line.cost)
    # After it is counted: finding who holds a key has asked the base.
    if line.role > caller.role:
        _refuse(line, caller, request)


def counted(request: Request, route: str) -> bool:
    """Count a demand without credential once; say whether its pace allows it."""
    if not getattr(request.state, "counted", False):
        address = request.client.host if request.client else ""
        request.state.counted = not gate_of(request).wait(ANYBODY, address, line_of("GET", route).cost)
    return bool(request.state.counted)


async def _caller(request: Request, gate: Gate, address: str) -> Caller:
    key = _presented(request)
    if key is not None:
        found = await to_thread.run_sync(gate.by_key, key)
        if found is None:
            _count(gate, ANYBODY, address, REFUSED_COST)
            raise UnknownCallerError(
                "Cette clef n'ouvre rien : elle est inconnue, révoquée ou expirée.",
                hint="« observatoire key list » dit ce qu'elle est devenue.",
            )
        return found
    cookie = request.cookies.get(gate.session_cookie)
    if not cookie:
        return ANYBODY
    _refuse_other_sites(request)
    return await to_thread.run_sync(gate.by_session, cookie) or ANYBODY


def _presented(request: Request) -> str | None:
    """Return the key of a request, from either of its headers; None when there is none."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    return request.headers.get("x-api-key")


def _refuse_other_sites(request: Request) -> None:
    """Raise ForbiddenError when another site sends a form in the name of somebody signed in here."""
    if request.method in SAFE:
        return
    if request.headers.get("sec-fetch-site") not in OWN_PAGES:
        raise ForbiddenError("Cette demande vient d'un autre site. Rien n'a été modifié.")


def _refuse(line: Line, caller: Caller, request: Request) -> None:
    if line is UNKNOWN:
        logger.error("route_without_role", path=request.url.path)
    _refuse_role(caller, line.role, "Cette adresse est réservée.")


def _refuse_role(caller: Caller, wanted: Role, what: str) -> None:
    if not caller.actor:
        raise UnknownCallerError(what, hint=SIGN_IN)
    raise ForbiddenError(
        f"{what} Rôle demandé : {ROLE_WORDS[wanted]} ; le vôtre : {ROLE_WORDS[caller.role]}.",
        hint="Demandez ce rôle au service qui tient l'observatoire.",
    )


def _count(gate: Gate, caller: Caller, address: str, cost: float) -> None:
    if not cost:
        return
    wait = gate.wait(caller, address, cost)
    if wait:
        whose = "Cette clef" if caller.actor else "Votre adresse"
        raise TooManyRequestsError(wait, f"{whose} a fait trop de demandes en une minute.", hint=WAIT)
