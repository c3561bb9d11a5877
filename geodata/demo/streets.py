"""Local streets: faces between the main lines are cut again and again down to the block size of the place.

Cutting an oblong face across its middle gives T-junctions, blocks and street lengths close to those of a
town that grew; how even the cuts are tells an old centre from a housing estate.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely.ops import substring

from geodata.demo import plan
from geodata.demo.plan import Floats, Ints
from geodata.demo.skeleton import Line, Skeleton

Geometries = npt.NDArray[np.object_]
GRID = 0.5  # metres
DRAW_BACK = 14.0  # metres between a blind end and what stops it
# square metres of a block by distance from the centre in metres
TOWN_BLOCK = ([0.0, 450.0, 700.0, 2_000.0, 2_800.0], [4_500.0, 6_000.0, 9_500.0, 17_000.0, 21_000.0])
RURAL_BLOCK = 420_000.0  # square metres
NOT_STREETS = ("rail", "border", "water")


@dataclass(frozen=True, slots=True)
class Network:
    """Noded lines and the blocks between them. ``line`` gives for each edge the index of its source line."""

    edges: Geometries
    line: Ints
    lines: tuple[Line, ...]
    blocks: Geometries

    def kind(self, edge: int) -> str:
        """Return the kind of the line an edge comes from."""
        line: Line = self.lines[self.line[edge]]
        return line.kind


def urbanity(xy: Floats) -> Floats:
    """Return how urban points (n, 2) are: 1 inside a built-up area, falling to 0 some 350 m outside."""
    angle = np.arctan2(xy[:, 1], xy[:, 0])
    wave = 1.0 + 0.09 * np.sin(2 * angle + 0.7) + 0.07 * np.sin(5 * angle)
    best = np.zeros(len(xy))
    for commune in plan.COMMUNES:
        distance = np.hypot(*(xy - np.array(commune.centre)).T)
        best = np.maximum(best, np.clip(1.0 + (commune.radius * wave - distance) / 350.0, 0.0, 1.0))
    return best


def block_size(xy: Floats) -> Floats:
    """Return the block area wanted around points (n, 2), in square metres."""
    distance = np.hypot(*xy.T)
    town = np.asarray(np.interp(distance, *TOWN_BLOCK), dtype=np.float64)
    for zone, size in ((plan.PRIORITY, 36_000.0), (plan.ACTIVITY, 75_000.0)):
        for place in zone:
            town = np.where(np.hypot(*(xy - np.array(place.centre)).T) < place.radius, size, town)
    urban = urbanity(xy)
    return np.asarray(town**urban * RURAL_BLOCK ** (1.0 - urban))


def _wanted(faces: Geometries) -> Floats:
    coordinates, owner = shapely.get_coordinates(faces, return_index=True)
    logs = np.log(block_size(coordinates))
    mean = np.bincount(owner, logs, len(faces)) / np.bincount(owner, minlength=len(faces))
    centre = np.log(block_size(shapely.get_coordinates(shapely.centroid(faces))))
    return np.exp((mean + centre) / 2.0)


def _cuts(rng: np.random.Generator, faces: Geometries) -> tuple[Geometries, Geometries]:
    """Return for each face a line across its middle and the half-plane on one side of that line."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(faces)).reshape(len(faces), 5, 2)
    side = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]
    first_longer = np.hypot(*side[0].T) >= np.hypot(*side[1].T)
    long = np.where(first_longer[:, None], side[0], side[1])
    centre = corners[:, :4].mean(axis=1)
    old = np.exp(-np.hypot(*centre.T) / 900.0)[:, None]
    centre = centre + long * rng.uniform(-0.12, 0.12, (len(faces), 1))
    reach = np.hypot(*long.T)[:, None]
    along = long / reach
    turn = rng.normal(0.0, 1.0, (len(faces), 1)) * (0.045 + 0.16 * old)
    along = along * np.cos(turn) + np.stack([-along[:, 1], along[:, 0]], 1) * np.sin(turn)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    bend = rng.normal(0.0, 1.0, (len(faces), 1)) * (0.03 + 0.03 * old)
    steps = np.linspace(-0.8, 0.8, 9)
    curve = bend * (1.0 - (steps / 0.5) ** 2) * (np.abs(steps) < 0.5)
    path = centre[:, None] + reach[:, :, None] * (
        across[:, None] * steps[None, :, None] + along[:, None] * curve[:, :, None]
    )
    far = path[:, ::-1] + (along * reach * 3.0)[:, None]
    half = shapely.polygons(np.concatenate([path, far], axis=1))
    return shapely.linestrings(path), half


def _cut(rng: np.random.Generator, faces: Geometries) -> tuple[Geometries, Geometries]:
    """Cut each face in two; return the pieces and the street pieces drawn."""
    lines, halves = _cuts(rng, faces)
    halves = shapely.make_valid(halves)
    pieces = np.concatenate([shapely.intersection(faces, halves), shapely.difference(faces, halves)])
    parts = shapely.get_parts(pieces)
    parts = parts[shapely.get_type_id(parts) == 3]
    drawn = shapely.get_parts(shapely.line_merge(shapely.intersection(lines, faces)))
    return parts[shapely.area(parts) > 400.0], drawn[shapely.length(drawn) > 8.0]


