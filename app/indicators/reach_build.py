"""Times to care and coverage of every territory and profession, worked out once for portraits (METHODS 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.access import CellTimes, access, at_positions, median_minutes, minutes_to_nearest
from app.indicators.cells import NUMBER, PEOPLE
from app.indicators.coverage import covered_share
from app.indicators.density import Floats
from app.indicators.scores import Scores, professions_of, store_scores
from app.indicators.weighting import Pieces
from app.travel.modes import StreetMode
from app.travel.times import times_of

PACKAGE = "app.indicators"
# On foot for a neighbourhood, by car for what lies farther.
MODES: tuple[StreetMode, ...] = ("walk", "car")
MINUTES = 15
FIGURES = ("coverage", "access_time", "access_time_median", "reaching")


@dataclass(frozen=True, slots=True)
class _People:
    """The cells of a release, ascending, and how they are split over its territories, (n,) ascending."""

    cells: NDArray[np.int32]
    territories: NDArray[np.int32]
    pieces: Pieces


def store_reach(connection: Connection, release_id: int) -> None:
    """Keep the times and coverage of a release whose times are complete; those kept already cost a query.

    Its cells must be split along its territories. Liberal practitioners, establishments, the nearest place.
    """
    wanted = {"release_id": release_id, "modes": list(MODES)}
    missing = connection.execute(load(PACKAGE, "reach_missing"), wanted).all()
    if not missing:
        return
    people = _people(connection, release_id)
    rows = connection.execute(load(PACKAGE, "reach_sites"), {"release_id": release_id}).all()
    sites = {row.profession_id: row.sites for row in rows}
    for mode, origins_id in missing:
        for scores in _scores(connection, release_id, mode, people=people, sites=sites):
            store_scores(connection, release_id, replace(scores, origins_id=origins_id))


def _people(connection: Connection, release_id: int) -> _People:
    rows = connection.execute(load(PACKAGE, "reach_splits"), {"release_id": release_id}).all()

    def column(name: str, kind: str) -> NDArray[Any]:
        return np.frombuffer(b"".join(getattr(row, name) for row in rows), kind)

    cells, cell = np.unique(column("cell_ids", NUMBER), return_inverse=True)
    territories, territory = np.unique(column("territory_ids", NUMBER), return_inverse=True)
    people = column("people", PEOPLE).astype(np.float64)
    return _People(cells, territories, Pieces(territory, cell, people, len(territories)))


def _scores(
    connection: Connection,
    release_id: int,
    mode: StreetMode,
    *,
    people: _People,
    sites: Mapping[int, list[int]],
) -> list[Scores]:
    professions = professions_of(connection, release_id)
    kept = {name: np.full((len(people.territories), len(professions)), np.nan) for name in FIGURES}
    for rank, profession in enumerate(professions.tolist()):
        times = times_of(connection, release_id, mode, sites.get(profession, []))
        for name, values in _figures(at_positions(times, people.cells), people.pieces).items():
            kept[name][:, rank] = values
    return [Scores(name, mode, people.territories, values) for name, values in kept.items()]


def _figures(times: CellTimes, pieces: Pieces) -> dict[str, Floats]:
    found = access(minutes_to_nearest(times, 1), pieces, (MINUTES,))
    return {
        "coverage": covered_share(found.within[:, 0], found.known),
        "access_time": found.mean,
        "access_time_median": median_minutes(found.median),
        "reaching": covered_share(found.known - found.beyond, found.known),
    }
