"""Signed tokens of an identity provider, read only once everything about them is right.

RFC 7519, RFC 8725; OpenID Connect Core 3.1.3.7.
"""

from collections.abc import Callable, Mapping

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from app.errors import ForbiddenError

# Never « none », and no shared secret: whoever knows a public key must not be able to sign with it.
ALGORITHMS = ["RS256", "ES256", "PS256"]
LEEWAY_S = 60
NOT_TRUSTED = "Le fournisseur d'identité a envoyé une réponse qui n'est pas sûre. Rien n'a été ouvert."
AGAIN = "Recommencez la connexion ; si cela dure, prévenez le service qui tient l'observatoire."

type Claims = Mapping[str, object]
# The provider's public keys; asked again for a key that they lack, since providers change theirs.
type Keys = Callable[[bool], KeySet]


class UntrustedTokenError(ForbiddenError):
    """La réponse du fournisseur d'identité n'est pas sûre."""

    def __init__(self, reason: str) -> None:
        super().__init__(NOT_TRUSTED, hint=AGAIN)
        self.reason = reason


def verified(token: str | bytes, keys: Keys, **expected: str) -> Claims:
    """Return the claims of a token; ``expected`` (iss, aud, nonce) must all be there and equal.

    Raises UntrustedTokenError: signature, algorithm, issuer, audience, date or nonce.
    """
    try:
        decoded = _decoded(token, keys)
        essential = {name: {"essential": True, "value": value} for name, value in expected.items()}
        registry = jwt.JWTClaimsRegistry(leeway=LEEWAY_S, **essential)  # type: ignore[arg-type]
        registry.validate(decoded.claims)
    except (JoseError, ValueError) as error:
        raise UntrustedTokenError(type(error).__name__) from error
    claims: Claims = decoded.claims
    return claims


def identity_claims(token: str, keys: Keys, *, issuer: str, client: str, nonce: str) -> Claims:
    """Return the claims of an ID token: besides, it has a date of end and is for us alone."""
    claims = verified(token, keys, iss=issuer, aud=client, nonce=nonce)
    if not isinstance(claims.get("exp"), int) or not isinstance(claims.get("sub"), str):
        raise UntrustedTokenError("exp or sub missing")
    if isinstance(claims["aud"], list) and claims["aud"] != [client] and claims.get("azp") != client:
        raise UntrustedTokenError("azp")
    return claims


def _decoded(token: str | bytes, keys: Keys) -> jwt.Token:
    try:
        return jwt.decode(token, keys(False), algorithms=ALGORITHMS)
    except InvalidKeyIdError:
        return jwt.decode(token, keys(True), algorithms=ALGORITHMS)
