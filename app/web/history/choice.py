"""Which two releases are compared, of which profession and at which level; without a word, the last two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from app.api import views
from app.api.parameters import MAX_CODE, ChangesQuery
from app.api.routes.changes import MOST_NUMBER, compared
from app.api.routes.releases import HELD
from app.api.snapshot import Release
from app.errors import ParameterError
from app.indicators.changes import Comparison
from app.indicators.wording import Level
from app.web.portrait.asked import known_level

# What a change is counted by; a square of 200 m would tell one person's move.
OFFERED: tuple[Level, ...] = ("iris", "quartier", "qpv", "commune", "epci", "departement")


@dataclass(frozen=True, slots=True)
class Version:
    """A release that may be chosen."""

    id: int
    vintage: date


@dataclass(frozen=True, slots=True)
class Choice:
    """What the page compares."""

    comparison: Comparison
    level: Level
    profession: str | None
    levels: tuple[Level, ...]


def versions(connection: Connection) -> list[Version]:
    """Return the releases that may be compared, the newest supply first."""
    c = views.release_history.c
    rows = connection.execute(
        select(c.id, c.vintage).where(c.status != HELD).distinct().order_by(c.vintage.desc(), c.id.desc())
    )
    return [Version(row.id, row.vintage) for row in rows]


def read_choice(
    connection: Connection, release: Release, known: Sequence[Version], asked: Mapping[str, str]
) -> Choice | None:
    """Return what is compared; None where there is only one release, or none of another day.

    Raises ParameterError and NotFoundError for what does not exist.
    """
    after = _number(asked, "apres") or release.id
    before = _number(asked, "avant") or _earlier(known, after)
    if before is None:
        return None
    levels = _levels(connection)
    level = known_level(asked["niveau"]) if asked.get("niveau") else levels[0]
    if level not in levels:
        raise ParameterError(
            "niveau",
            "Les changements ne sont pas comptés à ce niveau.",
            hint=f"Niveaux possibles : {', '.join(levels)}.",
        )
    profession = asked.get("profession") or None
    query = ChangesQuery(level=level, profession=profession and profession[:MAX_CODE])
    return Choice(compared(connection, before, after, query), level, query.profession, levels)


def _number(asked: Mapping[str, str], name: str) -> int | None:
    text = asked.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text[:12]) <= MOST_NUMBER):
        raise ParameterError(
            name, f"« {name} » doit être le numéro d'une version.", hint="Choisissez-la dans la liste."
        )
    return int(text)


def _earlier(known: Sequence[Version], after: int) -> int | None:
    """Return the newest release of an earlier day than ``after``: a release built anew changes nothing."""
    day = next((one.vintage for one in known if one.id == after), None)
    return next((one.id for one in known if day is not None and one.vintage < day), None)


def _levels(connection: Connection) -> tuple[Level, ...]:
    """Return the levels that have several territories, or the smallest that has any."""
    t = views.territory.c
    rows = connection.execute(
        select(t.level, func.count().label("territories")).where(t.level.in_(OFFERED)).group_by(t.level)
    ).all()
    several = {row.level for row in rows if row.territories > 1} or {row.level for row in rows[:1]}
    return tuple(level for level in OFFERED if level in several) or ("commune",)
