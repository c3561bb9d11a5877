"""Valhalla's routing tiles read as arrays: the same streets, lengths, speeds and rights as Valhalla's own.

The bindings give a tile's header and the shape of an edge, but no list of edges, so the records are read
from the files. A tile holds its header, then its nodes (32 bytes each), the transitions between levels of
the hierarchy (8), the directed edges (48); all are little-endian bit fields (valhalla/baldr: nodeinfo.h,
nodetransition.h, directededge.h, version 3 of the tiles). ``read_tiles`` checks that what it read fits
together, and refuses tiles written in another way.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from valhalla import _valhalla

from app.errors import SetupError

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

NODE_WORDS, EDGE_WORDS, WORD = 4, 6, 8
GRAPH_ID = (0, 46)
TRANSIT_LEVEL = 3
FIRST_TRANSIT_USE = 50  # links to platforms and lines
TILE_BITS = 25  # level (3 bits) and tile (22); the rank inside the tile comes after
# Where a field lies in its record: word, first bit, number of bits.
NODE = {
    "lat6": (0, 0, 22), "lat7": (0, 22, 4), "lon6": (0, 26, 22), "lon7": (0, 48, 4),
    "edge_index": (1, 0, 21), "edge_count": (1, 21, 7), "signal": (1, 61, 1),
    "transition_index": (2, 0, 21), "transition_count": (2, 21, 3),
}  # fmt: skip
EDGE = {
    "end": (0, *GRAPH_ID), "opposite": (0, 54, 7), "forward": (0, 61, 1),
    "speed": (2, 0, 8), "use": (2, 40, 6), "surface": (2, 57, 3),
    "access": (3, 0, 12), "length": (4, 32, 24), "shortcut": (5, 60, 1),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TileGraph:
    """The directed edges of a set of tiles, (n,) arrays; a place of several levels is one node.

    ``lonlat`` is (nodes, 2) in degrees. ``graph_id`` names each edge for Valhalla; ``opposite`` is the rank
    of the edge that goes back. Lengths are metres, speeds km/h; shortcuts are left out.
    """

    lonlat: NDArray[np.float64]
    signal: NDArray[np.bool_]
    start: Ints
    end: Ints
    opposite: Ints
    graph_id: Ints
    length: NDArray[np.float64]
    speed: NDArray[np.float64]
    use: Ints
    surface: Ints
    access: Ints


@dataclass(frozen=True, slots=True)
class _Tile:
    """One file: its records as 64-bit words, and where its nodes and edges begin among all."""

    key: int
    base: tuple[float, float]
    nodes: Words
    transitions: Words
    edges: Words
    first_node: int
    first_edge: int

    def node(self, name: str) -> Ints:
        return _field(self.nodes, *NODE[name])

    def edge(self, name: str) -> Ints:
        return _field(self.edges, *EDGE[name])


def read_tiles(folder: Path) -> TileGraph:
    """Read every tile under ``folder``. Raises SetupError when they are not laid out as we know."""
    try:
        tiles = list(_tiles(folder))
        graph = _joined(tiles)
    except (ValueError, IndexError, RuntimeError) as error:
        raise _unknown_layout() from error
    if len(graph.start) and not np.array_equal(graph.start, graph.end[graph.opposite]):
        raise _unknown_layout()
    return graph


def _unknown_layout() -> SetupError:
    return SetupError(
        f"Les tuiles écrites par Valhalla {_valhalla.VALHALLA_PRINT_VERSION} ne se lisent pas : "
        "leur forme a changé. Le graphe n'a pas été construit.",
        hint="Installez les versions du verrou : scripts/setup.",
    )


def _tiles(folder: Path) -> Iterator[_Tile]:
    first_node = first_edge = 0
    for path in sorted(folder.rglob("*.gph")):
        if _valhalla.GraphId.from_tile_path(str(path)).level() == TRANSIT_LEVEL:
            continue
        header = _valhalla.GraphTileHeader.from_file(path)
        content = path.read_bytes()
        at = header.byte_size()
        nodes, at = _records(content, at, header.nodecount, NODE_WORDS)
        transitions, at = _records(content, at, header.transitioncount, 1)
        edges, _ = _records(content, at, header.directededgecount, EDGE_WORDS)
        tile = _Tile(header.graphid.value, header.base_ll, nodes, transitions, edges, first_node, first_edge)
        counts, firsts = tile.node("edge_count"), tile.node("edge_index")
        if not np.array_equal(firsts, np.cumsum(counts) - counts) or counts.sum() != len(edges):
            raise ValueError(path.name)
        first_node, first_edge = first_node + len(nodes), first_edge + len(edges)
        yield tile


def _records(content: bytes, at: int, count: int, words: int) -> tuple[Words, int]:
    found = np.frombuffer(content, "<u8", count * words, at).reshape(count, words)
    return found.astype(np.uint64), at + count * words * WORD


def _field(records: Words, word: int, low: int, size: int) -> Ints:
    column = records[:, word]
    return ((column >> np.uint64(low)) & np.uint64((1 << size) - 1)).astype(np.int64)


def _joined(tiles: list[_Tile]) -> TileGraph:
    keys = np.array([tile.key for tile in tiles], dtype=np.int64)
    order = np.argsort(keys)
    first_nodes = np.array([tile.first_node for tile in tiles], dtype=np.int64)[order]

    def node_of(graph_id: Ints) -> Ints:
        key = graph_id & ((1 << TILE_BITS) - 1)
        place = np.searchsorted(keys[order], key)
        if len(key) and not np.array_equal(keys[order][place], key):
            raise ValueError("tile")
        return np.asarray(first_nodes[place] + (graph_id >> TILE_BITS))

    place = _places(tiles, node_of)
    start = np.concatenate([
        tile.first_node + np.repeat(np.arange(len(tile.nodes)), tile.node("edge_count")) for tile in tiles
    ])  # fmt: skip
    streets = np.flatnonzero((_edges(tiles, "shortcut") == 0) & (_edges(tiles, "use") < FIRST_TRANSIT_USE))
    end = node_of(_edges(tiles, "end")[streets])
    node_edges = np.concatenate([tile.first_edge + tile.node("edge_index") for tile in tiles])
    opposite = node_edges[end] + _edges(tiles, "opposite")[streets]
    graph_id = np.concatenate([
        tile.key + (np.arange(len(tile.edges), dtype=np.int64) << TILE_BITS) for tile in tiles
    ])  # fmt: skip
    rank = np.full(len(start), -1, dtype=np.int64)
    rank[streets] = np.arange(len(streets))
    return TileGraph(
        lonlat=np.concatenate([_lonlat(tile) for tile in tiles])[np.unique(place, return_index=True)[1]],
        signal=_signals(tiles, place),
        start=place[start[streets]],
        end=place[end],
        opposite=rank[opposite],
        graph_id=graph_id[streets],
        length=_edges(tiles, "length")[streets].astype(float),
        speed=_edges(tiles, "speed")[streets].astype(float),
        use=_edges(tiles, "use")[streets],
        surface=_edges(tiles, "surface")[streets],
        access=_edges(tiles, "access")[streets],
    )


def _edges(tiles: list[_Tile], name: str) -> Ints:
    return np.concatenate([tile.edge(name) for tile in tiles])


def _signals(tiles: list[_Tile], place: Ints) -> NDArray[np.bool_]:
    """Say which places have traffic lights, at any level."""
    signal = np.zeros(place.max(initial=-1) + 1, dtype=bool)
    np.logical_or.at(signal, place, np.concatenate([tile.node("signal") for tile in tiles]) > 0)
    return signal


def _lonlat(tile: _Tile) -> NDArray[np.float64]:
    west, south = tile.base
    lon = west + tile.node("lon6") * 1e-6 + tile.node("lon7") * 1e-7
    lat = south + tile.node("lat6") * 1e-6 + tile.node("lat7") * 1e-7
    return np.column_stack([lon, lat])


def _places(tiles: list[_Tile], node_of: Callable[[Ints], Ints]) -> Ints:
    """Number the places: nodes of different levels that a transition links are one."""
    count = sum(len(tile.nodes) for tile in tiles)
    here = [
        tile.first_node + np.repeat(np.arange(len(tile.nodes)), tile.node("transition_count"))
        for tile in tiles
    ]
    there = [node_of(_field(tile.transitions, 0, *GRAPH_ID)) for tile in tiles]
    pair = (np.concatenate(here), np.concatenate(there))
    links = coo_array((np.ones(len(pair[0]), dtype=np.int8), pair), shape=(count, count))
    _, place = connected_components(links, directed=False)
    return np.asarray(place, dtype=np.int64)
