"""The places nearest to one point, in time, by the streets (METHODS 6)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from app.indicators.decay import Floats
from app.travel.modes import preset_limit
from app.travel.network import Snapped
from app.travel.search import TimeSearch

FIRST_STEPS = (300, 900)  # seconds: most people have what they ask for within


@dataclass(frozen=True, slots=True)
class Nearest:
    """Places by ascending time, (n,) at most: their position and the minutes to them."""

    place: NDArray[np.int64]
    minutes: Floats


def nearest_places(search: TimeSearch, point: Snapped, places: Snapped, most: int) -> Nearest:
    """Return the ``most`` places nearest to a snapped point; fewer when fewer are within the mode's limit.

    The search widens until enough are found: whatever is within a limit is found, so that the nearest are
    those of the widest search too. Equal times come in the order of places.
    """
    limit = preset_limit(search.mode)
    for step in (*(each for each in FIRST_STEPS if each < limit), limit):
        pairs = coo_array(search.times(places, point, step))
        if len(pairs.row) >= most:
            break
    order = np.lexsort((pairs.row, pairs.data))[:most]
    return Nearest(pairs.row[order].astype(np.int64), pairs.data[order] / 60)
