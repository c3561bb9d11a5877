"""The answer on needs of territories crossed with what there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from app.api import views
from app.api.answers import Item
from app.api.asked_needs import NeedsQuery
from app.api.formats.known import draws
from app.api.formats.listed import Listed
from app.api.measured import DIGITS, known
from app.api.parameters import BANDS
from app.api.queries import outlines_of
from app.api.schemas.needs import NeedItem
from app.api.served import PeopleShelf
from app.api.snapshot import Release
from app.api.valued import Valued, value_territories
from app.errors import ParameterError
from app.indicators.density import Floats
from app.indicators.need_reading import load_living
from app.indicators.needs import (
    COMPONENTS,
    Component,
    Households,
    bounds,
    need_among,
    placed,
    priority,
    ranked,
    thirds,
)
from app.indicators.registry import INDICATORS
from app.indicators.secrecy import status_of
from app.indicators.wording import LEVEL_NAMES, counted_label, french_date

COLUMNS = (
    *("id", "code", "name", "population", "imputed_share", "status", "households", "income", *COMPONENTS),
    *("need", "need_class", "supply", "ci_low", "ci_high", "supply_rank", "supply_class"),
    *("priority", "rank"),
)
HIGH, LOW = 3, 1
NONE = "Aucun territoire n'a à la fois un besoin du tiers le plus élevé et une offre du tiers le plus bas."
CARREAU = "Un carreau de 200 m compte trop peu de ménages pour que son besoin soit dit."


@dataclass(frozen=True, slots=True)
class Crossed:
    """Needs and supply of territories, (n,) each; classes are 1 to 3, 0 where unknown.

    ``set_aside`` are the components of which nothing is known anywhere.
    """

    people: Floats
    shares: Mapping[Component, Floats]
    need: Floats
    supply_rank: Floats
    need_class: np.typing.NDArray[np.int64]
    supply_class: np.typing.NDArray[np.int64]
    need_bounds: tuple[float, float]
    supply_bounds: tuple[float, float]
    priority: Floats
    set_aside: tuple[Component, ...]


def needs_list(
    connection: Connection, release: Release, query: NeedsQuery, form: str, shelf: PeopleShelf
) -> Listed:
    """Return the territories with their needs and their supply.

    Raises ParameterError, and what ``value_territories`` raises.
    """
    if query.level == "carreau":
        raise ParameterError("level", CARREAU, hint="Choisissez par exemple level=iris.")
    query.weights()
    valued = value_territories(connection, release, query, shelf)
    living = load_living(connection, valued.ids.tolist())
    crossed = cross(query, valued, living.people, living.shares)
    items = _items(valued, living.households, crossed)
    drawn = views.territory.c.id.in_(valued.ids.tolist())
    return Listed(
        items=items,
        columns=COLUMNS,
        model=NeedItem,
        value="need",
        head=_head(release, query, valued, crossed, items),
        registers=INDICATORS["priority"].sources,
        geometry="MultiPolygon",
        outlines=outlines_of(connection, drawn, BANDS["full"]) if draws(form) else {},
    )


def cross(query: NeedsQuery, valued: Valued, people: Floats, shares: Mapping[Component, Floats]) -> Crossed:
    """Cross the needs of territories with their supply, among those whose both are known."""
    need, set_aside = need_among(shares, people, query.weights())
    supply_rank = placed(valued.values, people)
    need_class, supply_class = thirds(placed(need, people)), thirds(supply_rank)
    supply_bounds = bounds(valued.values, supply_class)
    if not valued.rising:
        supply_rank = 100 - supply_rank
        supply_class = np.where(supply_class > 0, 4 - supply_class, 0)
    return Crossed(
        people=people,
        shares=shares,
        need=need,
        supply_rank=supply_rank,
        need_class=need_class,
        supply_class=supply_class,
        need_bounds=bounds(need, need_class),
        supply_bounds=supply_bounds,
        priority=priority(need, supply_rank, query.weight_supply),
        set_aside=set_aside,
    )


def _items(valued: Valued, households: Households, crossed: Crossed) -> list[Item]:
    numbers: dict[str, Floats] = {
        "population": crossed.people,
        "imputed_share": np.array([row.imputed_share for row in valued.rows], dtype=np.float64),
        "households": np.round(households.households),
        "income": np.round(households.income),
        **{str(name): values for name, values in crossed.shares.items()},
        "need": crossed.need,
        "supply": valued.values,
        "ci_low": valued.low,
        "ci_high": valued.high,
        "supply_rank": crossed.supply_rank,
        "priority": crossed.priority,
    }
    columns = {name: known(values) for name, values in numbers.items()}
    status = status_of(crossed.need, households.hidden)
    ranks = ranked(crossed.priority)
    return [
        {
            "id": row.id,
            "code": row.code,
            "name": row.name,
            "status": status[at],
            **{name: values[at] for name, values in columns.items()},
            "need_class": int(crossed.need_class[at]) or None,
            "supply_class": int(crossed.supply_class[at]) or None,
            "rank": ranks[at],
        }
        for at, row in enumerate(valued.rows)
    ]


def _head(
    release: Release, query: NeedsQuery, valued: Valued, crossed: Crossed, items: Sequence[Item]
) -> dict[str, object]:
    profession = valued.profession
    scope = profession.scope(query.scope)
    who = counted_label(profession.label, scope, "weight", feminine=profession.feminine)
    short = [item for item in items if (item["need_class"], item["supply_class"]) == (HIGH, LOW)]
    short.sort(key=lambda item: (item["rank"], item["code"]))
    return {
        "title": f"{who} : besoin et offre, {LEVEL_NAMES[query.level].by}, au {french_date(release.vintage)}",
        "of": query.of,
        "what": valued.what,
        "unit": valued.unit,
        "rising": valued.rising,
        "profession": profession.slug,
        "profession_label": profession.label,
        "scope": scope,
        "level": query.level,
        "within": query.within,
        "mode": query.mode,
        "departure": valued.departure.terms() if valued.departure else None,
        "preset": query.preset if query.of == "accessibility" else None,
        "components": [_component(name, query, crossed) for name in COMPONENTS],
        "weight_supply": query.weight_supply,
        "need_bounds": known(np.array(crossed.need_bounds)),
        "supply_bounds": known(np.array(crossed.supply_bounds)),
        "classes": _counted(crossed),
        "short": [_named(item) for item in short],
        "message": None if short else NONE,
        "warnings": [*valued.warnings, *(_set_aside(name) for name in crossed.set_aside)],
    }


def _component(name: Component, query: NeedsQuery, crossed: Crossed) -> dict[str, object]:
    entry = INDICATORS[name]
    weight = 0.0 if name in crossed.set_aside else query.weights()[name]
    return {"component": name, "label": entry.label, "unit": entry.unit, "weight": weight}


def _set_aside(name: Component) -> str:
    return f"« {INDICATORS[name].label} » n'est connu d'aucun de ces territoires et ne pèse pas ici."


def _counted(crossed: Crossed) -> list[dict[str, object]]:
    """Return how many territories and people are of each of the nine classes."""
    people = np.nan_to_num(crossed.people)
    found: list[dict[str, object]] = []
    for need in (1, 2, 3):
        for supply in (1, 2, 3):
            inside = (crossed.need_class == need) & (crossed.supply_class == supply)
            found.append(
                {
                    "need_class": need,
                    "supply_class": supply,
                    "territories": int(inside.sum()),
                    "people": round(float(people[inside].sum()), DIGITS),
                }
            )
    return found


def _named(item: Item) -> dict[str, object]:
    return {name: item[name] for name in ("id", "code", "name", "need", "supply", "priority", "rank")}
