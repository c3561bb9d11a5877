"""Counts of a profession over the vintages of the release, by territory, and what changed since a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Select, exists, select

from app.api import views
from app.api.history import days
from app.api.lookup import Profession, Territory
from app.api.measured import DIGITS, known
from app.api.queries import limited_to, people
from app.errors import NotFoundError, ParameterError
from app.indicators.density import Floats, density, density_interval
from app.indicators.portrait_clauses import trend_clause
from app.indicators.portrait_values import Trend
from app.indicators.secrecy import status_of, too_few
from app.indicators.trend import RISK, beyond_chance, chance, change_between, stay_years
from app.indicators.wording import THIN_SPACE, Level, Scope, french_integer, french_number

PER = 100_000
POINT = ("vintage", "headcount", "weight", "density", "ci_low", "ci_high", "entries", "exits")
KEYS = ("territory_id", "profession_id", "scope")
TEST = (
    "Arrivées et départs également probables : test binomial exact, bilatéral. Benjamini-Hochberg tient à "
    f"{RISK:.0%} la part attendue d'évolutions dites établies à tort parmi les « compared » territoires "
    "de la réponse."
).replace("%", f"{THIN_SPACE}%")


@dataclass(frozen=True, slots=True)
class Past:
    """Counts over the vintages: arrays (territories, vintages), and the territories' rows."""

    vintages: tuple[date, ...]
    rows: Sequence[Row[Any]]
    headcount: Floats
    weight: Floats
    entries: Floats
    exits: Floats


def read_past(
    connection: Connection,
    level: Level,
    within: Territory | None,
    profession: Profession,
    *,
    scope: Scope,
    limit: int,
) -> Past:
    """Return the past of at most ``limit`` territories; raise NotFoundError for a release that kept none."""
    vintages = days(connection).known.get(profession.subject, ())
    if vintages and not connection.execute(select(exists(select(views.past.c.scope)))).scalar_one():
        raise NotFoundError(
            "release",
            "La version publiée a été construite avant que l'évolution ne soit comptée.",
            hint="La prochaine version la dira ; « observatoire release build » en construit une.",
        )
    rows = connection.execute(_listed(level, within, profession, scope).limit(limit)).all()
    nobody = [0] * len(vintages)
    arrays = (
        np.array([getattr(row, name) or nobody for row in rows], dtype=np.float64)
        for name in ("headcount", "weight", "entries", "exits")
    )
    shape = (len(rows), len(vintages))
    return Past(vintages, rows, *(array.reshape(shape) for array in arrays))


def _listed(level: Level, within: Territory | None, profession: Profession, scope: Scope) -> Select[Any]:
    """Return each territory in the order of codes with its people and its past, null where nobody was."""
    t, p = views.territory.c, views.past.c
    own = (
        select(views.past)
        .where(p.profession_id == profession.id, p.scope == profession.stored_scope(scope))
        .subquery("own")
    )
    population = people(profession.population_age, profession.population_sex)
    counted = [column for column in own.c if column.name not in KEYS]
    return (
        select(t.id, t.code, t.name, population.c.value.label("population"), *counted)
        .select_from(
            views.territory.outerjoin(own, own.c.territory_id == t.id).outerjoin(
                population, population.c.territory_id == t.id
            )
        )
        .where(limited_to(level, within))
        .order_by(t.code)
    )


def check_since(since: date | None, vintages: Sequence[date], newest: date) -> date | None:
    """Return the day since which changes are told, None where nothing is known.

    Raises ParameterError for a day before the first vintage, or after the newest, which it names.
    """
    if not vintages:
        return None
    if since is None:
        return vintages[0]
    if since < vintages[0]:
        raise ParameterError(
            "since",
            f"L'offre n'est connue qu'à partir du {vintages[0]:%d/%m/%Y}, premier millésime de cette "
            "version.",
            hint=f"Demandez une date à partir du {vintages[0]:%Y-%m-%d}.",
        )
    if since > newest:
        raise ParameterError(
            "since",
            f"La version publiée montre l'offre jusqu'au {newest:%d/%m/%Y}.",
            hint=f"Demandez une date jusqu'au {newest:%Y-%m-%d}, ou retirez « since ».",
        )
    return since


