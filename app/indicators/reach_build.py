"""Times, coverage and accessibility of every territory and profession, worked out once for portraits.

METHODS 6 and 7.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.access import CellTimes, access, at_positions, median_minutes, minutes_to_nearest
from app.indicators.accessibility import PRESETS, accessibility
from app.indicators.catchment import Times
from app.indicators.cells import NUMBER, PEOPLE
from app.indicators.coverage import covered_share
from app.indicators.density import Floats
from app.indicators.needs import share
from app.indicators.scores import Scores, professions_of, store_scores
from app.indicators.weighting import Pieces, weighted_mean
from app.travel.modes import StreetMode
from app.travel.times import times_of

PACKAGE = "app.indicators"
# On foot for a neighbourhood, by car for what lies farther.
MODES: tuple[StreetMode, ...] = ("walk", "car")
MINUTES = 15
FIGURES = ("coverage", "access_time", "access_time_median", "reaching", "accessibility")
# What routes take unless asked; both modes are searched as far as it reaches.
PRESET = PRESETS["e2sfca"]


@dataclass(frozen=True, slots=True)
class _People:
    """The cells of a release, ascending, and how they are split over its territories, (n,) ascending.

    ``heads`` (cells,) are who may ask for each profession, everybody under None.
    """

    cells: NDArray[np.int32]
    territories: NDArray[np.int32]
    pieces: Pieces
    heads: Mapping[int | None, Floats]


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
    offered = {row.profession_id: (row.sites, row.amounts) for row in rows}
    for mode, origins_id in missing:
        for scores in _scores(connection, release_id, mode, people=people, offered=offered):
            store_scores(connection, release_id, replace(scores, origins_id=origins_id))


def _people(connection: Connection, release_id: int) -> _People:
    rows = connection.execute(load(PACKAGE, "reach_splits"), {"release_id": release_id}).all()

    def column(name: str, kind: str) -> NDArray[Any]:
        return np.frombuffer(b"".join(getattr(row, name) for row in rows), kind)

    demand = connection.execute(load(PACKAGE, "reach_demand"), {"release_id": release_id}).all()
    asking = [np.array(row.cells, dtype=np.int32) for row in demand]
    cells = np.unique(np.concatenate([column("cell_ids", NUMBER), *asking])).astype(np.int32)
    territories, territory = np.unique(column("territory_ids", NUMBER), return_inverse=True)
    heads = {row.profession_id: np.zeros(len(cells)) for row in demand}
    for row, found in zip(demand, asking, strict=True):
        heads[row.profession_id][np.searchsorted(cells, found)] = row.people
    cell = np.searchsorted(cells, column("cell_ids", NUMBER))
    people = column("people", PEOPLE).astype(np.float64)
    return _People(cells, territories, Pieces(territory, cell, people, len(territories)), heads)


def _scores(
    connection: Connection,
    release_id: int,
    mode: StreetMode,
    *,
    people: _People,
    offered: Mapping[int, tuple[list[int], list[float]]],
) -> list[Scores]:
    professions = professions_of(connection, release_id)
    kept = {name: np.full((len(people.territories), len(professions)), np.nan) for name in FIGURES}
    for rank, profession in enumerate(professions.tolist()):
        sites, amounts = offered.get(profession, ([], []))
        times = times_of(connection, release_id, mode, sites)
        near = at_positions(times, people.cells)
        figures = _figures(near, people.pieces)
        if (heads := people.heads.get(profession)) is not None:
            there = np.array(amounts)[np.searchsorted(sites, times.sites)] if sites else np.empty(0)
            score = _accessible(near, times.limit_s, there, heads)
            asking = _asking(people.pieces, share(heads, people.heads[None]))
            figures["accessibility"] = weighted_mean(score, asking)
        for name, values in figures.items():
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


def _accessible(times: CellTimes, limit_s: int, offered: Floats, heads: Floats) -> Floats:
    """Return what each cell can count on, (cells,); ``offered`` is of the sites, ``heads`` of the cells."""
    pairs = times.seconds
    between = Times(pairs.indptr, pairs.indices, pairs.data, len(heads), limit_s)
    return accessibility(PRESET, between, offered, heads, times.on_network).accessibility


def _asking(pieces: Pieces, part: Floats) -> Pieces:
    """Return the pieces with ``part`` (cells,) of their people, who are spread as all the inhabitants are."""
    people = pieces.people * np.nan_to_num(part)[pieces.cell]
    return Pieces(pieces.territory, pieces.cell, people, pieces.territories)
