"""What is due: each source has a cadence, and the ledger says when it was last looked at.

A source is due when its last good run began before the last moment its cadence names: after days of
downtime it is due once. Runs are read in the order of their numbers, never of their dates, and the only clock
asked is the database's: a clock that goes back delays nothing for ever.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from croniter import CroniterError, croniter
from sqlalchemy import Connection, Engine, Row, func, select

from app.db.sql import load
from app.db.tables import job_run
from app.errors import SetupError
from app.jobs.clock import PARIS, local
from app.jobs.intake import ORDER
from app.jobs.ledger import close_abandoned
from app.settings import Settings
from app.sources.cadence import cadence_of
from geodata.manifest import manifest

PUBLICATION = "publication"
SOURCE = "source"
# After the first failure, the second, and so on.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
# A run that was cut is taken up at once, unless it is what cuts the worker every time.
CUTS_TAKEN_UP_AT_ONCE = 3
# Clocks of two servers may differ by as much.
TOLERANCE = timedelta(minutes=5)
# What both cron and people write: no seconds, no random field.
NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun"
FIELD = re.compile(rf"(?:[\d*/,-]|{NAMES})+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Planned:
    """When one source, or the publication, is due, and why, in French. ``due_at`` None: nothing awaits it."""

    name: str
    due_at: datetime | None
    reason: str

    def is_due(self, now: datetime) -> bool:
        """Tell whether it should run now."""
        return self.due_at is not None and self.due_at <= now


@dataclass(slots=True)
class Past:
    """What the ledger says of one name: its last good run, and what was tried since."""

    looked_at: datetime | None = None
    tried: list[tuple[str, datetime]] = field(default_factory=list)
    running: bool = False


def cadences(settings: Settings) -> dict[str, str]:
    """Return the cadence of each source that this city takes, in the order they are taken.

    Raises SetupError for an expression that names no moment, or a source that does not exist.
    """
    chosen = settings.cadences
    for name, expression in chosen.items():
        if name not in ORDER:
            raise _bad(f"la source « {name} » n'existe pas.", f"Sources : {', '.join(ORDER)}.")
        if expression.strip():
            _refuse_bad_cron(name, expression)
    found = {}
    for name in ORDER if settings.departement_codes() else ():
        source = manifest().sources.get(name)
        had = source is not None and (source.address or name in settings.source_addresses)
        expression = cadence_of(settings, name)
        if had and expression:
            found[name] = expression
    return found


def plan(
    connection: Connection, settings: Settings, now: datetime | None = None
) -> tuple[list[Planned], datetime]:
    """Return when each source is due, in the order they are taken, then the publication; and the moment.

    ``now`` is the database's clock unless a test gives it. Lines of runs that nobody holds any more are
    ended first, so that they are taken up again.
    """
    close_abandoned(connection)
    moment: datetime = now or connection.execute(select(func.clock_timestamp())).scalar_one()
    past = _past(connection.execute(load("app.jobs", "runs_since_success")))
    planned = [
        _planned(name, expression, past.get(name, Past()), moment)
        for name, expression in cadences(settings).items()
    ]
    return [*planned, _publication(connection, past, moment)], moment


def due_now(engine: Engine, settings: Settings) -> list[str]:
    """Return the names of what is due, in the order it is to run."""
    with engine.begin() as connection:
        planned, now = plan(connection, settings)
    return [one.name for one in planned if one.is_due(now)]


def _past(rows: Iterable[Row[Any]]) -> dict[str, Past]:
    found: dict[str, Past] = {}
    for row in rows:
        one = found.setdefault(row.register, Past())
        if row.status == "running":
            one.running = True
        elif row.status in ("done", "unchanged"):
            one.looked_at = row.started_at
        else:
            one.tried.append((row.status, row.finished_at))
    return found


def _planned(name: str, expression: str, past: Past, now: datetime) -> Planned:
    before, after = around(expression, now)
    if past.running:
        return Planned(name, None, "en cours")
    if past.looked_at is not None and past.looked_at > now + TOLERANCE:
        reason = f"dernier passage daté du futur ({local(past.looked_at)}) : l'horloge a reculé"
    elif past.looked_at is None:
        reason = "jamais pris"
    elif past.looked_at < before:
        reason = f"attendu le {local(before)}"
    else:
        return Planned(name, after, f"pris le {local(past.looked_at)}")
    return _when(name, reason, past, now)


def _publication(connection: Connection, past: dict[str, Past], now: datetime) -> Planned:
    awaiting = connection.execute(select(job_run.c.id).where(job_run.c.unpublished).limit(1)).first()
    own = past.get(PUBLICATION, Past())
    if own.running:
        return Planned(PUBLICATION, None, "en cours")
    if awaiting is None:
        return Planned(PUBLICATION, None, "rien de nouveau à publier")
    if any(one.running for one in past.values()):
        return Planned(PUBLICATION, None, "attend la fin des chargements en cours")
    return _when(PUBLICATION, "des chargements sont à publier", own, now)


def _when(name: str, reason: str, past: Past, now: datetime) -> Planned:
    """Say when something due runs: at once, or after a wait that grows with what failed."""
    if not past.tried:
        return Planned(name, now, reason)
    status, ended = past.tried[-1]
    if ended > now + TOLERANCE:
        return Planned(name, now, f"{reason} ; dernier essai daté du futur : l'horloge a reculé")
    if status == "interrupted" and len(past.tried) <= CUTS_TAKEN_UP_AT_ONCE:
        return Planned(name, now, f"{reason} ; interrompu, à reprendre")
    times = len(past.tried)
    tried = f"{times} essais sans succès" if times > 1 else "un essai sans succès"
    return Planned(name, ended + WAITS[min(times, len(WAITS)) - 1], f"{reason} ; {tried}")


def around(expression: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the last moment of a cadence up to ``now`` and the next one after it.

    Counted on the clock of Paris as it hangs on the wall: 4:00 is 4:00 in summer and in winter.
    """
    wall = now.astimezone(PARIS).replace(tzinfo=None, microsecond=0)
    before = croniter(expression, wall + timedelta(seconds=1)).get_prev(datetime)
    coming = croniter(expression, wall)
    after = coming.get_next(datetime).replace(tzinfo=PARIS)
    while after <= now:
        # The hour that is lived twice in autumn: what it holds has come in its first turn.
        after = coming.get_next(datetime).replace(tzinfo=PARIS)
    return before.replace(tzinfo=PARIS), after


def _refuse_bad_cron(name: str, expression: str) -> None:
    fields = expression.split()
    try:
        if len(fields) != 5 or not all(FIELD.fullmatch(one) for one in fields):
            raise CroniterError
        croniter(expression, datetime(2026, 1, 1)).get_prev(datetime)  # noqa: DTZ001 - a wall clock
    except (CroniterError, ValueError) as error:
        raise _bad(
            f"« {expression} » n'est pas une cadence pour « {name} ».",
            "Forme attendue, celle de cron : minute heure jour mois jour-de-semaine, par exemple "
            "« 0 4 * * 2 » (mardi à 4 h, heure de Paris).",
        ) from error


def _bad(what: str, hint: str) -> SetupError:
    return SetupError(f"Le réglage OBSERVATOIRE_CADENCES n'est pas valable : {what}", hint=hint)
