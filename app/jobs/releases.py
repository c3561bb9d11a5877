"""Releases built and published, each in one transaction, with a line in the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import Engine

from app.indicators.judgement import Finding
from app.indicators.publish import BuiltRelease, build, publish, rollback
from app.jobs.ledger import Ledger
from app.jobs.originals import original
from app.log import get_logger
from app.settings import Settings
from app.sources.recognise import recognise
from app.sources.rows import RecognisedFile
from app.sources.web import Patience, open_client
from app.supply.geoplateforme import Geocoder, Geoplateforme

logger = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """What became of the newest release: published, or held because a guard did not let it through.

    ``fresh`` is False when the same files had already made it.
    """

    id: int
    vintage: date
    fresh: bool
    findings: tuple[Finding, ...] = ()
    held: bool = False

    def told(self) -> str:
        """Return what a person reads: what became of it and, when it is held, why and what to do."""
        if not self.held:
            state = "publiée" if self.fresh else "reste publiée : rien de ce qu'elle montre ne change"
            return f"Version {self.id} {state}, offre au {self.vintage:%d/%m/%Y}."
        return "\n".join(
            [
                f"Version {self.id} retenue, offre au {self.vintage:%d/%m/%Y} : "
                "la version publiée ne change pas.",
                *(f"  {finding.sentence}" for finding in self.findings if not finding.passed),
                f"Si tout cela est vrai, publiez-la : observatoire release publish {self.id} --accept",
            ]
        )


def build_release(
    engine: Engine, vintage: date | None = None, settings: Settings | None = None
) -> BuiltRelease:
    """Build the release of the files in force at ``vintage`` (default: the newest supply).

    ``settings`` say which online geocoder helps, if any, and where the files that were loaded are kept.
    """
    with Ledger(engine, task="build") as ledger, _geocoder(settings) as geocoder:
        ledger.step("construction de la version")
        with engine.begin() as connection:
            return build(connection, vintage, geocoder, partial(_kept_list, settings) if settings else None)


def _kept_list(settings: Settings, digest: str) -> RecognisedFile | None:
    """Return the health insurance's list of this content; None, told in the log, where it is not kept."""
    path = original(settings, digest)
    if path is None:
        logger.warning("ameli.missing", sha256=digest, folder=str(settings.files))
        return None
    return recognise(path, max_bytes=settings.max_file_bytes, expected="ameli")


@contextmanager
def _geocoder(settings: Settings | None) -> Iterator[Geocoder | None]:
    if settings is None or settings.geocoder_url is None or settings.offline:
        yield None
        return
    with open_client(settings) as client:
        yield Geoplateforme(client, settings.geocoder_url, Patience(settings.fetch_retries))


def publish_newest(engine: Engine, settings: Settings, *, accept: bool = False) -> Published:
    """Build the newest release, judge it against the published one, publish it or hold it.

    With ``accept`` it is published whatever the guards say; what they say is kept all the same.
    """
    built = build_release(engine, settings=settings)
    publish_release(engine, built.id)
    return Published(built.id, built.vintage, built.fresh)


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
