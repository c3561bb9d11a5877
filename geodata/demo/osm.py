"""The OpenStreetMap extract: streets that can be routed on, water, railway, parks, land use, places."""

from pathlib import Path
from typing import Final

import numpy as np
import osmium
import shapely

from geodata.demo import plan
from geodata.demo.addresses import street_names, to_lonlat
from geodata.demo.city import City
from geodata.demo.names import NATURE, StreetName
from geodata.demo.oneway import one_way_edges
from geodata.demo.plan import Floats, Ints
from geodata.demo.streets import NOT_STREETS, urbanity

STAMP: Final = "2025-11-01T00:00:00Z"
Tags = dict[str, str]
MAIN: Final = {"primary": ("50", "2"), "secondary": ("50", "2"), "tertiary": ("50", "2")}
AREAS: Final = {
    "activity": "industrial",
    "urban": "residential",
    "estate": "residential",
    "rural": "farmland",
    "wood": "forest",
}


class Extract:
    """Collects nodes, ways and relations, then writes them sorted; places are merged to half a metre."""

    def __init__(self) -> None:
        self._keys: dict[tuple[int, int], int] = {}
        self._xy: list[tuple[float, float]] = []
        self._tags: dict[int, Tags] = {}
        self._ways: list[tuple[list[int], Tags]] = []
        self._relations: list[tuple[list[tuple[int, str]], Tags]] = []

    def node(self, x: float, y: float, tags: Tags | None = None) -> int:
        """Return the id of the node at a place in local metres, adding tags if given."""
        key = (round(x * 2.0), round(y * 2.0))
        number = self._keys.get(key)
        if number is None:
            number = self._keys[key] = len(self._xy) + 1
            self._xy.append((x, y))
        if tags:
            self._tags.setdefault(number, {}).update(tags)
        return number

    def path(self, xy: Floats) -> list[int]:
        """Return the node ids along coordinates (n, 2), without repeats in a row."""
        numbers = [self.node(float(x), float(y)) for x, y in xy]
        return [n for k, n in enumerate(numbers) if k == 0 or n != numbers[k - 1]]

    def way(self, nodes: list[int], tags: Tags) -> int:
        """Add a way and return its id."""
        self._ways.append((nodes, tags))
        return len(self._ways)

    def area(self, geometry: shapely.Geometry, tags: Tags) -> None:
        """Add polygons: a closed way each, or a multipolygon relation where there are holes."""
        for polygon in shapely.get_parts(geometry):
            outer = self.path(shapely.get_coordinates(polygon.exterior))
            if len(outer) < 4:
                continue
            if not polygon.interiors:
                self.way(outer, tags)
                continue
            members = [(self.way(outer, {}), "outer")]
            members += [
                (self.way(self.path(shapely.get_coordinates(r)), {}), "inner") for r in polygon.interiors
            ]
            self._relations.append((members, {"type": "multipolygon", **tags}))

    def write(self, path: Path) -> Path:
        """Write everything in the order of ids, with one date and version throughout."""
        path.unlink(missing_ok=True)
        header = osmium.io.Header()
        header.set("generator", "demo city (fictitious)")
        writer = osmium.SimpleWriter(str(path), header=header)
        mutable = osmium.osm.mutable
        try:
            for k, (lon, lat) in enumerate(to_lonlat(np.array(self._xy)).tolist(), start=1):
                tags = self._tags.get(k, {})
                place = (round(lon, 7), round(lat, 7))
                writer.add_node(mutable.Node(id=k, location=place, tags=tags, version=1, timestamp=STAMP))
            for k, (nodes, tags) in enumerate(self._ways, start=1):
                writer.add_way(mutable.Way(id=k, nodes=nodes, tags=tags, version=1, timestamp=STAMP))
            for k, (members, tags) in enumerate(self._relations, start=1):
                listed = [("w", ref, role) for ref, role in members]
                writer.add_relation(
                    mutable.Relation(id=k, members=listed, tags=tags, version=1, timestamp=STAMP)
                )
        finally:
            writer.close()
        return path


def _street_tags(kind: str, name: StreetName | None, distance: float, urban: bool, bridge: bool) -> Tags:
    """Return the tags of a street from its class and place."""
    tags: Tags = {"name": str(name)} if name else {}
    if kind in MAIN:
        speed, lanes = MAIN[kind]
        tags |= {"highway": kind, "maxspeed": speed if urban else "80", "lanes": lanes}
        tags |= {"sidewalk": "both"} if urban else {"sidewalk": "no"}
        if kind == "primary" and urban:
            tags["cycleway"] = "lane"
    elif kind == "park":
        tags |= {"highway": "footway", "surface": "fine_gravel"}
    elif not urban:
        tags |= {"highway": "path" if kind == "quay" else "unclassified"}
        tags |= {"surface": "compacted"} if kind == "quay" else {"maxspeed": "80"}
    elif kind == "residential" and name and len(name.rest) % 3 == 0 and distance < 520.0:
        tags |= {"highway": "pedestrian"}
    elif kind == "residential" and distance < 620.0:
        tags |= {"highway": "living_street", "maxspeed": "20"}
    else:
        tags |= {"highway": "residential", "maxspeed": "30", "sidewalk": "both"}
    if bridge:
        tags |= {"bridge": "yes", "layer": "1"}
    return tags


