"""Streets as arrays: where they run, how long they are, how many seconds each mode takes both ways.

Made once from Valhalla's tiles and kept beside them, because Valhalla answers two thousand pairs a second
and a city needs forty million.
"""

from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from valhalla import _valhalla
from valhalla.baldr.utils import GraphUtils

from app.travel.modes import COSTINGS, STREET_MODES, StreetMode, travel_seconds
from app.travel.tiles import TileGraph

EARTH_METRES_A_DEGREE = 111_195.0
FILE_NAME = "streets.npz"


@dataclass(frozen=True)
class Streets:
    """Every street between two junctions once; ``start`` and ``end`` are ranks of junctions.

    ``junctions`` (n, 2) and ``shape`` (points, 2) are degrees; ``offsets`` says where the shape of each
    street begins (streets + 1). ``seconds`` is (modes, 2, streets) in the order of STREET_MODES, along the
    shape then against it, NaN where a mode may not pass. ``signal`` marks junctions with traffic lights.
    """

    junctions: NDArray[np.float64]
    signal: NDArray[np.bool_]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    length: NDArray[np.float64]
    seconds: NDArray[np.float64]
    shape: NDArray[np.float64]
    offsets: NDArray[np.int64]

    def along(self, mode: StreetMode) -> NDArray[np.float64]:
        """Return (2, streets) seconds of a mode, along the shape and against it."""
        return np.asarray(self.seconds[STREET_MODES.index(mode)])

    def metres(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 2) metres east and north of the middle of the graph."""
        middle, scale = self.projection
        return np.asarray((np.atleast_2d(lonlat) - middle) * scale)

    def degrees(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 2) degrees of what ``metres`` gave."""
        middle, scale = self.projection
        return np.asarray(metres / scale + middle)

    @cached_property
    def projection(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the middle of the graph, (2,) degrees, and the metres of a degree there, (2,)."""
        middle = self.junctions.mean(axis=0)
        return middle, EARTH_METRES_A_DEGREE * np.array([np.cos(np.radians(middle[1])), 1.0])

    def save(self, folder: Path) -> None:
        """Write the arrays into a graph's folder."""
        np.savez(folder / FILE_NAME, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the arrays of a graph's folder."""
        with (folder / FILE_NAME).open("rb") as stream, np.load(stream) as kept:
            return cls(**{field.name: kept[field.name] for field in fields(cls)})


def streets_of(graph: TileGraph, config: dict[str, object]) -> Streets:
    """Pair the directed edges of a tile graph and give each its shape; ``config`` opens the same tiles."""
    once = np.flatnonzero(np.arange(len(graph.start)) < graph.opposite)
    back = graph.opposite[once]
    reader = GraphUtils(config)
    shapes = [reader.get_edge_shape(_valhalla.GraphId(int(edge))) for edge in graph.graph_id[once]]
    sizes = np.fromiter(map(len, shapes), dtype=np.int64, count=len(shapes))
    points = np.array([point for shape in shapes for point in shape], dtype=np.float64).reshape(-1, 2)
    return Streets(
        junctions=graph.lonlat,
        signal=graph.signal,
        start=graph.start[once].astype(np.int32),
        end=graph.end[once].astype(np.int32),
        length=graph.length[once],
        seconds=np.stack([
            np.stack([_seconds(graph, once, mode), _seconds(graph, back, mode)]) for mode in STREET_MODES
        ]),
        shape=points,
        offsets=np.concatenate([[0], np.cumsum(sizes)]),
    )  # fmt: skip


def _seconds(graph: TileGraph, edges: NDArray[np.int64], mode: StreetMode) -> NDArray[np.float64]:
    found = travel_seconds(
        mode, graph.length[edges], graph.speed[edges], graph.use[edges], graph.surface[edges]
    )
    return np.where(graph.access[edges] & COSTINGS[mode].access, found, np.nan)