def items(past: Past, since: date | None, *, loaded: bool) -> list[dict[str, object]]:
    """Return the territories with their points, their stays and what changed since a day."""
    points = _points(past)
    changes = _changes(past, since)
    stays = _stays(past, loaded=loaded)
    return [
        {
            "code": row.code,
            "name": row.name,
            "population": None if row.population is None else round(row.population, DIGITS),
            "points": points[rank] if loaded else [],
            "stay": stays[rank],
            "change": changes[rank] if loaded else None,
        }
        for rank, row in enumerate(past.rows)
    ]


def _points(past: Past) -> list[list[dict[str, object]]]:
    population = np.array([row.population for row in past.rows], dtype=np.float64)[:, None]
    value = density(past.weight, population, PER)
    heads = past.headcount.ravel()
    low, high = (
        bound.reshape(past.headcount.shape)
        for bound in density_interval(
            heads, np.broadcast_to(population, past.headcount.shape).ravel(), PER, weight=past.weight.ravel()
        )
    )
    found = []
    for rank in range(len(past.rows)):
        columns = zip(
            past.vintages,
            past.headcount[rank].astype(int).tolist(),
            known(past.weight[rank]),
            *(known(array[rank]) for array in (value, low, high)),
            _since_before(past.entries[rank]),
            _since_before(past.exits[rank]),
            strict=True,
        )
        found.append([dict(zip(POINT, column, strict=True)) for column in columns])
    return found


def _since_before(moves: Floats) -> list[int | None]:
    """Return moves since the vintage before: nobody knows those before the first."""
    return [None, *moves[1:].astype(int).tolist()][: len(moves)]


def _changes(past: Past, since: date | None) -> list[dict[str, object] | None]:
    if since is None or not past.rows:
        return [None] * len(past.rows)
    rank, entries, exits = change_between(past.vintages, since, past.entries, past.exits)
    p = chance(entries, exits)
    established = beyond_chance(p)
    found: list[dict[str, object] | None] = []
    for place in range(len(past.rows)):
        before, after = int(past.headcount[place, rank]), int(past.headcount[place, -1])
        trend = Trend(
            past.vintages[rank],
            before,
            after,
            int(entries[place]),
            int(exits[place]),
            float(p[place]),
            bool(established[place]),
        )
        counts = f"{french_integer(before)} → {french_integer(after)}"
        found.append(
            {
                "since": trend.since,
                "before": before,
                "after": after,
                "difference": after - before,
                "entries": trend.entries,
                "exits": trend.exits,
                "p_value": round(trend.p_value, DIGITS),
                "established": trend.established,
                "sentence": f"{counts} : {trend_clause(trend)}.",
            }
        )
    return found


def _stays(past: Past, *, loaded: bool) -> list[dict[str, object] | None]:
    """Return how long people stay; a length over fewer than 5 is suppressed (METHODS 11)."""
    stays = np.array([row.stays or 0 for row in past.rows], dtype=np.float64)
    median = stay_years(np.array([row.median_days for row in past.rows], dtype=np.float64))
    status = status_of(median, too_few(stays, "practitioners"))
    if not loaded:
        return [None] * len(past.rows)
    return [
        {
            "median_years": value,
            "status": status[rank],
            "stays": int(stays[rank]),
            "ongoing": row.ongoing or 0,
            "begun_before": row.begun_before or 0,
            "sentence": _stay_sentence(row, value, status[rank]),
        }
        for rank, (row, value) in enumerate(zip(past.rows, known(median), strict=True))
    ]


def _stay_sentence(row: Row[Any], years: float | None, status: str) -> str:
    before = f"{french_integer(row.begun_before or 0)} exerçaient déjà au premier millésime"
    if status == "suppressed":
        return f"Durée non montrée (NS) : moins de 5 arrivées{THIN_SPACE}; {before}."
    if not row.stays:
        return f"Aucune arrivée depuis le premier millésime{THIN_SPACE}; {before}."
    arrived = f"{french_integer(row.stays)} arrivées depuis le premier millésime"
    if years is None:
        return f"{arrived}, dont plus de la moitié durent encore{THIN_SPACE}; {before}."
    return (
        f"{arrived}, dont {french_integer(row.ongoing or 0)} en cours : la moitié durent "
        f"{french_number(years)} ans ou plus{THIN_SPACE}; {before}."
    )
