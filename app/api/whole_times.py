"""The times of a release to all of its places, kept in a file that this process reads as memory.

Out of the store the times of a profession take tenths of a second the first time; out of here hundredths.
The file has no name and goes with the process; the machine lets go of its pages when memory is short.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.access import CellTimes, at_cells
from app.indicators.cells import Cells
from app.travel.modes import Mode
from app.travel.times import times_of

SITES_AT_ONCE = 256
# Six bytes each: 300 MB of file a mode. Twenty thousand squares and two thousand places make 15 million.
MOST_PAIRS = 50_000_000


@dataclass(frozen=True, slots=True)
class WholeTimes:
    """Times from the inhabited cells to every site, ascending: (sites,) rows of (pairs,) cells and seconds.

    ``ends`` (sites + 1,) says where rows end, ``off_network`` (sites,) which sites no street is near,
    ``on_network`` (cells,) from which cells one is.
    """

    sites: NDArray[np.int32]
    off_network: NDArray[np.bool_]
    on_network: NDArray[np.bool_]
    ends: NDArray[np.int64]
    cells: NDArray[np.int32]
    seconds: NDArray[np.int16]

    def to(self, sites: NDArray[np.int32]) -> tuple[CellTimes, NDArray[np.int32], int]:
        """Return the times to some sites, those of them that are there, and how many no street is near."""
        rows = np.flatnonzero(np.isin(self.sites, sites))
        parts = [slice(self.ends[row], self.ends[row + 1]) for row in rows]
        ends = np.concatenate([[0], np.cumsum(self.ends[rows + 1] - self.ends[rows])])
        seconds = csr_array(
            (_joined(self.seconds, parts), _joined(self.cells, parts), ends),
            shape=(len(rows), len(self.on_network)),
        )
        return CellTimes(seconds, self.on_network), self.sites[rows], int(self.off_network[rows].sum())


def _joined[T: np.generic](column: NDArray[T], parts: list[slice]) -> NDArray[T]:
    return np.concatenate([column[:0], *(column[part] for part in parts)])


def read_whole(
    connection: Connection,
    release_id: int,
    mode: Mode,
    cells: Cells,
    *,
    folder: Path,
    wanted: Callable[[], bool],
) -> WholeTimes | None:
    """Read the times of a mode to every site of a release into a file in ``folder``.

    None when there are too many, or when ``wanted`` says no meanwhile. Raises GraphError when some were not
    computed, OSError when they cannot be written.
    """
    listed = connection.execute(load("app.travel", "located_sites"), {"release_id": release_id}).scalars()
    sites = np.array(listed.all(), dtype=np.int32)
    off_network = np.zeros(len(sites), dtype=np.bool_)
    on_network = np.zeros(len(cells.id), dtype=np.bool_)
    lengths = [np.zeros(1, dtype=np.int64)]
    with TemporaryFile(dir=folder) as places, TemporaryFile(dir=folder) as seconds:
        for first in range(0, len(sites), SITES_AT_ONCE):
            some = sites[first : first + SITES_AT_ONCE]
            found = times_of(connection, release_id, mode, some.tolist())
            times = at_cells(found, cells)
            off_network[first : first + len(some)] = np.isnan(found.site_snap_m)
            on_network = times.on_network
            lengths.append(np.diff(times.seconds.indptr))
            places.write(times.seconds.indices.astype(np.int32).tobytes())
            seconds.write(times.seconds.data.astype(np.int16).tobytes())
            if not wanted() or seconds.tell() > MOST_PAIRS * 2:
                return None
        places.flush()
        seconds.flush()
        ends = np.cumsum(np.concatenate(lengths))
        return WholeTimes(
            sites, off_network, on_network, ends, _mapped(places, np.int32), _mapped(seconds, np.int16)
        )


def _mapped[T: np.generic](file: IO[bytes], kind: type[T]) -> NDArray[T]:
    """Return what a file holds, as memory; an empty file cannot be mapped."""
    return np.memmap(file, dtype=kind, mode="r") if file.tell() else np.zeros(0, dtype=kind)
