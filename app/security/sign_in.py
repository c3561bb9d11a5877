"""Sign-in of people through OpenID Connect: authorization code, state, nonce, PKCE, rotating keys, sign-out.

As ProConnect asks for it: the secret in the body of the token request, user information as a signed token,
sign-out at the provider with the ID token handed back. Any other provider of OpenID Connect will do.
"""

import time
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlencode

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.errors import ForbiddenError, StoreError
from app.log import get_logger
from app.security.crossing import Crossing
from app.security.roles import Role
from app.security.sessions import Person
from app.security.tokens import AGAIN, Claims, UntrustedTokenError, identity_claims, verified
from app.settings import Settings
from app.sources.web import certificates

FRESH_SECONDS = 3600.0
# A stream of unknown key numbers must not become a stream of requests to the provider.
KEYS_AGAIN_SECONDS = 10.0
TIMEOUT_S = 10.0
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
MOST_BYTES = 1 << 20
RETURN_PATH = "/connexion/retour"
GOODBYE_PATH = "/deconnexion"

logger = get_logger(__name__)


class ProviderError(StoreError):
    """Le fournisseur d'identité ne répond pas comme il devrait. Personne n'a été connecté."""

    title = "Fournisseur d'identité indisponible"

    def __init__(self, reason: str) -> None:
        super().__init__(hint=AGAIN)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the provider gives for a code."""

    id_token: str
    access_token: str


class SignIn:
    """One provider: its description and its keys are read when they are needed, and kept for an hour."""

    def __init__(self, settings: Settings) -> None:
        # The settings refuse an issuer without them.
        assert settings.oidc_issuer is not None
        assert settings.oidc_client_id is not None
        assert settings.oidc_client_secret is not None
        self.issuer = settings.oidc_issuer
        self.client_id = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value()
        self._settings = settings
        self._lock = Lock()
        self._http = httpx2.Client(verify=certificates(settings), timeout=TIMEOUT_S)
        self._described: tuple[float, dict[str, str]] = (float("-inf"), {})
        self._keys: tuple[float, KeySet | None] = (float("-inf"), None)
        self._asked_again_at = float("-inf")

    def _address(self, path: str) -> str:
        return f"{str(self._settings.public_url).rstrip('/')}{path}"

    def leave(self, crossing: Crossing) -> str:
        """Return the provider's address to send a browser to."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self._address(RETURN_PATH),
            "scope": self._settings.oidc_scopes,
            "state": crossing.state,
            "nonce": crossing.nonce,
            "code_challenge": crossing.challenge,
            "code_challenge_method": "S256",
        }
        if self._settings.oidc_acr_values:
            asked["acr_values"] = self._settings.oidc_acr_values
        return _with(self._description()["authorization_endpoint"], asked)

    def arrive(self, crossing: Crossing, code: str) -> Person:
        """Return who comes back with a code, and the role they have here.

        Raises UntrustedTokenError for a token that is not right, ProviderError when the provider fails,
        ForbiddenError for somebody who is neither an agent nor an administrator.
        """
        tokens = self._redeem(crossing, code)
        claims = identity_claims(
            tokens.id_token, self._key_set, issuer=self.issuer, client=self.client_id, nonce=crossing.nonce
        )
        told = {**claims, **self._user(tokens.access_token, str(claims["sub"]))}
        role, label = role_of(self._settings, told)
        return Person(str(claims["sub"]), label, role, tokens.id_token)

    def goodbye(self, id_token: str, state: str) -> str | None:
        """Return the provider's address where its own session is ended, None when it has none."""
        address = self._description().get("end_session_endpoint")
        if address is None:
            return None
        said = {
            "id_token_hint": id_token,
            "state": state,
            "post_logout_redirect_uri": self._address(GOODBYE_PATH),
        }
        return _with(address, said)

    def _redeem(self, crossing: Crossing, code: str) -> Tokens:
        given = self._ask(
            "POST",
            self._description()["token_endpoint"],
            data={
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._address(RETURN_PATH),
                "client_id": self.client_id,
                "client_secret": self._secret,
                "code_verifier": crossing.verifier,
            },
        )
        said = _object(given)
        id_token, access_token = said.get("id_token"), said.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise ProviderError("no token")
        return Tokens(id_token, access_token)

    def _user(self, access_token: str, subject: str) -> Claims:
        """Return what the provider tells of a person, signed or not; it must be the same person."""
        address = self._description().get("userinfo_endpoint")
        if address is None:
            return {}
        given = self._ask("GET", address, headers={"Authorization": f"Bearer {access_token}"})
        kind = given.headers.get("content-type", "").partition(";")[0].strip()
        if kind == "application/jwt":
            told = verified(given.content, self._key_set, iss=self.issuer, aud=self.client_id)
        else:
            told = _object(given)
        if told.get("sub") != subject:
            raise UntrustedTokenError("another sub in userinfo")
        return told

    def _description(self) -> dict[str, str]:
        with self._lock:
            read_at, described = self._described
            if time.monotonic() - read_at < FRESH_SECONDS:
                return described
            address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
            said = _object(self._ask("GET", address))
            if said.get("issuer") != self.issuer or not all(
                isinstance(said.get(one), str) for one in ENDPOINTS
            ):
                raise ProviderError("issuer or endpoints")
            described = {name: value for name, value in said.items() if isinstance(value, str)}
            self._described = (time.monotonic(), described)
            return described

    def _key_set(self, again: bool) -> KeySet:
        """Return the provider's keys; ``again`` when they lack one, at most every few seconds."""
        address = self._description()["jwks_uri"]
        with self._lock:
            read_at, keys = self._keys
            now = time.monotonic()
            again = again and now - self._asked_again_at > KEYS_AGAIN_SECONDS
            if keys is None or again or now - read_at > FRESH_SECONDS:
                self._asked_again_at = now if again else self._asked_again_at
                try:
                    keys = KeySet.import_key_set(_object(self._ask("GET", address)))  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError) as error:
                    raise ProviderError("keys") from error
                self._keys = (now, keys)
            return keys

    def _ask(self, method: str, address: str, **sent: dict[str, str]) -> httpx2.Response:
        try:
            given = self._http.request(method, address, **sent)  # type: ignore[arg-type]
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            logger.warning("identity_provider", reason=type(error).__name__)
            raise ProviderError(type(error).__name__) from error
        if given.status_code != 200 or len(given.content) > MOST_BYTES:
            logger.warning("identity_provider", status=given.status_code)
            raise ProviderError(f"status {given.status_code}")
        return given

    def close(self) -> None:
        """Let go of the connections to the provider."""
        self._http.close()


