"""The portrait of one territory: its people, every profession's density, and every indicator that has one."""

from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    any_,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.api import views
from app.api.lookup import ESTABLISHMENT, Territory, loaded_subjects
from app.api.measured import DIGITS, counted, densities
from app.api.queries import known_count
from app.indicators.portrait import Circle, Compared, Figure, Place, portray
from app.indicators.portrait_values import Around
from app.indicators.portrait_words import sentence
from app.indicators.wording import LEVELS, Level, population_label

PER = 100_000
SCOPE = "liberal"
# What a territory is compared with, the nearest first.
COMPARED: tuple[Level, ...] = ("commune", "epci", "departement", "region", "france")
# A rank among more says nothing more: the communes of the whole country are 35 000.
MOST_PEERS = 2_000


def portrait(connection: Connection, territory: Territory, vintage: date) -> dict[str, object]:
    """Return the members that a portrait adds to a territory, in the release of ``vintage``."""
    loaded = loaded_subjects(connection)
    circle = _circle(connection, territory)
    around = Around(circle.ids, territory.level, vintage, loaded, circle.peers)
    return {
        "populations": _populations(connection, territory.id),
        "densities": _densities(connection, territory, loaded),
        "ranked_in": None if circle.ranked_in is None else _named(circle.ranked_in),
        "compared_with": [_named(place) for place in circle.above],
        "indicators": _indicators(connection, around, circle),
    }


def _populations(connection: Connection, territory_id: int) -> list[dict[str, object]]:
    c = views.population.c
    rows = connection.execute(
        select(c.age_class, c.sex, c.value, c.imputed_share)
        .where(c.territory_id == territory_id)
        .order_by(c.age_class, c.sex)
    )
    return [
        {"age_class": age, "sex": sex, "value": round(value, 6), "imputed_share": share}
        for age, sex, value, share in rows
    ]


def _densities(
    connection: Connection, territory: Territory, loaded: frozenset[str]
) -> list[dict[str, object]]:
    rows = connection.execute(_every_profession(territory, loaded)).all()
    return [
        {
            "profession": row.slug,
            "label": row.label,
            "population_label": population_label(row.population_age, row.population_sex),
            **counted(row),
            "density": value,
            "per": PER,
            "ci_low": low,
            "ci_high": high,
            "unlocated": row.unlocated,
        }
        for row, (value, low, high) in zip(rows, densities(rows, PER, "weight"), strict=True)
    ]


def _every_profession(territory: Territory, loaded: frozenset[str]) -> Select[Any]:
    """Return each profession with the territory's population, and counts of the subjects that are loaded."""
    p, c, people = views.profession.c, views.count.c, views.population.c
    scope = case((p.subject == ESTABLISHMENT, ESTABLISHMENT), else_=SCOPE)
    joined = views.profession.outerjoin(
        views.count, and_(c.profession_id == p.id, c.scope == scope, c.territory_id == territory.id)
    ).outerjoin(
        views.population,
        and_(
            people.territory_id == territory.id,
            people.age_class == p.population_age,
            people.sex == p.population_sex,
        ),
    )
    known = p.subject.in_(loaded)
    unlocated: ColumnElement[Any] = known_count(c.unlocated, known)
    if territory.infra_communal:
        unlocated = case((known, _of_communes(territory)))
    return (
        select(
            *(p.slug, p.label, p.population_age, p.population_sex),
            people.value.label("population"),
            *(known_count(c[name], known).label(name) for name in ("headcount", "weight", "sites")),
            unlocated.label("unlocated"),
        )
        .select_from(joined)
        .order_by(p.position, p.slug)
    )