def _runs(
    city: City, line: int, edges: Ints, bridge: Ints, one_way: Ints
) -> list[tuple[list[Floats], int, int]]:
    """Chain the edges of one street that touch and agree, in the order of the street."""
    source = city.network.lines[line].geometry
    found: list[tuple[list[Floats], int, int]] = []
    middle = shapely.line_interpolate_point(city.network.edges[edges], 0.5, normalized=True)
    for e in edges[np.argsort(shapely.line_locate_point(source, middle), kind="stable")]:
        xy = shapely.get_coordinates(city.network.edges[e])
        start, end = shapely.line_locate_point(source, shapely.points(xy[[0, -1]]))
        if start > end:
            xy = xy[::-1]
        same = found and (found[-1][1], found[-1][2]) == (bridge[e], one_way[e])
        if same and np.allclose(found[-1][0][-1][-1], xy[0], atol=0.1):
            found[-1][0].append(xy)
        else:
            found.append(([xy], int(bridge[e]), int(one_way[e])))
    return found


def _streets(city: City, extract: Extract) -> None:
    network = city.network
    names = street_names(city.seed, network.lines, city.blocks)
    middle = shapely.line_interpolate_point(network.edges, 0.5, normalized=True)
    bridge = shapely.contains(shapely.buffer(city.skeleton.river, -3.0), middle).astype(np.int64)
    one_way = one_way_edges(city.seed, network)
    for line in np.unique(network.line).tolist():
        kind = network.lines[line].kind
        if kind in NOT_STREETS:
            continue
        edges = np.flatnonzero(network.line == line)
        for pieces, over_water, single in _runs(city, line, edges, bridge, one_way):
            xy = np.vstack(pieces)
            centre = xy.mean(axis=0)
            urban = bool(urbanity(centre[None])[0] > 0.4)
            tags = _street_tags(kind, names[line], float(np.hypot(*centre)), urban, bool(over_water))
            if single and tags["highway"] == "residential":
                tags["oneway"] = "yes"
            extract.way(extract.path(xy), tags)


def _railway(city: City, extract: Extract) -> None:
    """Add the railway; it shares a node with the streets that cross on the level, not with the avenues."""
    network = city.network
    grade = np.array([network.kind(e) in ("primary", "secondary") for e in range(len(network.edges))])
    tips = shapely.get_coordinates(shapely.boundary(network.edges[grade]))
    apart = {(round(x * 2.0), round(y * 2.0)) for x, y in tips.tolist()}
    rail = np.flatnonzero([network.kind(e) == "rail" for e in range(len(network.edges))])
    streets = np.flatnonzero([network.kind(e) not in NOT_STREETS for e in range(len(network.edges))])
    crossing = {
        (round(x * 2.0), round(y * 2.0))
        for x, y in shapely.get_coordinates(shapely.boundary(network.edges[streets])).tolist()
    } - apart
    xy = np.vstack([shapely.get_coordinates(network.edges[e]) for e in rail])
    order = np.argsort(shapely.line_locate_point(city.skeleton.rail, shapely.points(xy)), kind="stable")
    nodes: list[int] = []
    for x, y in xy[order].tolist():
        key = (round(x * 2.0), round(y * 2.0))
        if key in apart:
            continue
        number = extract.node(x, y, {"railway": "level_crossing"} if key in crossing else None)
        if not nodes or nodes[-1] != number:
            nodes.append(number)
    extract.way(nodes, {"railway": "rail", "usage": "main", "electrified": "contact_line", "gauge": "1435"})
    extract.node(8.0, -1_384.0, {"railway": "station", "name": "Gare d'Aubrelle-la-Fictive"})


def _ground(city: City, extract: Extract) -> None:
    """Add water, parks and land use."""
    axis = shapely.intersection(city.skeleton.river_axis, city.skeleton.outline)
    extract.way(
        extract.path(shapely.get_coordinates(axis)), {"waterway": "river", "name": "L'Aubre (fictive)"}
    )
    extract.area(city.skeleton.river, {"natural": "water", "water": "river", "name": "L'Aubre (fictive)"})
    for zone, park in zip(plan.PARKS, city.skeleton.parks, strict=True):
        extract.area(park, {"leisure": "park", "name": zone.name})
    gardens = np.flatnonzero(city.blocks.use == "garden")
    for k, name in zip(gardens.tolist(), NATURE, strict=False):
        extract.area(
            shapely.buffer(city.blocks.polygons[k], -7.0, quad_segs=2),
            {"leisure": "park", "name": f"Jardin des {name}"},
        )
    for use, value in AREAS.items():
        joined = shapely.coverage_union_all(city.blocks.polygons[city.blocks.use == use])
        if use == "wood":
            joined = shapely.simplify(shapely.buffer(shapely.buffer(joined, -95.0), 80.0), 2.0)
        extract.area(joined, {"landuse": value})


def _places(city: City, extract: Extract) -> None:
    """Add the names of the city, its neighbours, its quartiers and its priority neighbourhoods."""
    for commune in plan.COMMUNES:
        rank = "city" if commune is plan.CITY else "town" if commune.population > 5_000 else "village"
        tags = {"place": rank, "name": commune.name, "population": str(commune.population)}
        extract.node(commune.centre[0] + 6.0, commune.centre[1] + 6.0, tags)
    for (name, _), polygon in zip(plan.QUARTIERS, city.quartiers, strict=True):
        middle = polygon.centroid if polygon.contains(polygon.centroid) else polygon.point_on_surface()
        up = 250.0 if np.hypot(middle.x, middle.y) < 300.0 else 0.0  # clear of the name of the city
        extract.node(middle.x, middle.y + up, {"place": "suburb", "name": name})
    known = {name for name, _ in plan.QUARTIERS}
    for zone in (zone for zone in plan.PRIORITY if zone.name not in known):
        extract.node(
            zone.centre[0] - 9.0, zone.centre[1] - 9.0, {"place": "neighbourhood", "name": zone.name}
        )


def write(path: Path, city: City) -> Path:
    """Write the extract of the whole city."""
    extract = Extract()
    _streets(city, extract)
    _railway(city, extract)
    _ground(city, extract)
    _places(city, extract)
    return extract.write(path)
