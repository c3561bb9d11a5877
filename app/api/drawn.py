"""What lies within reach of the places that were drawn last.

The covered area of a city joins tens of them, and the next one asked, of another level or profession, joins
mostly the same.
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from app.api.departing import Travel
from app.api.reach import replies
from app.travel.engine import Reach, Refusal
from app.travel.isochrones import Point
from app.travel.routing import Reacher, Reaches

MOST_BYTES = 32 << 20
LEAST_BYTES = 256  # of what is kept beside the areas


class Drawn:
    """Areas of places by graph, mode, departure and minutes; safe to share between threads.

    Keys hold the fingerprint of the graph: one that is built anew finds nothing old.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._kept: OrderedDict[tuple[object, ...], Reach | Refusal] = OrderedDict()
        self._lock = Lock()

    def replies(
        self, places: Sequence[Point], minutes: tuple[int, ...], travel: Travel, reacher: Reacher
    ) -> Reaches:
        """Return what each place reaches, or why it reaches nothing; each place is given once."""
        how = (travel.ground.fingerprint, travel.mode, travel.departure, minutes)
        with self._lock:
            found = {place: self._kept[how, place] for place in places if (how, place) in self._kept}
            for place in found:
                self._kept.move_to_end((how, place))
        missing = [place for place in places if place not in found]
        fresh = dict(zip(missing, replies(missing, minutes, travel, reacher) if missing else [], strict=True))
        with self._lock:
            for place, reply in fresh.items():
                self._keep((how, place), reply)
        found |= fresh
        return [found[place] for place in places]

    def _keep(self, key: tuple[object, ...], reply: Reach | Refusal) -> None:
        replaced = self._kept.pop(key, None)
        self._held += _size(reply) - (_size(replaced) if replaced else 0)
        self._kept[key] = reply
        while self._held > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._held -= _size(oldest)


def _size(reply: Reach | Refusal) -> int:
    return LEAST_BYTES + (sum(map(len, reply.areas)) if isinstance(reply, Reach) else 0)
