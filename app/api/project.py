"""The answer on the coverage of points that somebody draws: a project, a set of rooms, a bus that stops."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.api.answers import Item
from app.api.asked_access import WithinReachQuery
from app.api.asked_points import AskedPoint
from app.api.coverage import COLUMNS, cells_list, check_minutes, items_of, territories_list, uncovered_cells
from app.api.covered_area import Covering
from app.api.departing import Travel
from app.api.formats.known import draws
from app.api.formats.listed import Listed
from app.api.lookup import find_within
from app.api.served import PeopleShelf, outlines, refuse_whole_country, territory_rows
from app.api.snapshot import Release
from app.errors import ParameterError
from app.indicators.access import CellTimes
from app.indicators.cells import Cells, load_points
from app.indicators.coverage import coverage, sites_within
from app.indicators.weighting import Pieces
from app.indicators.wording import LEVEL_NAMES
from app.travel.isochrones import Ground, check_covered, parse_point, refusal
from app.travel.search import TimeSearch


@dataclass(frozen=True, slots=True)
class Project:
    """What is asked, and the people it is asked of: where they leave from, and their territories."""

    query: WithinReachQuery
    points: Sequence[AskedPoint]
    rows: Sequence[Row[*tuple[Any, ...]]]
    cells: Cells
    leave: np.ndarray
    pieces: Pieces


def look_up(
    connection: Connection,
    release: Release,
    query: WithinReachQuery,
    points: Sequence[AskedPoint],
    shelf: PeopleShelf,
) -> Project:
    """Read whom a project is asked of. Raises ParameterError and NotFoundError."""
    refuse_whole_country(query.level)
    check_minutes(query.minutes, query.mode)
    rows = territory_rows(connection, query.level, find_within(connection, query.within))
    cells = shelf.cells(connection, release)
    split = shelf.split(connection, release, query.level)
    pieces = split.only(np.array([row.id for row in rows], dtype=np.int32))
    return Project(query, points, rows, cells, load_points(connection, cells), pieces)


def searched(asked: Project, travel: Travel) -> Covering:
    """Return the times to the points, and what the answer says of each; no connection is needed.

    Raises ParameterError when no point can be used, GraphError when the graph cannot.
    """
    query, search = asked.query, travel.search()
    places, kept, refused = _places(asked, travel.ground, search)
    if not kept:
        # Nobody would be covered, which says nothing of the people.
        raise ParameterError(
            "points",
            f"Aucun des points n'est utilisable. {refused[0]['detail']}",
            hint=str(refused[0]["hint"]),
        )
    leave = search.snap(asked.leave)
    times = CellTimes(search.times(search.snap(places), leave, 60 * query.minutes), leave.found)
    head: dict[str, object] = {
        "title": f"Habitants à moins de {query.minutes} min {travel.words()} d'un des points, "
        f"{LEVEL_NAMES[query.level].by}",
        "graph": travel.ground.fingerprint,
        "level": query.level,
        "within": query.within,
        "mode": query.mode,
        "departure": travel.terms(),
        "minutes": query.minutes,
        "k": query.k,
        "points": kept,
        "refused": refused,
    }
    return Covering(
        query.minutes, travel, places, asked.cells, asked.leave, asked.pieces, times=times, head=head
    )


def project_list(connection: Connection, asked: Project, form: str, found: Covering) -> Listed:
    """Return the territories, or the cells that a map draws instead; ``area_list`` draws the union.

    A point that cannot be reached is named, with its reason.
    """
    query, times = asked.query, found.times
    reached = sites_within(times, query.minutes)
    covered = coverage(reached, times.on_network, asked.cells, asked.pieces, query.k)
    cells = uncovered_cells(connection, asked.cells, asked.pieces, times, reached)
    if form == "geojson" and query.draw == "cells":
        return cells_list(connection, cells, found.head)
    drawn = outlines(connection, query) if draws(form) else {}
    listed = territories_list(items_of(asked.rows, covered, {}), found.head, drawn, cells)
    return replace(listed, columns=[name for name in COLUMNS if not name.startswith("outside")])


def _places(asked: Project, ground: Ground, search: TimeSearch) -> tuple[np.ndarray, list[Item], list[Item]]:
    """Return the points that a street comes near, (n, 2) degrees, what is said of them, and the others."""
    places: list[tuple[float, float]] = []
    kept: list[Item] = []
    refused: list[Item] = []
    for point in asked.points:
        try:
            place = parse_point(point.lon, point.lat)
            check_covered(place, ground)
            snapped = search.snap(np.array([(place.lon, place.lat)]))
            if not snapped.found[0]:
                raise refusal("off_network", search.mode)
        except ParameterError as error:
            said = {"parameter": error.parameter, "detail": error.detail, "hint": error.hint}
            refused.append({"index": point.index, "id": point.id, **said})
        else:
            places.append((place.lon, place.lat))
            where = {"lon": place.lon, "lat": place.lat, "snap_m": round(float(snapped.metres[0]), 1)}
            kept.append({"index": point.index, "id": point.id, **where})
    return np.array(places, dtype=np.float64).reshape(-1, 2), kept, refused
