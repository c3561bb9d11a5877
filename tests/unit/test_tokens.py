"""Tokens that were tampered with: refused, every one, whatever was changed."""

import base64
import hmac
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from app.security.crossing import new_crossing, own_address, sealed, unsealed
from app.security.keys import FORM, digest_of
from app.security.sessions import form_token
from app.security.tokens import UntrustedTokenError, identity_claims

ISSUER, CLIENT, NONCE = "https://identity.example", "observatoire", "nonce-of-this-attempt"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
CURVE = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig", "alg": "ES256"})


def keys(_again):
    return KeySet(
        [RSAKey.import_key(KEY.as_dict(private=False)), ECKey.import_key(CURVE.as_dict(private=False))]
    )


def claims(**changed):
    now = int(time.time())
    said = {"iss": ISSUER, "aud": CLIENT, "sub": "somebody", "nonce": NONCE, "iat": now, "exp": now + 300}
    return {name: value for name, value in {**said, **changed}.items() if value is not None}


def signed(said, key=KEY, **header):
    algorithm = header.pop("alg", "RS256")
    return jwt.encode({"alg": algorithm, "kid": key.kid, **header}, said, key, algorithms=[algorithm])


def read(token):
    return identity_claims(token, keys, issuer=ISSUER, client=CLIENT, nonce=NONCE)


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(("key", "alg"), [(KEY, "RS256"), (CURVE, "ES256")])
def test_a_token_that_is_right_is_read(key, alg):
    assert read(signed(claims(), key, alg=alg))["sub"] == "somebody"
    assert read(signed(claims(aud=[CLIENT]), key, alg=alg))["sub"] == "somebody"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": None},
        {"aud": [CLIENT, "another-client"]},
        {"nonce": "of-another-attempt"},
        {"nonce": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": int(time.time()) + 3600},
        {"iat": int(time.time()) + 3600},
        {"sub": None},
        {"sub": 7},
    ],
    ids="-".join,
)
def test_a_claim_that_is_not_ours_is_refused(changed):
    with pytest.raises(UntrustedTokenError):
        read(signed(claims(**changed)))


def test_a_signature_by_another_key_is_refused():
    with pytest.raises(UntrustedTokenError):
        read(signed(claims(), OTHER))


@pytest.mark.parametrize("alg", ["none", "None", "NONE"])
def test_a_token_without_a_signature_is_refused(alg):
    for signature in ("", "AA"):
        with pytest.raises(UntrustedTokenError):
            read(f"{part({'alg': alg, 'kid': 'one'})}.{part(claims())}.{signature}")


def test_a_public_key_taken_for_a_shared_secret_is_refused():
    head = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(claims())}"
    signature = hmac.digest(KEY.as_pem(private=False), head.encode(), "sha256")
    forged = f"{head}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    with pytest.raises(UntrustedTokenError):
        read(forged)


def test_a_key_that_the_token_brings_itself_is_not_believed():
    for header in ({"jwk": OTHER.as_dict(private=False)}, {"jku": "https://evil.example/keys"}):
        with pytest.raises(UntrustedTokenError):
            read(signed(claims(), OTHER, **header))


def test_claims_changed_after_signing_are_refused():
    head, _, signature = signed(claims()).split(".")
    with pytest.raises(UntrustedTokenError):
        read(f"{head}.{part(claims(sub='admin'))}.{signature}")


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "a" * 100_000, "null", "{}"])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(UntrustedTokenError):
        read(token)


def test_an_unknown_key_is_asked_for_once_more_and_then_refused():
    asked = []

    def recorded(again):
        asked.append(again)
        return keys(again)

    stranger = RSAKey.generate_key(2048, {"kid": "two"})
    with pytest.raises(UntrustedTokenError):
        identity_claims(signed(claims(), stranger), recorded, issuer=ISSUER, client=CLIENT, nonce=NONCE)
    assert asked == [False, True]


def test_an_attempt_comes_back_as_it_left_and_only_so():
    attempt = new_crossing("/qualite")
    cookie = sealed(attempt, "a-secret-of-the-city")
    assert unsealed(cookie, "a-secret-of-the-city") == attempt
    body, _, signature = cookie.partition(".")
    other = sealed(new_crossing("/"), "a-secret-of-the-city").partition(".")[0]
    for forged in (f"{other}.{signature}", f"{body}.", body, "", "é.é", f"{body}.{'0' * 64}"):
        assert unsealed(forged, "a-secret-of-the-city") is None
    assert unsealed(cookie, "another-secret-entirely") is None


def test_an_attempt_of_long_ago_is_over(monkeypatch):
    cookie = sealed(new_crossing("/"), "a-secret-of-the-city")
    now = time.time()
    monkeypatch.setattr("app.security.crossing.time.time", lambda: now + 601)
    assert unsealed(cookie, "a-secret-of-the-city") is None


@pytest.mark.parametrize(
    "address", ["https://a.example", "//a.example", "/\\a.example", "", "a", "/a\nb", "/\ta"]
)
def test_only_addresses_of_this_site_are_gone_on_to(address):
    assert own_address(address) == "/"


def test_a_form_s_token_is_of_one_session_and_tells_nothing_of_it():
    assert form_token("one") != form_token("two")
    assert "one" not in form_token("one")
    assert len(digest_of("one")) == 32
    assert FORM.fullmatch("obs_0123abcd_" + "A" * 43)
