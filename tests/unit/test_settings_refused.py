"""Settings that would make a deployment unsafe: refused before anything starts, all told at once."""

import pytest
from pydantic import SecretStr

from app.errors import SetupError
from app.settings import DEFAULT_SECRET, Settings

GOOD = SecretStr("f2c1" * 16)
SIGN_IN = {
    "oidc_issuer": "https://identity.example",
    "oidc_client_id": "observatoire",
    "oidc_client_secret": SecretStr("given-by-the-provider"),
    "public_url": "https://observatoire.example",
    "session_key": GOOD,
}


def made(**given: object) -> Settings:
    return Settings(_env_file=None, **given)


@pytest.mark.parametrize("key", [DEFAULT_SECRET, "", "short"])
def test_production_refuses_a_default_or_short_key(key: str) -> None:
    with pytest.raises(SetupError, match="OBSERVATOIRE_HASH_KEY"):
        made(environment="production", hash_key=SecretStr(key))


def test_production_starts_with_a_key_and_without_sign_in() -> None:
    assert made(environment="production", hash_key=GOOD).oidc_issuer is None


def test_production_starts_with_a_whole_sign_in() -> None:
    assert made(environment="production", hash_key=GOOD, **SIGN_IN).oidc_issuer


@pytest.mark.parametrize("field", sorted(SIGN_IN.keys() - {"oidc_issuer"}))
def test_a_sign_in_that_lacks_something_is_refused_and_says_what(field: str) -> None:
    with pytest.raises(SetupError, match=f"OBSERVATOIRE_{field.upper()}"):
        made(**{**SIGN_IN, field: None})


@pytest.mark.parametrize(
    "changed",
    [
        {"public_url": "http://observatoire.example"},
        {"oidc_issuer": "http://identity.example"},
        {"session_key": SecretStr(DEFAULT_SECRET)},
        {"session_key": SecretStr("short")},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_production_refuses_what_travels_in_clear_or_can_be_guessed(changed: dict[str, object]) -> None:
    name = next(iter(changed)).upper()
    with pytest.raises(SetupError, match=f"OBSERVATOIRE_{name}"):
        made(environment="production", hash_key=GOOD, **{**SIGN_IN, **changed})


def test_everything_that_lacks_is_told_at_once_and_no_secret_with_it() -> None:
    with pytest.raises(SetupError) as refused:
        made(
            environment="production", oidc_issuer="https://identity.example", session_key=SecretStr("abcdef")
        )
    said = refused.value.detail
    for name in ("HASH_KEY", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "PUBLIC_URL", "SESSION_KEY"):
        assert f"OBSERVATOIRE_{name}" in said
    assert "abcdef" not in said
    assert DEFAULT_SECRET not in said
