"""Releases built, judged and published, each in one transaction, with a line in the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Literal

from sqlalchemy import Connection, Engine

from app.errors import CheckError
from app.indicators.canaries import Canary, read_canaries
from app.indicators.guards import Finding
from app.indicators.judgement import accept as accept_findings
from app.indicators.judgement import judge
from app.indicators.publish import BuiltRelease, build, hold, locked_state, publish, rollback
from app.jobs.graphs import complete_release
from app.jobs.ledger import Ledger
from app.jobs.originals import original
from app.log import get_logger
from app.settings import Settings
from app.sources.recognise import recognise
from app.sources.rows import RecognisedFile
from app.sources.web import Patience, open_client
from app.supply.geoplateforme import Geocoder, Geoplateforme

logger = get_logger(__name__)


type Outcome = Literal["published", "kept", "held", "withdrawn"]
# More sentences than this are not read, in a terminal and on a line of the journal; « release show » has all.
MOST_TOLD, MOST_NOTED = 10, 3


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a release, and what the guards found, if they had to judge.

    ``kept`` was the published one already; ``held`` waits for a person, since a guard did not let it through;
    ``withdrawn`` was published once and replaced by a person's choice, so that it does not come back by
    itself. ``fresh`` is False when the same files had already made it. ``lacking`` says why its travel times
    are missing, when they are.
    """

    id: int
    vintage: date
    outcome: Outcome
    fresh: bool = False
    findings: tuple[Finding, ...] = ()
    lacking: str | None = None

    @property
    def held(self) -> bool:
        """Return whether a person must look before it is published."""
        return self.outcome == "held"

    @property
    def shown(self) -> bool:
        """Return whether it is the one that is read now."""
        return self.outcome in ("published", "kept")

    def told(self, most: int = MOST_TOLD) -> str:
        """Return what a person reads, in lines: what became of it and, when held, why and what to do."""
        lacking = f"\nSes temps de trajet manquent : {self.lacking}" if self.lacking else ""
        return self._became(most) + lacking

    def _became(self, most: int) -> str:
        supply = f"offre au {self.vintage:%d/%m/%Y}"
        failed = [finding.sentence for finding in self.findings if not finding.passed]
        if self.held:
            more = len(failed) - most
            rest = f"  et {more} autre{'s' * (more > 1)} : observatoire release show {self.id}"
            return "\n".join(
                [
                    f"Version {self.id} retenue, {supply}. Ce qui est publié ne change pas.",
                    *(f"  {sentence}" for sentence in failed[:most]),
                    *([rest] if more > 0 else []),
                    f"Si tout cela est vrai, publiez-la : observatoire release publish {self.id} --accept",
                ]
            )
        if self.outcome == "withdrawn":
            return (
                f"La version {self.id}, {supply}, a été retirée par une personne : elle ne revient pas "
                f"d'elle-même. Pour la publier de nouveau : observatoire release publish {self.id}"
            )
        if self.outcome == "kept":
            return f"Version {self.id} reste publiée : rien de ce qu'elle montre ne change, {supply}."
        despite = f", malgré {len(failed)} contrôle{'s' * (len(failed) > 1)}" if failed else ""
        return f"Version {self.id} publiée{despite}, {supply}."


class HeldError(CheckError):
    """Une version est retenue par les contrôles."""

    def __init__(self, published: Published) -> None:
        super().__init__(" ".join(line.strip() for line in published.told(MOST_NOTED).splitlines()))
        self.published = published


def build_release(
    engine: Engine, vintage: date | None = None, settings: Settings | None = None
) -> BuiltRelease:
    """Build the release of the files in force at ``vintage`` (default: the newest supply), and its times.

    ``settings`` say which online geocoder helps, if any, and where files and graphs are kept: without them
    there are no travel times.
    """
    with Ledger(engine, task="build") as ledger, _geocoder(settings) as geocoder:
        ledger.step("construction de la version")
        with engine.begin() as connection:
            built = build(connection, vintage, geocoder, partial(_kept_list, settings) if settings else None)
    return replace(built, lacking=complete_release(engine, settings, built.id)) if settings else built


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

    With ``accept`` it is published whatever the guards say; what they say is kept all the same. Raises
    SetupError for a file of canaries that cannot be understood, before anything is built.
    """
    canaries = read_canaries(settings)
    built = build_release(engine, settings=settings)
    done = _publish(engine, settings, built.id, canaries, accept=accept, again=False)
    return replace(done, fresh=built.fresh, lacking=built.lacking)


def publish_release(
    engine: Engine, settings: Settings, release_id: int, *, accept: bool = False
) -> Published:
    """Publish a release that a person names: a built one is judged, one published before comes back.

    Raises NotFoundError for an unknown release, SetupError for a file of canaries that cannot be understood.
    """
    return _publish(engine, settings, release_id, read_canaries(settings), accept=accept, again=True)


def _publish(
    engine: Engine,
    settings: Settings,
    release_id: int,
    canaries: tuple[Canary, ...],
    *,
    accept: bool,
    again: bool,
) -> Published:
    """Publish or hold in one transaction; ``again`` lets a release come back that was published before."""
    try:
        with Ledger(engine, task="publish") as ledger:
            ledger.step("publication")
            with engine.begin() as connection:
                status, vintage = locked_state(connection, release_id)
                done = Published(release_id, vintage, "published")
                if status == "published":
                    return replace(done, outcome="kept")
                if status == "retired" and not again:
                    return replace(done, outcome="withdrawn")
                if status != "retired":
                    ledger.step("contrôles avant publication")
                    done = _judged(connection, settings, done, canaries, accept=accept)
                if not done.held:
                    publish(connection, release_id)
            if done.held:
                # Once what was found is kept: the ledger tells it as refused.
                raise HeldError(done)
    except HeldError as error:
        return error.published
    return done


def _judged(
    connection: Connection,
    settings: Settings,
    release: Published,
    canaries: tuple[Canary, ...],
    *,
    accept: bool,
) -> Published:
    found = judge(connection, settings, release.id, canaries)
    judged = replace(release, findings=found)
    if all(finding.passed for finding in found):
        return judged
    if accept:
        accept_findings(connection, release.id)
        return judged
    hold(connection, release.id)
    return replace(judged, outcome="held")


def rollback_release(engine: Engine) -> int:
    """Publish the release before this one and return its number."""
    with Ledger(engine, task="rollback") as ledger:
        ledger.step("retour en arrière")
        with engine.begin() as connection:
            return rollback(connection)