def _subdivide(rng: np.random.Generator, faces: Geometries) -> list[Line]:
    lines: list[Line] = []
    for _ in range(16):
        ratio = shapely.area(faces) / _wanted(faces)
        large = ratio > rng.uniform(1.35, 1.9, len(faces))
        if not large.any():
            break
        faces, drawn = _cut(rng, faces[large])
        long = shapely.length(drawn) > 520.0
        lines += [Line("tertiary" if far else "residential", d) for d, far in zip(drawn, long, strict=True)]
    return lines


def _dead_ends(rng: np.random.Generator, blocks: Geometries) -> list[Line]:
    area = shapely.area(blocks)
    centre = shapely.get_coordinates(shapely.centroid(blocks))
    fit = (area > 11_000.0) & (area < 60_000.0) & (np.hypot(*centre.T) > 900.0) & (urbanity(centre) > 0.8)
    chosen = blocks[fit & (rng.random(len(blocks)) < 0.45)]
    lines, _ = _cuts(rng, chosen)
    inside = shapely.get_parts(shapely.line_merge(shapely.intersection(lines, chosen)))
    inside = inside[shapely.length(inside) > 70.0]
    share = rng.uniform(0.45, 0.68, len(inside))
    ends = [substring(g, 0.0, s, normalized=True) for g, s in zip(inside, share, strict=True)]
    return [Line("dead end", end) for end in ends]


def _noded(lines: list[Line]) -> Geometries:
    """Return the lines cut wherever they meet, on a grid of half a metre."""
    return np.asarray(shapely.get_parts(shapely.union_all([line.geometry for line in lines], grid_size=GRID)))


def _owners(edges: Geometries, lines: list[Line]) -> Ints:
    """Return the index of the line each edge is a piece of."""
    middle = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    tree = shapely.STRtree([line.geometry for line in lines])
    edge, source = tree.query_nearest(middle, max_distance=4 * GRID, all_matches=False)
    owner = np.empty(len(edges), dtype=np.int64)
    owner[edge] = source
    return owner


def ends(edges: Geometries) -> tuple[Ints, int]:
    """Return node numbers (n, 2) of the two ends of each edge, and how many nodes there are."""
    tips = np.stack([shapely.get_point(edges, 0), shapely.get_point(edges, -1)], axis=1)
    keys = np.round(shapely.get_coordinates(tips.ravel()) * 2.0).astype(np.int64)
    unique, inverse = np.unique(keys, axis=0, return_inverse=True)
    return inverse.reshape(-1, 2), len(unique)


def main_component(edges: Geometries) -> npt.NDArray[np.bool_]:
    """Return which edges belong to the largest connected part of the graph."""
    nodes, count = ends(edges)
    graph = coo_matrix((np.ones(len(edges)), (nodes[:, 0], nodes[:, 1])), shape=(count, count))
    label = connected_components(graph, directed=False)[1]
    here = label[nodes[:, 0]]
    mask: npt.NDArray[np.bool_] = here == np.bincount(here).argmax()
    return mask


def _drawn_back(streets: Geometries, barriers: Geometries) -> Geometries:
    """Return the streets, those that end blindly at the railway, the river or the border stopping short."""
    nodes, count = ends(np.concatenate([streets, barriers]))
    use = np.bincount(nodes[: len(streets)].ravel(), minlength=count)
    at_barrier = np.zeros(count, dtype=np.bool_)
    at_barrier[nodes[len(streets) :].ravel()] = True
    blind = (use == 1) & at_barrier
    short = streets.copy()
    for k in np.flatnonzero(blind[nodes[: len(streets)]].any(axis=1)):
        start, end = (DRAW_BACK if blind[n] else 0.0 for n in nodes[k])
        length = shapely.length(streets[k])
        if length > start + end + 5.0:
            cut = substring(streets[k], start, length - end)
            short[k] = shapely.set_precision(cut, GRID)
    return short


def lay(seed: int, skeleton: Skeleton) -> Network:
    """Return the street network and the blocks of the city of ``seed``."""
    rng = plan.generator(seed, 2)
    lines = list(skeleton.lines)
    edges = _noded(lines)
    faces = shapely.get_parts(shapely.polygonize(edges))
    shapely.prepare(skeleton.river)
    still = shapely.union_all([skeleton.river, *skeleton.parks])
    inside = shapely.contains(still, shapely.point_on_surface(faces))
    lines += _subdivide(rng, faces[~inside])
    edges = _noded(lines)
    blocks = shapely.get_parts(shapely.polygonize(edges))
    lines += _dead_ends(rng, blocks[~shapely.contains(still, shapely.point_on_surface(blocks))])
    edges = _noded(lines)
    owner = _owners(edges, lines)
    street = np.array([lines[k].kind not in NOT_STREETS for k in owner])
    edges[street] = _drawn_back(edges[street], edges[~street])
    keep = ~street
    keep[street] = main_component(edges[street])
    return Network(edges[keep], owner[keep], tuple(lines), blocks)
