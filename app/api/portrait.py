"""The portrait of one territory: its people, every profession's density, and every indicator that has one."""

from collections.abc import Sequence
from math import isnan

import numpy as np
from sqlalchemy import Connection, Integer, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.api import views
from app.api.lookup import Territory, loaded_subjects
from app.api.measured import DIGITS, Counted, counted, densities, or_none
from app.api.snapshot import Release
from app.indicators.portrait import Circle, Compared, Figure, Place, portray
from app.indicators.portrait_supply import Supply, people_of, supply_of
from app.indicators.portrait_values import Around, Shared
from app.indicators.portrait_words import sentence
from app.indicators.wording import INFRA_COMMUNAL, LEVELS, Level, population_label

PER = 100_000
# What a territory is compared with, the nearest first.
COMPARED: tuple[Level, ...] = ("commune", "epci", "departement", "region", "france")
# A rank among more says nothing more: the communes of the whole country are 35 000.
MOST_PEERS = 2_000


class PortraitShelf:
    """What the portraits of the release asked last read alike."""

    def __init__(self) -> None:
        self._held: tuple[Release, Shared] | None = None

    def of(self, release: Release) -> Shared:
        """Return what is shared in a release, empty when another one was asked before."""
        held = self._held
        if held is None or held[0] != release:
            held = self._held = (release, Shared())
        return held[1]


def portrait(
    connection: Connection, territory: Territory, held: Sequence[Place], shared: Shared
) -> dict[str, object]:
    """Return the members that a portrait adds to a territory; ``held`` is itself and all that holds it."""
    loaded = shared.once(loaded_subjects, connection)
    circle = _circle(connection, territory, held)
    communes = tuple(place.id for place in circle.above if place.level == "commune")
    around = Around(circle.ids, territory.level, loaded, circle.peers, communes, shared)
    return {
        "populations": _populations(connection, around),
        "densities": _densities(around.once(supply_of, connection), around),
        "ranked_in": None if circle.ranked_in is None else _named(circle.ranked_in),
        "compared_with": [_named(place) for place in circle.above],
        "indicators": _indicators(connection, around, circle),
    }


def holders(connection: Connection, territory: Territory) -> list[Place]:
    """Return a territory with all that holds it."""
    t = views.territory.c
    wanted = literal([territory.id, *territory.parents], ARRAY(Integer))
    rows = connection.execute(select(t.id, t.level, t.code, t.name).where(t.id == any_(wanted)))
    return [Place(*row) for row in rows]


def _populations(connection: Connection, around: Around) -> list[dict[str, object]]:
    lines = around.once(people_of, connection).get(around.ids[0], {})
    return [
        {
            "age_class": kind.split()[0],
            "sex": kind.split()[1],
            "value": round(people.value, DIGITS),
            "imputed_share": people.imputed_share,
        }
        for kind, people in lines.items()
    ]


def _densities(supply: Supply, around: Around) -> list[dict[str, object]]:
    """Return the density of each profession, an unknown one where its register was never loaded."""
    own = {name: values[:, 0] for name, values in supply.counts.items()}
    unlocated = own["unlocated"]
    if around.level in INFRA_COMMUNAL:
        # What the communes could not place: unknown for a territory outside of them.
        at = [rank for rank, number in enumerate(around.ids) if number in around.communes]
        unlocated = supply.counts["unlocated"][:, at].sum(axis=1) if at else np.full(len(unlocated), np.nan)
    rows = [
        Counted(*map(or_none, line))
        for line in zip(
            supply.population[:, 0].tolist(),
            *(own[name].tolist() for name in ("headcount", "weight", "sites")),
            strict=True,
        )
    ]
    told = zip(supply.professions, rows, densities(rows, PER, "weight"), unlocated.tolist(), strict=True)
    return [
        {
            "profession": row.slug,
            "label": row.label,
            "population_label": population_label(row.population_age, row.population_sex),
            **counted(found),
            "density": value,
            "per": PER,
            "ci_low": low,
            "ci_high": high,
            "unlocated": None if isnan(missed) else int(missed),
        }
        for row, found, (value, low, high), missed in told
    ]


def _circle(connection: Connection, territory: Territory, held: Sequence[Place]) -> Circle:
    """Return the territory with what holds it and its peers: the same level, in the same nearest holder."""
    t = views.territory.c
    own = next(place for place in held if place.id == territory.id)
    held_by = [place for place in held if place.id != own.id and place.level in COMPARED]
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
