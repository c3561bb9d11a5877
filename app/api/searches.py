"""Searches and drawings of this process: made when first asked, kept while the graph is in service."""

from pathlib import Path
from threading import Lock

from app.travel.departure import Departure
from app.travel.drawing import Drawing
from app.travel.graph import open_graph
from app.travel.modes import Mode, StreetMode
from app.travel.search import StreetSearch, TimeSearch
from app.travel.searching import leaving, search_on


class Searches:
    """One search and one drawing a mode, on one graph at a time; safe to share between threads."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = Lock()
        self._fingerprint: str | None = None
        self._made: dict[Mode, TimeSearch] = {}
        self._drawings: dict[tuple[str, StreetMode], Drawing] = {}

    def on(self, fingerprint: str, mode: Mode, departure: Departure | None = None) -> TimeSearch:
        """Return the search of a mode on a graph, for a departure in public transport.

        Raises GraphError when the graph cannot be used.
        """
        with self._lock:
            return leaving(self._search(fingerprint, mode), departure)

    def drawing(self, fingerprint: str, mode: StreetMode) -> Drawing:
        """Return what draws the areas of a mode on a graph. Raises GraphError when it cannot be used."""
        with self._lock:
            search = self._search(fingerprint, mode)
            assert isinstance(search, StreetSearch)
            if (fingerprint, mode) not in self._drawings:
                lattice = open_graph(self._home, fingerprint).lattice(search.network)
                self._drawings[fingerprint, mode] = Drawing(search.network, lattice)
            return self._drawings[fingerprint, mode]

    def drawing_at_hand(self, fingerprint: str, mode: StreetMode) -> Drawing | None:
        """Return such a drawing if it is made already; never wait for it."""
        return self._drawings.get((fingerprint, mode))

    def _search(self, fingerprint: str, mode: Mode) -> TimeSearch:
        """Return the search of a mode on a graph; those on another graph are forgotten."""
        if fingerprint != self._fingerprint:
            self._fingerprint, self._made, self._drawings = fingerprint, {}, {}
        if mode not in self._made:
            self._made[mode] = search_on(open_graph(self._home, fingerprint), mode)
        return self._made[mode]
