"""Releases built and published, each in one transaction, with a line in the ledger."""

from datetime import date

from sqlalchemy import Engine

from app.indicators.publish import BuiltRelease, build, publish, rollback
from app.jobs.ledger import Ledger


def build_release(engine: Engine, vintage: date | None = None) -> BuiltRelease:
    """Build the release of the files in force at ``vintage`` (default: the newest supply)."""
    with Ledger(engine, task="build") as ledger:
        ledger.step("construction de la version")
        with engine.begin() as connection:
            return build(connection, vintage)


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
