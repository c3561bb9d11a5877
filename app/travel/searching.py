"""Which search answers for a mode on a graph."""

from app.travel.departure import Departure
from app.travel.failures import GraphError
from app.travel.graph import Graph
from app.travel.modes import LABELS, Mode
from app.travel.search import StreetSearch, TimeSearch
from app.travel.transit import StopNetwork, TransitSearch


def search_on(graph: Graph, mode: Mode) -> TimeSearch:
    """Return what finds the times of a mode on a graph; in public transport, those of an ordinary day.

    Raises GraphError when the graph does not have the mode.
    """
    if mode not in graph.modes:
        raise GraphError(
            f"Les temps {LABELS[mode]} ne se calculent pas sur le graphe {graph.fingerprint[:12]}.",
            hint="Choisissez un autre mode, ou donnez des horaires (GTFS) au graphe."
            if mode == "transit"
            else "Choisissez un autre mode.",
        )
    if mode != "transit":
        return StreetSearch(graph.streets(), mode)
    network = StopNetwork(graph.streets(), graph.rides())
    return TransitSearch(network, Departure(network.rides.ordinary_day))


def leaving(search: TimeSearch, departure: Departure | None) -> TimeSearch:
    """Return a search for a departure; one that no hour changes is returned as it is."""
    if departure is None or not isinstance(search, TransitSearch):
        return search
    return search.leaving(departure)
