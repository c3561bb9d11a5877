"""The answer on coverage, written once for the API and the command line."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.api import views
from app.api.access import named
from app.api.answers import Item
from app.api.asked_access import CoverageQuery
from app.api.covered_area import Covering, check_number, useful_places
from app.api.departing import Travel
from app.api.formats.known import draws
from app.api.formats.listed import Listed
from app.api.measured import DIGITS, known
from app.api.parameters import BANDS
from app.api.queries import outlines_of
from app.api.schemas.coverage import CoverageItem, UncoveredCell
from app.api.served import PeopleShelf, Served, cell_codes, head, look_up, outlines
from app.api.snapshot import Release
from app.db.sql import load
from app.errors import ParameterError
from app.indicators.access import CellTimes, minutes_to_nearest, of_cells
from app.indicators.cells import AGE_CLASSES, Cells, load_points
from app.indicators.coverage import (
    Coverage,
    Outside,
    coverage,
    covered_share,
    nearest_outside,
    sites_within,
    uncovered_people,
)
from app.indicators.decay import Floats
from app.indicators.registry import INDICATORS
from app.indicators.weighting import Integers, Pieces
from app.indicators.wording import LEVEL_NAMES, counted_label, french_date
from app.travel.modes import LABELS, Mode, preset_limit

CELL_COLUMNS = ("id", "code", "people", "minutes")
GROUPS = ("covered", "uncovered")
AGES = tuple(f"{group}_{age}" for group in GROUPS for age in AGE_CLASSES)
COLUMNS = (
    *("id", "code", "name", "population", "known", "covered", "uncovered", "share", "covered_k", "share_k"),
    *("covered_poor_households", "uncovered_poor_households", *AGES),
    *("outside_site_id", "outside_minutes", "outside_mean_minutes", "imputed_share"),
)


def coverage_list(
    connection: Connection,
    release: Release,
    query: CoverageQuery,
    form: str,
    *,
    shelf: PeopleShelf,
    travel: Travel,
) -> Listed:
    """Return the territories, or the cells that a map draws instead; ``area_list`` draws the union.

    Raises what ``look_up`` raises, and ParameterError.
    """
    check_minutes(query.minutes, query.mode)
    served = look_up(connection, release, query, shelf, travel)
    reached = sites_within(served.times, query.minutes)
    found = coverage(reached, served.times.on_network, served.cells, served.pieces, query.k)
    items = items_of(served.rows, found, _told(_outside(connection, served), served))
    more = {"minutes": query.minutes, "k": query.k, "title": _title(served, query.minutes)}
    said = head(served) | {"graph": travel.ground.fingerprint} | more
    cells = uncovered_cells(connection, served.cells, served.pieces, served.times, reached)
    if form == "geojson" and query.draw == "cells":
        return cells_list(connection, cells, said)
    drawn = outlines(connection, query) if draws(form) else {}
    return territories_list(items, said, drawn, cells)


def covering(
    connection: Connection, release: Release, query: CoverageQuery, shelf: PeopleShelf, travel: Travel
) -> Covering:
    """Return what the covered area is drawn from: the places that somebody of the territories reaches.

    Raises what ``look_up`` raises, and ParameterError for more places than can be drawn.
    """
    check_minutes(query.minutes, query.mode)
    served = look_up(connection, release, query, shelf, travel)
    useful = useful_places(served.times, served.pieces, query.minutes)
    check_number(int(useful.sum()))
    rows = connection.execute(
        load("app.travel", "site_points"),
        {"release_id": release.id, "site_ids": served.sites.id[useful].tolist()},
    )
    return Covering(
        minutes=query.minutes,
        travel=travel,
        lonlat=np.array([(row.lon, row.lat) for row in rows], dtype=np.float64).reshape(-1, 2),
        cells=served.cells,
        leave=load_points(connection, served.cells),
        pieces=served.pieces,
        times=served.times,
        head=head(served)
        | {"graph": travel.ground.fingerprint, "minutes": query.minutes}
        | {"title": _title(served, query.minutes)},
    )


def territories_list(
    items: list[Item], said: Item, drawn: Mapping[int, str], cells: Sequence[Item]
) -> Listed:
    """Return the list of covered territories; json also has the cells that are not covered."""
    return Listed(
        items=items,
        columns=COLUMNS,
        model=CoverageItem,
        value="share",
        head=said,
        more={"uncovered_cells": cells},
        lines=lambda item: (flat(item),),
        registers=INDICATORS["coverage"].sources,
        geometry="MultiPolygon",
        outlines=drawn,
    )


def cells_list(connection: Connection, cells: Sequence[Item], said: Item) -> Listed:
    """Return one item a cell, with its own contour."""
    ids = [cell["id"] for cell in cells]
    return Listed(
        items=cells,
        columns=CELL_COLUMNS,
        model=UncoveredCell,
        value="people",
        head=said,
        registers=INDICATORS["coverage"].sources,
        geometry="MultiPolygon",
        outlines=outlines_of(connection, views.territory.c.id.in_(ids), BANDS["full"]),
        identity=None,
    )


def check_minutes(minutes: int, mode: Mode) -> None:
    """Raise ParameterError when times are never searched that far."""
    limit = preset_limit(mode) // 60
    if minutes > limit:
        raise ParameterError(
            "minutes",
            f"Les temps {LABELS[mode]} sont calculés jusqu'à {limit} minutes ; {minutes} sont demandées.",
            hint=f"Demandez {limit} minutes au plus, ou un autre mode.",
        )


def items_of(
    rows: Sequence[Row[*tuple[Any, ...]]], found: Coverage, more: Mapping[str, Sequence[object]]
) -> list[Item]:
    """Return one item a territory; ``more`` are columns added to those of the coverage."""
    columns: dict[str, Sequence[object]] = {
        "known": known(found.known),
        "covered": known(found.covered.people),
        "uncovered": known(found.uncovered.people),
        "share": known(covered_share(found.covered.people, found.known)),
        "covered_k": known(found.covered_k),
        "share_k": known(covered_share(found.covered_k, found.known)),
    }
    for name, group in zip(GROUPS, (found.covered, found.uncovered), strict=True):
        columns[f"{name}_poor_households"] = known(np.round(group.poor_households, 1))
        columns[f"{name}_ages"] = [_by_age(ages) for ages in group.ages]
    columns |= more
    return [
        {
            **named(row),
            **{name: values[rank] for name, values in columns.items()},
            "imputed_share": row.imputed_share,
        }
        for rank, row in enumerate(rows)
    ]


def _by_age(ages: Floats) -> dict[str, float] | None:
    """Return the people of each age; None when that of some is not known."""
    if np.isnan(ages).any():
        return None
    return dict(zip(AGE_CLASSES, np.round(ages, 1).tolist(), strict=True))


def _told(outside: Outside | None, served: Served) -> dict[str, Sequence[object]]:
    """Return the columns on the nearest place outside each QPV; of other levels nothing is said."""
    if outside is None:
        nothing = [None] * len(served.rows)
        return dict.fromkeys(("outside_site_id", "outside_minutes", "outside_mean_minutes"), nothing)
    sites = [None if site < 0 else int(served.sites.id[site]) for site in outside.site]
    return {
        "outside_site_id": sites,
        "outside_minutes": known(outside.minutes),
        "outside_mean_minutes": known(outside.mean),
    }


def _outside(connection: Connection, served: Served) -> Outside | None:
    if served.query.level != "qpv":
        return None
    rows = connection.execute(
        load("app.indicators", "coverage_site_territories"),
        {"level": served.query.level, "site_ids": served.sites.id.tolist()},
    )
    site = {number: rank for rank, number in enumerate(served.sites.id.tolist())}
    territory = {row.id: rank for rank, row in enumerate(served.rows)}
    inside = np.zeros((len(site), len(territory)), dtype=np.bool_)
    for row in rows:
        if row.territory_id in territory:
            inside[site[row.site_id], territory[row.territory_id]] = True
    return nearest_outside(served.times, served.pieces, inside)


def uncovered_cells(
    connection: Connection, cells: Cells, pieces: Pieces, times: CellTimes, reached: Integers
) -> list[Item]:
    """Return the inhabited cells of the territories that are not covered, the most people first."""
    missing = uncovered_people(reached, times, pieces)
    places = np.flatnonzero(missing > 0)
    places = places[np.lexsort((cells.id[places], -missing[places]))]
    codes = cell_codes(connection, cells.id[places].tolist())
    minutes = minutes_to_nearest(of_cells(times, places), 1)
    return [
        {
            "id": int(cells.id[place]),
            "code": codes[int(cells.id[place])],
            # As fine as those of territories: summed by anybody, they give the same figure.
            "people": round(float(missing[place]), DIGITS),
            "minutes": None if np.isinf(far) else round(float(far), 2),
        }
        for place, far in zip(places, minutes, strict=True)
    ]


def flat(item: Item) -> Item:
    """Return an item with one member for each age, for a table."""
    table = dict(item)
    for group in GROUPS:
        ages = table.pop(f"{group}_ages")
        if isinstance(ages, dict):
            table |= {f"{group}_{age}": people for age, people in ages.items()}
    return table


def _title(served: Served, minutes: int) -> str:
    query, profession = served.query, served.profession
    who = counted_label(
        profession.label, profession.scope(query.scope), "weight", feminine=profession.feminine
    )
    far = f"{minutes} minute{'s' if minutes > 1 else ''} {served.travel.words()}"
    return (
        f"{who} : habitants à moins de {far} d'un lieu d'exercice, {LEVEL_NAMES[query.level].by}, "
        f"au {french_date(served.release.vintage)}"
    )
