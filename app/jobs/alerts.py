"""Problems found, told once, and told again only when they are over or came back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, select
from sqlalchemy.exc import SQLAlchemyError

from app.db.sql import load
from app.db.tables import release, release_graph
from app.errors import ObservatoireError
from app.indicators.quality import held_back, old_supply, without_times
from app.indicators.wording import french_age, french_date
from app.jobs.channels import Fields, NotToldError, Send, channels
from app.jobs.schedule import around, cadences
from app.log import get_logger
from app.security.audit import expire_audit
from app.settings import Settings
from app.sources.catalogue import REGISTERS

logger = get_logger(__name__)

PACKAGE = "app.jobs"
ENDED = {"refused": "a été refusé", "failed": "a échoué"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that somebody must look at. ``key`` is the same from one look to the next.

    ``title`` and ``settled_title`` are French sentences that anybody may read; ``detail`` is for the city's
    own people.
    """

    key: str
    title: str
    settled_title: str
    detail: str | None = None


def review(engine: Engine, settings: Settings, now: datetime | None = None) -> None:
    """Look for problems, open and settle them, and send what is due. Called after each run of any kind.

    Never fails: what could not be told is logged, kept and tried again at the next look.
    """
    moment = now or datetime.now(UTC)
    try:
        with engine.begin() as connection:
            found = problems(connection, settings, moment)
            _keep(connection, found, moment)
            expire_audit(connection, settings.audit_days)
        for name, send in channels(settings).items():
            _tell(engine, name, send)
    except (SQLAlchemyError, ObservatoireError) as error:
        logger.warning("alerts_not_reviewed", kind=type(error).__name__)


def problems(connection: Connection, settings: Settings, now: datetime) -> list[Problem]:
    """Return what is wrong now: runs that ended badly, sources that nobody looks at any more, a release held
    back, travel times that could not be made, a supply that has grown old. One cause is one problem."""
    failed = list(_bad_runs(connection, now))
    known = {problem.key for problem in failed}
    missed = (
        one for one in _late(connection, settings, now) if one.key.replace("late", "source") not in known
    )
    return [
        *(*failed, *missed, *_held(connection), *_without_times(connection)),
        *_old_supply(connection, settings, now.date()),
    ]


def _bad_runs(connection: Connection, now: datetime) -> Iterator[Problem]:
    runs = connection.execute(load(PACKAGE, "last_runs"), {"now": now}).mappings().all()
    bad = [run for run in runs if run["status"] in ENDED]
    whole = {run["register"] for run in bad if run["register"] == run["subject"]}
    for run in bad:
        # The scheduled run of a source already tells of each of its files.
        if run["register"] in whole and run["register"] != run["subject"]:
            continue
        what, again = _called(run)
        kind = "publication" if run["making"] else "source"
        yield Problem(f"{kind}:{run['subject']}", f"{what} {ENDED[run['status']]}.", again, run["message"])


def _called(run: RowMapping) -> tuple[str, str]:
    """Return what a run did, as the subject of a sentence, and the sentence when it works again."""
    if run["making"]:
        return "La construction d'une version", "Une version se construit de nouveau."
    known = _labels().get(run["register"])
    if known is None:
        what = f"Le chargement de « {run['file_name']} »"
        return what, f"Le fichier « {run['file_name']} » n'est plus en cause."
    which = f" ({run['file_name']})" if run["register"] != run["subject"] else ""
    what = f"Le chargement de « {known} »{which}"
    return what, f"{what} passe de nouveau."


def _labels() -> dict[str, str]:
    return {register.name: register.label for register in REGISTERS.values()}


def _late(connection: Connection, settings: Settings, now: datetime) -> Iterator[Problem]:
    """Yield the sources that missed two moments of their cadence.

    One that the schedule never took is not late: its city may load files by hand.
    """
    looks = {row.register: row.started_at for row in connection.execute(load(PACKAGE, "last_looks"))}
    for name, expression in cadences(settings).items():
        seen: datetime | None = looks.get(name)
        if seen is None or seen >= _moment_before(expression, now):
            continue
        label, day = _labels()[name], seen.date()
        yield Problem(
            f"late:{name}",
            f"« {label} » n'a pas été vérifiée depuis le {french_date(day)}, {french_age(day, now.date())}.",
            f"« {label} » est de nouveau vérifiée à temps.",
            "Deux rendez-vous ont été manqués : « observatoire jobs due » dit ce qui est attendu.",
        )