def _object(given: httpx2.Response) -> dict[str, object]:
    try:
        said = given.json()
    except ValueError as error:
        raise ProviderError("no JSON") from error
    if not isinstance(said, dict):
        raise ProviderError("no object")
    return said


def _with(address: str, asked: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def role_of(settings: Settings, claims: Claims) -> tuple[Role, str]:
    """Return the role of a person and what to call them. Raises ForbiddenError for who has none here.

    An address that the provider says it has not verified is no address.
    """
    subject = str(claims["sub"])
    email = str(claims.get("email") or "").strip().lower()
    if claims.get("email_verified") is False:
        email = ""
    known = {f"sub:{subject}", email, f"@{email.rpartition('@')[2]}" if "@" in email else ""} - {""}
    for role, listed in ((Role.ADMIN, settings.admins), (Role.AGENT, settings.agents)):
        named = {name if name.startswith("sub:") else name.lower() for name in _names(listed)}
        if known & named:
            return role, email or subject
    raise ForbiddenError(
        "Votre compte est reconnu, mais il n'ouvre aucun accès ici. Rien n'a été ouvert.",
        hint="Demandez l'accès au service qui tient l'observatoire.",
    )


def _names(listed: str) -> list[str]:
    return [name for name in listed.replace(",", " ").split() if name]