def _of_communes(territory: Territory) -> Any:  # noqa: ANN401 - a scalar of Core
    """Return what the communes of an infra-communal territory could not place, null when none is known."""
    p, t = views.profession.c, views.territory.c
    counts = views.count.alias("commune_count")
    c = counts.c
    return (
        select(func.sum(func.coalesce(c.unlocated, literal(0))))
        .select_from(
            views.territory.outerjoin(
                counts,
                and_(
                    c.territory_id == t.id,
                    c.profession_id == p.id,
                    c.scope == case((p.subject == ESTABLISHMENT, ESTABLISHMENT), else_=SCOPE),
                ),
            )
        )
        .where(t.level == "commune", t.id.in_(list(territory.parents)))
        .correlate(views.profession)
        .scalar_subquery()
    )


def _circle(connection: Connection, territory: Territory) -> Circle:
    """Return the territory with what holds it and its peers: the same level, in the same nearest holder."""
    t = views.territory.c
    told = (t.id, t.level, t.code, t.name)
    wanted = literal([territory.id, *territory.parents], ARRAY(Integer))
    found = [Place(*row) for row in connection.execute(select(*told).where(t.id == any_(wanted)))]
    own = next(place for place in found if place.id == territory.id)
    held_by = [place for place in found if place.id != own.id and place.level in COMPARED]
    # Where two communes share it (a QPV), the one that comes first in the order of codes comes first.
    above = sorted(held_by, key=lambda place: (COMPARED.index(place.level), place.code))
    larger = [place for place in above if LEVELS.index(place.level) > LEVELS.index(own.level)]
    ranked_in = larger[0] if larger else None
    peers: tuple[int, ...] = (own.id,)
    if ranked_in is not None:
        rows = connection.execute(
            select(t.id)
            .where(t.level == own.level, t.parents.contains([ranked_in.id]))
            .order_by(t.id)
            .limit(MOST_PEERS)
        )
        peers = tuple(rows.scalars())
    return Circle(own, peers, ranked_in, tuple(larger or _around(connection, own)))


def _around(connection: Connection, own: Place) -> list[Place]:
    """Return the départements and regions that an EPCI has communes in: none of them need hold it whole."""
    if own.level != "epci":
        return []
    t = views.territory.c
    above = select(func.unnest(t.parents)).where(t.level == "commune", t.parents.contains([own.id]))
    beside = t.level.in_(("departement", "region"))
    told = select(t.id, t.level, t.code, t.name).where(beside, t.id.in_(above)).order_by(t.level, t.code)
    return [Place(*row) for row in connection.execute(told)]


def _indicators(connection: Connection, around: Around, circle: Circle) -> list[dict[str, object]]:
    return [
        {
            "indicator": indicator.slug,
            "label": indicator.label,
            "direction": indicator.direction,
            "secrecy": indicator.secrecy,
            "figures": [_figure(figure, circle) for figure in figures],
        }
        for indicator, figures in portray(connection, around, circle)
    ]


def _figure(figure: Figure, circle: Circle) -> dict[str, object]:
    trend = figure.measured.trend
    return {
        "profession": figure.measured.profession,
        "mode": figure.measured.mode,
        "label": figure.measured.subject,
        "unit": figure.measured.unit,
        "value": figure.value,
        "ci_low": figure.low,
        "ci_high": figure.high,
        "status": figure.status,
        "rank": figure.rank,
        "tied": figure.tied,
        "ranked": figure.ranked,
        "compared": [_compared(one) for one in figure.compared],
        "trend": None
        if trend is None
        else {
            "since": trend.since,
            "before": trend.before,
            "after": trend.after,
            "entries": trend.entries,
            "exits": trend.exits,
            "p_value": round(trend.p_value, DIGITS),
            "established": trend.established,
        },
        "sentence": sentence(figure, circle),
    }


def _compared(one: Compared) -> dict[str, object]:
    place = one.place
    return {
        "territory": "france" if place is None else f"{place.level}:{place.code}",
        "value": one.value,
        "ci_low": one.low,
        "ci_high": one.high,
        "status": one.status,
        "different": one.different,
        "origin": one.origin,
    }


def _named(place: Place) -> dict[str, object]:
    return {"territory": f"{place.level}:{place.code}", "level": place.level, "name": place.name}
