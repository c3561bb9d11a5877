"""The answer on access times, written once for the API and the command line."""

from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.api.answers import Item
from app.api.asked_access import AccessQuery
from app.api.departing import Travel
from app.api.formats.known import draws
from app.api.formats.listed import Listed
from app.api.measured import known
from app.api.schemas.access import AccessItem
from app.api.served import PeopleShelf, Served, cell_codes, head, look_up, outlines
from app.api.snapshot import Release
from app.indicators.access import (
    THRESHOLDS,
    Access,
    access,
    median_minutes,
    minutes_to_nearest,
    worst_served,
)
from app.indicators.coverage import covered_share
from app.indicators.decay import Floats
from app.indicators.registry import INDICATORS
from app.indicators.wording import LEVEL_NAMES, Level, Scope, counted_label, french_date

MOST_WORST = 20
COLUMNS = (
    *("id", "code", "name", "population", "known", "beyond", "mean_minutes", "median_minutes"),
    *("median_beyond", *(f"within_{minutes}" for minutes in THRESHOLDS), "imputed_share"),
)
RANKS = {1: "le plus proche", 2: "le deuxième plus proche", 3: "le troisième plus proche"}


def access_list(
    connection: Connection,
    release: Release,
    query: AccessQuery,
    form: str,
    *,
    shelf: PeopleShelf,
    travel: Travel,
) -> Listed:
    """Return the territories with their times. Raises what ``look_up`` raises."""
    served = look_up(connection, release, query, shelf, travel)
    minutes = minutes_to_nearest(served.times, query.n)
    items = _items(served, access(minutes, served.pieces))
    more = {"n": query.n, "title": _title(served, query), "unit": "minutes"}
    return Listed(
        items=items,
        columns=COLUMNS,
        model=AccessItem,
        value="mean_minutes",
        head=head(served) | more,
        more={"worst": _worst(connection, served, minutes)},
        registers=INDICATORS["access_time"].sources,
        geometry="MultiPolygon",
        outlines=outlines(connection, query) if draws(form) else {},
    )


def _items(served: Served, found: Access) -> list[Item]:
    people, beyond = known(found.known), known(found.beyond)
    mean, median = known(found.mean), known(median_minutes(found.median))
    shares = _shares(found, served.limit_minutes)
    return [
        {
            **named(row),
            "known": people[rank],
            "beyond": beyond[rank],
            "mean_minutes": mean[rank],
            "median_minutes": median[rank],
            "median_beyond": bool(np.isinf(found.median[rank])),
            **{f"within_{minutes}": each[rank] for minutes, each in shares.items()},
            "imputed_share": row.imputed_share,
        }
        for rank, row in enumerate(served.rows)
    ]


def named(row: Row[*tuple[Any, ...]]) -> dict[str, object]:
    """Return the members that name a territory and say how many people it has; None is unknown."""
    population = None if row.population is None else round(row.population, 6)
    return {"id": row.id, "code": row.code, "name": row.name, "population": population}


def _shares(found: Access, limit: int) -> dict[int, list[float | None]]:
    """Return the share of known people within each threshold; unknown beyond the limit of the search."""
    return {
        minutes: known(covered_share(found.within[:, rank], found.known))
        if minutes <= limit
        else [None] * len(found.known)
        for rank, minutes in enumerate(THRESHOLDS)
    }


def _worst(connection: Connection, served: Served, minutes: Floats) -> list[Item]:
    cells = served.cells
    places = worst_served(minutes, cells, served.pieces, MOST_WORST)
    codes = cell_codes(connection, cells.id[places].tolist())
    return [
        {
            "id": int(cells.id[place]),
            "code": codes[int(cells.id[place])],
            "people": round(float(cells.people[place]), 1),
            "minutes": None if np.isinf(minutes[place]) else round(float(minutes[place]), 2),
        }
        for place in places
    ]


def _title(served: Served, query: AccessQuery) -> str:
    level: Level = query.level
    scope: Scope | None = served.profession.scope(query.scope)
    who = counted_label(served.profession.label, scope, "weight", feminine=served.profession.feminine)
    rank = RANKS.get(query.n, f"le {query.n}e plus proche")
    return (
        f"{who} : temps {served.travel.words()} jusqu'au lieu d'exercice {rank}, {LEVEL_NAMES[level].by}, "
        f"au {french_date(served.release.vintage)}"
    )
