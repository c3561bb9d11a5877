"""The pages where an agent signs in and out: « /connexion », « /deconnexion »."""

import hmac
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.api.entrance import caller_of, gate_of
from app.api.middleware import CONTENT_SECURITY_POLICY
from app.errors import ForbiddenError, NotFoundError, ObservatoireError
from app.log import get_logger
from app.security import crossing as crossings
from app.security.audit import note
from app.security.callers import Caller
from app.security.roles import ROLE_WORDS, Role
from app.security.sessions import Person, close_session, form_token, open_session, own_name
from app.security.sign_in import SignIn
from app.security.tokens import AGAIN, UntrustedTokenError
from app.settings import Settings
from app.web.templating import templates

PRIVATE = {"Cache-Control": "private, no-store", "Content-Language": "fr"}
CLOSED = "Cet observatoire n'a pas de fournisseur d'identité : personne ne s'y connecte."

logger = get_logger(__name__)
router = APIRouter(include_in_schema=False)


def provider_of(request: Request) -> SignIn:
    """Return the identity provider. Raises NotFoundError where the city has none."""
    provider = gate_of(request).sign_in
    if provider is None:
        raise NotFoundError("connexion", CLOSED, hint="Voir « Accès » dans le guide.")
    return provider


@router.get("/connexion")
def sign_in_page(request: Request) -> HTMLResponse:
    """Return the page that says who is signed in, or how to be."""
    return _page(request, open=gate_of(request).sign_in is not None)


@router.get("/connexion/depart")
def leave(request: Request, vers: str = "/") -> Response:
    """Send the browser to the provider, with what its answer must match."""
    attempt = crossings.new_crossing(vers)
    answer = RedirectResponse(provider_of(request).leave(attempt), 303, headers=PRIVATE)
    secret = _settings(request).session_key
    assert secret is not None  # the settings refuse a provider without it
    _set_cookie(
        request, answer, _crossing_cookie(request), crossings.sealed(attempt, secret.get_secret_value())
    )
    return answer


@router.get("/connexion/retour")
def arrive(request: Request, code: str = "", state: str = "", error: str = "", iss: str = "") -> Response:
    """Open a session for who comes back from the provider; a session of before ends."""
    try:
        attempt = _attempt(request, state)
        if error or not code:
            raise ForbiddenError("Le fournisseur d'identité n'a pas confirmé la connexion.", hint=AGAIN)
        provider = provider_of(request)
        if iss and iss != provider.issuer:  # RFC 9207: the answer of one provider brought to another
            raise UntrustedTokenError("iss of the answer")
        person = provider.arrive(attempt, code)
    except ObservatoireError as refusal:
        logger.warning("sign_in_refused", reason=getattr(refusal, "reason", type(refusal).__name__))
        answer: Response = _page(request, refusal.status, refused=refusal)
    else:
        answer = RedirectResponse(attempt.onward, 303, headers=PRIVATE)
        _set_cookie(request, answer, gate_of(request).session_cookie, _opened(request, person))
    _drop_cookie(request, answer, _crossing_cookie(request))
    return answer


@router.get("/deconnexion")
def sign_out_page(request: Request) -> HTMLResponse:
    """Return the page that asks before signing out, and says so afterwards."""
    return _page(request, open=gate_of(request).sign_in is not None, leaving=True)


async def form_of(request: Request) -> dict[str, list[str]]:
    """Return the fields of a form."""
    return parse_qs((await request.body()).decode("ascii", "replace"))


@router.post("/deconnexion")
def sign_out(request: Request, form: Annotated[dict[str, list[str]], Depends(form_of)]) -> Response:
    """End the session here, then at the provider."""
    cookie, caller = _session_cookie(request), caller_of(request)
    given = "".join(form.get("jeton", [])).encode()
    if cookie is None or not hmac.compare_digest(given, form_token(cookie).encode()):
        raise ForbiddenError("Ce formulaire n'est pas de votre session. Rien n'a été modifié.")
    with gate_of(request).clerk.begin() as connection:
        token = close_session(connection, cookie)
        note(connection, caller, "session.close")
    onward = "/deconnexion"
    if token is not None:
        onward = provider_of(request).goodbye(token, form_token(cookie)) or onward
    answer = RedirectResponse(onward, 303, headers=PRIVATE)
    _drop_cookie(request, answer, gate_of(request).session_cookie)
    return answer


def _attempt(request: Request, state: str) -> crossings.Crossing:
    secret = _settings(request).session_key
    cookie = request.cookies.get(_crossing_cookie(request))
    attempt = crossings.unsealed(cookie, secret.get_secret_value()) if cookie and secret else None
    if attempt is None or not hmac.compare_digest(attempt.state.encode(), state.encode()):
        raise UntrustedTokenError("state")
    return attempt


def _opened(request: Request, person: Person) -> str:
    gate, before = gate_of(request), _session_cookie(request)
    caller = Caller(person.role, f"session:{person.label}", person.label)
    with gate.clerk.begin() as connection:
        if before is not None:
            close_session(connection, before)
        cookie = open_session(connection, person, gate.lasting)
        note(connection, caller, "session.open")
    return cookie


def _page(request: Request, status: int = 200, **shown: object) -> HTMLResponse:
    caller = caller_of(request)
    known = {
        "caller": caller if caller.form_token else None,
        "role": ROLE_WORDS[caller.role],
        "sees_names": caller.role >= Role.AGENT,
        "open": True,
        "leaving": False,
        "refused": None,
    }
    headers = {**PRIVATE, "Content-Security-Policy": _policy(request)}
    return templates.TemplateResponse(request, "connexion.html", known | shown, status, headers)


def _policy(request: Request) -> str:
    """Return the policy of a page whose form leads on to the provider: browsers check where it ends up."""
    provider = gate_of(request).sign_in
    if provider is None:
        return CONTENT_SECURITY_POLICY
    parts = urlsplit(provider.issuer)
    own = "form-action 'self'"
    return CONTENT_SECURITY_POLICY.replace(own, f"{own} {parts.scheme}://{parts.netloc}")


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _session_cookie(request: Request) -> str | None:
    return request.cookies.get(gate_of(request).session_cookie)


def _crossing_cookie(request: Request) -> str:
    return own_name(crossings.COOKIE, secure=gate_of(request).secure)


def _set_cookie(request: Request, answer: Response, name: str, value: str) -> None:
    # A cookie of this host alone has no narrower path.
    answer.set_cookie(name, value, httponly=True, secure=gate_of(request).secure, samesite="lax")


def _drop_cookie(request: Request, answer: Response, name: str) -> None:
    answer.delete_cookie(name, httponly=True, secure=gate_of(request).secure, samesite="lax")
