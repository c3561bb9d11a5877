"""Times on the real street network of Porto: how long, how much memory, how far from Valhalla's own matrix.

``python -m tests.bench.travel`` prints the table alone; it needs the folder of public excerpts.
"""

import hashlib
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import valhalla

from app.settings import PROJECT
from app.travel.graph import Graph, Ingredients, build_graph
from app.travel.modes import COSTINGS, Mode
from app.travel.network import Snapped
from app.travel.search import StreetSearch

CELLS, PLACES, SQUARE_M = 20_000, 2_000, 200.0
# mode, minutes, seconds allowed (none where no budget is set), median difference allowed in seconds
BUDGETS: tuple[tuple[Mode, int, float | None, float], ...] = (
    ("walk", 15, 3, 20), ("walk", 30, None, 20), ("bike", 20, None, 60), ("car", 20, 60, 45),
)  # fmt: skip
PAIRS, EACH = 1_000, 20


@dataclass(frozen=True, slots=True)
class Row:
    """One mode and limit: seconds for all places, for one more, pairs found, Valhalla's pace, differences."""

    mode: Mode
    minutes: int
    budget: float | None
    seconds: float
    one: float
    pairs: int
    valhalla_pairs_a_second: float
    median: float
    median_allowed: float
    p95: float

    def __str__(self) -> str:
        bound = f"<= {self.budget:.0f} s" if self.budget else "sans borne"
        pace = self.pairs / self.seconds / self.valhalla_pairs_a_second
        return (
            f"{self.mode:<5}{self.minutes:3d} min  {self.seconds:7.2f} s ({bound})   un lieu de plus "
            f"{self.one / self.seconds:7.3%} (<= 1 %)   {self.pairs:>11,} paires, {pace:6.0f} fois la "
            f"matrice de Valhalla   écart médian {self.median:3.0f} s (<= {self.median_allowed:.0f})   "
            f"p95 {self.p95:4.0f} s"
        )


def extract() -> Path | None:
    """Return the extract of Porto, None where the public excerpts are not at hand."""
    folder = Path(os.environ.get("OBSERVATOIRE_REAL_DATA") or PROJECT.parent / "shared" / "data")
    path = folder / "osm" / "porto.osm.pbf"
    return path if path.is_file() else None


def porto(path: Path, home: Path) -> Graph:
    """Build the graph of the extract."""
    return build_graph(home, Ingredients(path, hashlib.sha256(path.read_bytes()).hexdigest()))[0]


def points(graph: Graph, seed: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Return the centres of CELLS squares of 200 m around streets, and PLACES beside streets, in degrees."""
    streets = graph.streets()
    xy = streets.metres(streets.junctions)
    squares = np.unique(np.floor(xy / SQUARE_M), axis=0)
    rng = np.random.default_rng(seed)
    around = np.unique(np.vstack([squares + step for step in ((0, 0), (1, 0), (0, 1))]), axis=0)
    kept = around[np.sort(rng.choice(len(around), min(CELLS, len(around)), replace=False))]
    places = xy[rng.choice(len(xy), PLACES, replace=False)] + rng.normal(0, 15, (PLACES, 2))
    return streets.degrees((kept + 0.5) * SQUARE_M), streets.degrees(places)


def measure(graph: Graph) -> Iterator[Row]:
    """Yield one row a mode and limit."""
    cells, places = points(graph)
    streets = graph.streets()
    actor = valhalla.Actor(graph.actor_config())
    for mode, minutes, budget, allowed in BUDGETS:
        search = StreetSearch(streets, mode)
        start = time.perf_counter()
        from_cells, to_places = search.snap(cells), search.snap(places)
        found = search.times(to_places, from_cells, 60 * minutes)
        seconds = time.perf_counter() - start
        one = _one_more(search, from_cells, places, minutes)
        ours, theirs, spent = _sampled(actor, search, found, cells, places)
        difference = np.abs(ours - theirs)
        yield Row(
            mode, minutes, budget, seconds, one, found.nnz, len(ours) / spent,
            float(np.median(difference)), allowed, float(np.percentile(difference, 95)),
        )  # fmt: skip


def _one_more(search: StreetSearch, cells: Snapped, places: np.ndarray, minutes: int) -> float:
    """Return the median seconds of snapping and searching one place, cells being on the streets already."""
    spent = []
    for place in places[:30]:
        start = time.perf_counter()
        search.times(search.snap(place[None]), cells, 60 * minutes)
        spent.append(time.perf_counter() - start)
    return float(np.median(spent))


def _sampled(
    actor: Any, search: StreetSearch, found: Any, cells: np.ndarray, places: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return our seconds and Valhalla's on PAIRS pairs, and how long Valhalla took."""
    rng = np.random.default_rng(7)
    ours: list[float] = []
    theirs: list[float | None] = []
    spent = 0.0
    for row in rng.permutation(len(places)):
        columns = found.indices[found.indptr[row] : found.indptr[row + 1]]
        if len(columns) < EACH or len(ours) >= PAIRS:
            continue
        drawn = rng.choice(len(columns), EACH, replace=False)
        ours += found.data[found.indptr[row] + drawn].tolist()
        asked = {
            "sources": [{"lon": lon, "lat": lat} for lon, lat in cells[columns[drawn]].tolist()],
            "targets": [{"lon": places[row, 0], "lat": places[row, 1]}],
            "costing": COSTINGS[search.mode].valhalla,
            "verbose": False,
        }
        start = time.perf_counter()
        answer = actor.matrix(asked)
        spent += time.perf_counter() - start
        theirs += [one[0] for one in answer["sources_to_targets"]["durations"]]
    answered = np.array([one is not None for one in theirs])
    return np.array(ours)[answered], np.array(theirs, dtype=float)[answered], spent


def report() -> None:
    """Print the table, or say what is missing."""
    path = extract()
    if path is None:
        sys.stdout.write("temps de trajet : l'extrait de Porto (OBSERVATOIRE_REAL_DATA) n'est pas là\n")
        return
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        graph = porto(path, Path(folder))
        sys.stdout.write(f"graphe de Porto construit en {time.perf_counter() - start:.1f} s\n")
        for row in measure(graph):
            sys.stdout.write(f"{row}\n")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    sys.stdout.write(f"mémoire au plus haut : {peak:.2f} Go (<= 1,5)\n")


if __name__ == "__main__":
    report()
