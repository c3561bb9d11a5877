"""Groups of blocks: compact, balanced, in one piece. Communes, quartiers and IRIS are all made with it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from geodata.demo.plan import Floats, Ints
from geodata.demo.streets import Geometries, Network

ACROSS_WATER = 0.001  # weight of a metre of border in mid-river against one on land


@dataclass(frozen=True, slots=True)
class Borders:
    """Which blocks lie on the two sides of each edge (-1 outside), and the blocks' adjacency in metres.

    ``adjacency`` all but ignores borders in mid-river, ``touching`` counts them in full.
    """

    sides: Ints
    adjacency: csr_matrix
    touching: csr_matrix


def borders(network: Network) -> Borders:
    """Return the blocks beside each edge and the length of border every two blocks share."""
    edges = network.edges
    middle = shapely.get_coordinates(shapely.line_interpolate_point(edges, 0.5, normalized=True))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(edges, 0.52, normalized=True))
    along = (ahead - middle) / np.hypot(*(ahead - middle).T)[:, None]
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    sides = np.stack(
        [locate(network.blocks, middle + normal), locate(network.blocks, middle - normal)], axis=1
    )
    inner = (sides >= 0).all(axis=1) & (sides[:, 0] != sides[:, 1])
    water = np.array([network.kind(e) == "water" for e in range(len(edges))])
    length = shapely.length(edges)
    shape = (len(network.blocks), len(network.blocks))

    def matrix(metres: Floats) -> csr_matrix:
        half = coo_matrix((metres[inner], tuple(sides[inner].T)), shape=shape).tocsr()
        return half + half.T

    return Borders(sides, matrix(length * np.where(water, ACROSS_WATER, 1.0)), matrix(length))


def locate(polygons: Geometries, xy: Floats) -> Ints:
    """Return for each point (n, 2) the index of the polygon that holds it, -1 where none does."""
    found = shapely.STRtree(polygons).query(shapely.points(xy), predicate="within")
    index = np.full(len(xy), -1, dtype=np.int64)
    index[found[0]] = found[1]
    return index


def balanced(xy: Floats, weight: Floats, seeds: Floats, rounds: int, pull: float = 0.0) -> Ints:
    """Assign points to groups of about equal weight: the best power diagram of some Lloyd rounds.

    ``pull`` keeps the centres near their seeds: 0 lets them drift, 1 pins them.
    """
    centres, bias = seeds.copy(), np.zeros(len(seeds))
    reach = float(np.mean(np.var(xy, axis=0))) / len(seeds)
    target = weight.sum() / len(seeds)
    best, best_label = np.inf, np.zeros(len(xy), dtype=np.int64)
    for turn in range(rounds):
        square = ((xy[:, None] - centres[None]) ** 2).sum(axis=2)
        label = (square - bias).argmin(axis=1)
        mass = np.bincount(label, weight, len(seeds))
        if (worst := float(np.abs(mass / target - 1.0).max())) < best:
            best, best_label = worst, label
        bias += reach * np.clip(1.0 - mass / target, -1.0, 1.0) / (3.0 + turn / 8.0)
        for axis in (0, 1):
            mean = np.bincount(label, weight * xy[:, axis], len(seeds)) / np.maximum(mass, 1e-9)
            moved = np.where(mass > 0, mean, centres[:, axis])
            centres[:, axis] = pull * seeds[:, axis] + (1.0 - pull) * moved
    return best_label


def spread_seeds(rng: np.random.Generator, xy: Floats, weight: Floats, count: int) -> Floats:
    """Return ``count`` starting centres far from each other (k-means++)."""
    chosen = [int(rng.choice(len(xy), p=weight / weight.sum()))]
    while len(chosen) < count:
        square = ((xy[:, None] - xy[chosen][None]) ** 2).sum(axis=2).min(axis=1) * weight
        chosen.append(int(rng.choice(len(xy), p=square / square.sum())))
    return xy[chosen]


def in_one_piece(label: Ints, adjacency: csr_matrix, fixed: npt.NDArray[np.bool_] | None = None) -> Ints:
    """Give stray pieces of a group to the neighbour they share the longest border with.

    ``fixed`` marks labels that may neither take nor give blocks.
    """
    label = label.copy()
    pairs = adjacency.tocoo()
    count = int(label.max()) + 1
    frozen = np.zeros(count, dtype=np.bool_) if fixed is None else fixed
    for _ in range(8):
        inside = (label[pairs.row] == label[pairs.col]) & (pairs.data > 1.0)
        graph = coo_matrix((pairs.data[inside], (pairs.row[inside], pairs.col[inside])), shape=pairs.shape)
        piece = connected_components(graph, directed=False)[1]
        size = np.bincount(piece)
        largest = np.zeros(count, dtype=np.int64)
        np.maximum.at(largest, label, size[piece])
        stray = (size[piece] < largest[label]) & ~frozen[label]
        if not stray.any():
            break
        share = np.zeros((len(label), count))
        usable = stray[pairs.row] & ~stray[pairs.col] & ~frozen[label[pairs.col]]
        np.add.at(share, (piece[pairs.row[usable]], label[pairs.col[usable]]), pairs.data[usable])
        mine = share[piece[stray]]
        label[stray] = np.where(mine.max(axis=1) > 0, mine.argmax(axis=1), label[stray])
    return label
