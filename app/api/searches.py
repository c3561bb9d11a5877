"""Street searches of this process: made when first asked, kept while the graph is in service."""

from pathlib import Path
from threading import Lock

from app.travel.departure import Departure
from app.travel.graph import open_graph
from app.travel.modes import Mode
from app.travel.search import TimeSearch
from app.travel.searching import leaving, search_on


class Searches:
    """One search a mode on one graph at a time; safe to share between threads, which only read it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = Lock()
        self._fingerprint: str | None = None
        self._made: dict[Mode, TimeSearch] = {}

    def on(self, fingerprint: str, mode: Mode, departure: Departure | None = None) -> TimeSearch:
        """Return the search of a mode on a graph, for a departure in public transport.

        Raises GraphError when the graph cannot be used.
        """
        with self._lock:
            if fingerprint != self._fingerprint:
                self._fingerprint, self._made = fingerprint, {}
            if mode not in self._made:
                self._made[mode] = search_on(open_graph(self._home, fingerprint), mode)
            return leaving(self._made[mode], departure)
