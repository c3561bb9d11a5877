"""Points every fifty metres over a graph, each with the street nearest to it: what areas are drawn on.

Made once from the streets and kept beside them: finding the street of a point takes a few microseconds, and
a city has a million of them.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.travel.modes import StreetMode
from app.travel.network import Network

STEP_M = 50.0
BESIDE_M = 150.0  # the middle of every square of 200 m that a street crosses is as near to it


@dataclass(frozen=True, slots=True)
class Lattice:
    """The nearest street of each point, (rows, columns) from south to north and west to east.

    ``street`` is -1 where none is within BESIDE_M; ``share`` is the place on it, from its start. ``first``
    (2,) is the column and row of the first point, in steps from the middle of the graph.
    """

    first: NDArray[np.int64]
    street: NDArray[np.int32]
    share: NDArray[np.float32]

    @classmethod
    def made(cls, network: Network) -> Self:
        """Find the nearest street of each point around the streets of one mode."""
        low, high = network.bounds
        first = np.floor((low - BESIDE_M) / STEP_M).astype(np.int64)
        columns, rows = (np.ceil((high + BESIDE_M) / STEP_M).astype(np.int64) - first + 1).tolist()
        street = np.empty((rows, columns), dtype=np.int32)
        share = np.empty((rows, columns), dtype=np.float32)
        east = (first[0] + np.arange(columns)) * STEP_M
        for row in range(rows):
            north = np.full(columns, (first[1] + row) * STEP_M)
            beside = network.beside(np.column_stack([east, north]), BESIDE_M)
            street[row], share[row] = beside.street, beside.share
        return cls(first, street, share)

    def save(self, folder: Path, mode: StreetMode) -> None:
        """Write the points of a mode into a graph's folder."""
        np.savez(folder / _file_name(mode), first=self.first, street=self.street, share=self.share)

    @classmethod
    def load(cls, folder: Path, mode: StreetMode) -> Self:
        """Read the points of a mode in a graph's folder. Raises FileNotFoundError for a graph without."""
        with (folder / _file_name(mode)).open("rb") as stream, np.load(stream) as kept:
            return cls(kept["first"], kept["street"], kept["share"])


def _file_name(mode: StreetMode) -> str:
    return f"lattice-{mode}.npz"