def _moment_before(expression: str, now: datetime) -> datetime:
    """Return the last moment but one that a cadence names."""
    last, _ = around(expression, now)
    before, _ = around(expression, last - timedelta(minutes=1))
    return before


def _held(connection: Connection) -> Iterator[Problem]:
    for held in connection.execute(load(PACKAGE, "held_releases")).mappings():
        found = held_back(held["id"], held["vintage"])
        detail = [
            "La version publiée ne change pas.",
            *(held["sentences"] or ()),
            f"Si tout cela est vrai, publiez-la : observatoire release publish {held['id']} --accept",
        ]
        settled = f"La version {held['id']} n'attend plus de décision."
        yield Problem(found.key, found.title, settled, "\n".join(detail))


def _without_times(connection: Connection) -> Iterator[Problem]:
    reason = connection.execute(
        select(release_graph.c.problem)
        .join(release, release.c.id == release_graph.c.release_id)
        .where(release.c.status == "published", release_graph.c.problem.is_not(None))
    ).scalar_one_or_none()
    if reason is not None:
        found = without_times(reason)
        detail = "Le reste est publié. Pour essayer de nouveau : observatoire release build"
        yield Problem(
            found.key, found.title, "Les temps de trajet de la version publiée sont calculés.", detail
        )


def _old_supply(connection: Connection, settings: Settings, today: date) -> Iterator[Problem]:
    most_days = settings.max_supply_age_days
    shown = connection.execute(
        select(release.c.vintage).where(release.c.status == "published")
    ).scalar_one_or_none()
    found = old_supply(shown, today, most_days) if shown is not None else None
    if found is not None:
        detail = (
            "Chargez un annuaire plus récent : « observatoire refresh ». L'observatoire le rappelle au-delà "
            f"de {most_days} jours (OBSERVATOIRE_MAX_SUPPLY_AGE_DAYS)."
        )
        yield Problem(found.key, found.title, "L'offre publiée est de nouveau récente.", detail)


def _keep(connection: Connection, found: list[Problem], now: datetime) -> None:
    connection.execute(
        load(PACKAGE, "alert_settle"), {"found": [problem.key for problem in found], "now": now}
    )
    for problem in found:
        connection.execute(
            load(PACKAGE, "alert_open"),
            {
                "problem": problem.key,
                "title": problem.title,
                "settled_title": problem.settled_title,
                "detail": problem.detail,
                "now": now,
            },
        )


def _tell(engine: Engine, channel: str, send: Send) -> None:
    """Send what a channel has not had, in order; when it fails once, the rest waits for the next look."""
    with engine.connect() as connection:
        due = connection.execute(load(PACKAGE, "alert_due"), {"channel": channel}).mappings().all()
    for message in due:
        try:
            with engine.begin() as connection:
                values = {"id": message["id"], "event": message["event"], "channel": channel}
                claimed = connection.execute(load(PACKAGE, "alert_claim"), values).scalar_one_or_none()
                if claimed is not None:
                    # Raising takes the claim back.
                    send(*_written(message))
        except NotToldError as error:
            logger.warning("alert_not_told", channel=channel, problem=message["problem"], reason=str(error))
            return
        if claimed is not None:
            logger.info(
                "alert_told", channel=channel, problem=message["problem"], event_told=message["event"]
            )


def _written(message: RowMapping) -> tuple[str, Fields]:
    over = message["event"] == "settled"
    text = f"Résolu : {message['settled_title']}" if over else message["title"]
    moment: datetime = message["settled_at"] if over else message["opened_at"]
    return text, {
        "event": message["event"],
        "problem": message["problem"],
        "detail": None if over else message["detail"],
        "at": moment.astimezone(UTC).isoformat(timespec="seconds"),
    }
