"""Certificates are verified, always: an authority of its own is added, never waved through."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from test_fetch import BAN, addresses
from twin import Twin, running

from app.errors import SourceError
from app.jobs.fetch import deliveries, fetch
from app.settings import Settings
from app.sources.web import Patience, open_client


@pytest.fixture
def twin(certificate: Path) -> Iterator[Twin]:
    with running(certificate.with_name("both.pem")) as served:
        served.serve(BAN, addresses(8000))
        yield served


def fetched(twin: Twin, home: Path, **changes: object) -> bytes:
    settings = Settings(home=home, sources_url=twin.url, departements="35", fetch_timeout_s=5, _env_file=None)
    settings = settings.model_copy(update=changes)
    waits: list[float] = []
    with open_client(settings) as client:
        [delivery] = deliveries(settings, ["ban"])
        return fetch(settings, delivery, client, patience=Patience(3, sleep=waits.append)).path.read_bytes()


def test_a_certificate_nobody_known_signed_is_refused_at_once(twin: Twin, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="aucune autorité connue") as refused:
        fetched(twin, tmp_path)
    assert "OBSERVATOIRE_CA_BUNDLE" in refused.value.hint
    assert twin.requests == []


def test_an_authority_added_by_the_city_is_trusted(twin: Twin, certificate: Path, tmp_path: Path) -> None:
    assert fetched(twin, tmp_path, ca_bundle=certificate) == addresses(8000)


def test_a_redirect_to_an_address_without_encryption_is_refused(
    twin: Twin, certificate: Path, tmp_path: Path
) -> None:
    with running() as plain:
        plain.serve(BAN, addresses(8000))
        twin.serve(BAN, b"", moved_to=f"{plain.url}/{BAN.split('://')[1]}")
        with pytest.raises(SourceError, match="sans chiffrement"):
            fetched(twin, tmp_path, ca_bundle=certificate)
