"""Our times beside those of Valhalla's own matrix, on pairs drawn at random."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import valhalla

from app.travel.graph import Graph
from app.travel.modes import COSTINGS
from app.travel.search import StreetSearch

JITTER = 0.0004  # degrees: points lie beside streets, not on them


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two engines differ on the same pairs, in seconds; ``bias`` is ours less theirs."""

    pairs: int
    unanswered: int
    median: float
    p95: float
    bias: float

    def __str__(self) -> str:
        return (
            f"{self.pairs} paires, écart médian {self.median:.0f} s, p95 {self.p95:.0f} s, "
            f"biais {self.bias:+.0f} s, {self.unanswered} sans réponse"
        )


def compared(graph: Graph, search: StreetSearch, limit_s: int, seed: int = 3) -> Agreement:
    """Compare 1 000 pairs that we reach within a limit: 50 places of care, 20 origins each."""
    rng = np.random.default_rng(seed)
    junctions = graph.streets().junctions
    places, origins = (
        junctions[rng.choice(len(junctions), min(count, len(junctions)), replace=False)]
        + rng.normal(0, JITTER, (min(count, len(junctions)), 2))
        for count in (50, 5_000)
    )
    found = search.times(search.snap(places), search.snap(origins), limit_s)
    actor = valhalla.Actor(graph.actor_config())
    ours, theirs = [], []
    for row, place in enumerate(places):
        columns = found.indices[found.indptr[row] : found.indptr[row + 1]]
        drawn = rng.choice(columns, min(20, len(columns)), replace=False)
        ours += found[[row], :].toarray()[0, drawn].tolist()
        theirs += matrix(actor, search, origins[drawn], place) if len(drawn) else []
    answered = np.array([time is not None for time in theirs])
    difference = np.array(ours)[answered] - np.array(theirs, dtype=float)[answered]
    return Agreement(
        int(answered.sum()),
        int((~answered).sum()),
        float(np.median(np.abs(difference))),
        float(np.percentile(np.abs(difference), 95)),
        float(np.median(difference)),
    )


def matrix(actor: Any, search: StreetSearch, origins: np.ndarray, place: np.ndarray) -> list[float | None]:
    """Return Valhalla's seconds from each origin to a place, None where it finds no way."""
    asked = {
        "sources": [{"lon": lon, "lat": lat} for lon, lat in origins.tolist()],
        "targets": [{"lon": place[0], "lat": place[1]}],
        "costing": COSTINGS[search.mode].valhalla,
        "verbose": False,
    }
    return [row[0] for row in actor.matrix(asked)["sources_to_targets"]["durations"]]
