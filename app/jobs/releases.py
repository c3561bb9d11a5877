"""Releases built and published, each in one transaction, with a line in the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import Engine

from app.indicators.publish import BuiltRelease, build, publish, rollback
from app.jobs.ledger import Ledger
from app.settings import Settings
from app.sources.web import Patience, open_client
from app.supply.geoplateforme import Geocoder, Geoplateforme


def build_release(
    engine: Engine, vintage: date | None = None, settings: Settings | None = None
) -> BuiltRelease:
    """Build the release of the files in force at ``vintage`` (default: the newest supply).

    ``settings`` say which online geocoder helps, if any.
    """
    with Ledger(engine, task="build") as ledger, _geocoder(settings) as geocoder:
        ledger.step("construction de la version")
        with engine.begin() as connection:
            return build(connection, vintage, geocoder)


@contextmanager
def _geocoder(settings: Settings | None) -> Iterator[Geocoder | None]:
    if settings is None or settings.geocoder_url is None or settings.offline:
        yield None
        return
    with open_client(settings) as client:
        yield Geoplateforme(client, settings.geocoder_url, Patience(settings.fetch_retries))


def publish_release(engine: Engine, release_id: int) -> None:
    """Publish a built release, or an older one again."""
    with Ledger(engine, task="publish") as ledger:
        ledger.step("publication")
        with engine.begin() as connection:
            publish(connection, release_id)


def rollback_release(engine: Engine) -> int:
    """Publish the release before this one and return its number."""
    with Ledger(engine, task="rollback") as ledger:
        ledger.step("retour en arrière")
        with engine.begin() as connection:
            return rollback(connection)
