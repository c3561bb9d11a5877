"""Which streets are one-way, chosen so that every place can still be driven to and from."""

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geodata.demo import plan
from geodata.demo.plan import Ints
from geodata.demo.streets import NOT_STREETS, Network, ends

REACH = 1_700.0  # metres from the centre within which streets may be one-way


def one_way_edges(seed: int, network: Network) -> Ints:
    """Return 1 for each edge that may be driven only in the direction of its street, else 0."""
    rng = plan.generator(seed, 13)
    chosen_lines = rng.random(len(network.lines)) < 0.3
    middle = shapely.get_coordinates(shapely.line_interpolate_point(network.edges, 0.5, normalized=True))
    kinds = np.array([network.kind(e) for e in range(len(network.edges))])
    single = chosen_lines[network.line] & (kinds == "residential") & (np.hypot(*middle.T) < REACH)
    nodes, count = ends(network.edges)
    forward = _forward(network)
    nodes = np.where(forward[:, None], nodes, nodes[:, ::-1])
    street = ~np.isin(kinds, (*NOT_STREETS, "park"))
    for _ in range(6):
        back = street & ~single
        start = np.concatenate([nodes[street, 0], nodes[back, 1]])
        end = np.concatenate([nodes[street, 1], nodes[back, 0]])
        graph = coo_matrix((np.ones(len(start)), (start, end)), shape=(count, count))
        label = connected_components(graph, connection="strong")[1]
        main = np.bincount(label[nodes[street, 0]]).argmax()
        lost = single & (label[nodes] != main).any(axis=1)
        if not lost.any():
            break
        single &= ~lost
    return np.asarray(single, dtype=np.int64)


def _forward(network: Network) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return whether each edge is drawn in the direction of the street it belongs to."""
    sources = np.array([network.lines[k].geometry for k in network.line], dtype=object)
    start = shapely.line_locate_point(sources, shapely.get_point(network.edges, 0))
    end = shapely.line_locate_point(sources, shapely.get_point(network.edges, -1))
    return np.asarray(start <= end)
