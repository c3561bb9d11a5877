"""Mail over an encrypted session: the certificate is verified, and the password goes nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from listeners import Post, post
from pydantic import SecretStr

from app.jobs.channels import NotToldError, channels
from app.settings import Settings

PASSWORD = "very-secret"
WAYS = pytest.mark.parametrize("scheme", ["smtp", "smtps"])


@contextmanager
def office(certificate: Path, scheme: str) -> Iterator[Post]:
    with post(certificate.with_name("both.pem"), at_once=scheme == "smtps") as served:
        yield served


def tell(served: Post, scheme: str, ca_bundle: Path | None) -> None:
    """Send one letter with a password."""
    address = SecretStr(f"{scheme}://who:{PASSWORD}@127.0.0.1:{served.port}")
    settings = Settings(_env_file=None, smtp_url=address, alert_mail_to="dsi@ville.example")
    send = channels(settings.model_copy(update={"ca_bundle": ca_bundle}))["mail"]
    send("Le fichier est coupé.", {"detail": None})


@WAYS
def test_a_letter_goes_encrypted_under_the_authority_of_the_city(certificate: Path, scheme: str) -> None:
    with office(certificate, scheme) as served:
        tell(served, scheme, certificate)
    assert (len(served.received), served.recipients) == (1, ["dsi@ville.example"])
    assert [line.split()[0] for line in served.secret if line.startswith("AUTH")] == ["AUTH"]
    # Before the session is encrypted, nothing but the greeting and the wish that it be.
    plain = [line.split()[0].upper() for line in served.commands]
    assert plain == (["EHLO", "STARTTLS"] if scheme == "smtp" else [])


@WAYS
def test_a_certificate_that_nobody_known_signed_is_refused_before_any_password(
    certificate: Path, scheme: str
) -> None:
    with (
        office(certificate, scheme) as served,
        pytest.raises(NotToldError, match="SSLCertVerificationError"),
    ):
        tell(served, scheme, None)
    assert served.received == []
    assert not [line for line in served.commands + served.secret if line.startswith("AUTH")]
