"""How long the way is that takes the least time: metres along the streets, for a few places."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from app.travel.network import LEAST_SECONDS, Network, Snapped


def way_metres(
    network: Network, places: Snapped, origin: Snapped, seconds: Sequence[float]
) -> NDArray[np.float64]:
    """Return the metres of the fastest way from one origin to each of some places, (places,).

    ``seconds`` are those of the ways, which bound the search. NaN where no way is found within them.
    """
    found = [
        _one(network, places.take(np.array([rank])), origin, float(limit))
        for rank, limit in enumerate(seconds)
    ]
    return np.array(found, dtype=np.float64)


def _one(network: Network, place: Snapped, origin: Snapped, limit: float) -> float:
    """Search backwards from a place, then follow the way back to it from the better end of the street."""
    streets, size = network.streets, network.backward.shape[0]
    street, share = int(place.street[0]), float(place.share[0])
    first, last = int(streets.start[street]), int(streets.end[street])
    away = [(first, share, network.along[0, street]), (last, 1.0 - share, network.along[1, street])]
    links = [(end, max(part * pace, LEAST_SECONDS)) for end, part, pace in away if np.isfinite(pace)]
    grown = csr_array(
        (
            np.concatenate([network.backward.data, [weight for _, weight in links]]),
            np.concatenate([network.backward.indices, [end for end, _ in links]]).astype(np.int32),
            np.concatenate([network.backward.indptr, [network.backward.nnz + len(links)]]).astype(np.int32),
        ),
        shape=(size + 1, size + 1),
    )
    reached, before = dijkstra(grown, indices=size, limit=limit + 1.0, return_predecessors=True)
    length = float(streets.length[street])
    metres = {end: part * length for end, part, _ in reversed(away)}
    here, held = int(origin.street[0]), float(origin.share[0])
    starts = [
        (int(streets.end[here]), (1.0 - held), network.along[0, here]),
        (int(streets.start[here]), held, network.along[1, here]),
    ]
    options = [
        (reached[end] + part * pace + network.waits[end], part * float(streets.length[here]), end)
        for end, part, pace in starts
        if np.isfinite(pace) and np.isfinite(reached[end])
    ]
    best = min(options, default=(np.inf, np.nan, -1))
    if here == street:
        pace = network.along[0 if share >= held else 1, street]
        if np.isfinite(pace) and abs(share - held) * pace <= best[0]:
            return abs(share - held) * length
    return best[1] + _along(network, before, best[2], metres) if best[2] >= 0 else float("nan")


def _along(network: Network, before: NDArray[np.int32], end: int, metres: dict[int, float]) -> float:
    """Return the metres from a junction to the place that a search began at."""
    path = [end]
    while before[path[-1]] < len(before) - 1:
        path.append(int(before[path[-1]]))
    streets = network.streets
    near = np.flatnonzero(np.isin(streets.start, path) & np.isin(streets.end, path))
    fastest: dict[tuple[int, int], tuple[float, float]] = {}
    for street in near.tolist():
        ends = int(streets.start[street]), int(streets.end[street])
        for way, pace in ((ends, network.along[0, street]), (ends[::-1], network.along[1, street])):
            told = (float(pace), float(streets.length[street]))
            fastest[way] = min(told, fastest.get(way, told))
    return metres[path[-1]] + sum(fastest[step][1] for step in pairwise(path))
