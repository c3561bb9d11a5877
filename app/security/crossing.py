"""What a browser carries to the identity provider and back: signed, short-lived, of no use to another."""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import asdict, dataclass

import orjson

COOKIE = "observatoire-connexion"
SECONDS = 600


@dataclass(frozen=True, slots=True)
class Crossing:
    """One attempt to sign in; what comes back must match it (RFC 6749 10.12, RFC 7636)."""

    state: str
    nonce: str
    verifier: str
    onward: str
    until: int

    @property
    def challenge(self) -> str:
        """Return what the provider is told of the verifier (RFC 7636, S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def new_crossing(onward: str) -> Crossing:
    """Return an attempt that leads to ``onward``, an address of this site."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Crossing(state, nonce, verifier, own_address(onward), int(time.time()) + SECONDS)


def own_address(address: str) -> str:
    """Return an address to go on to if it is one of this site, else the map.

    >>> own_address("/qualite?a=1"), own_address("//elsewhere.example"), own_address("/\\\\elsewhere.example")
    ('/qualite?a=1', '/', '/')
    """
    safe = address.startswith("/") and not address.startswith("//") and address.isprintable()
    return address if safe and "\\" not in address else "/"


def sealed(crossing: Crossing, key: str) -> str:
    """Return the cookie of an attempt."""
    body = base64.urlsafe_b64encode(orjson.dumps(asdict(crossing))).decode()
    return f"{body}.{_signature(body, key)}"


def unsealed(cookie: str, key: str) -> Crossing | None:
    """Return the attempt of a cookie; None when it is not ours, or too old."""
    body, _, signature = cookie.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(body, key).encode()):
        return None
    crossing = Crossing(**orjson.loads(base64.urlsafe_b64decode(body)))
    return crossing if crossing.until > time.time() else None


def _signature(body: str, key: str) -> str:
    return hmac.new(key.encode(), b"crossing\n" + body.encode(), hashlib.sha256).hexdigest()
