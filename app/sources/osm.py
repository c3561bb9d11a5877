"""OpenStreetMap extracts: the objects of a base map (water, rivers, railways, parks, roads, places)."""

import re
from collections.abc import Iterator, Mapping

import osmium

from app.sources.catalogue import REGISTERS, RegisterName
from app.sources.containers import Content
from app.sources.finding import Finding
from app.sources.places import WGS84
from app.sources.refusal import refusal
from app.sources.rows import Rejects, Row

KEYS = ("highway", "waterway", "railway", "natural", "landuse", "leisure", "place")
READ_BYTES = 1 << 20

ROADS = {
    **dict.fromkeys(("motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link"), "1"),
    **dict.fromkeys(("secondary", "secondary_link"), "2"),
    **dict.fromkeys(("tertiary", "tertiary_link"), "3"),
    **dict.fromkeys(("residential", "unclassified", "living_street", "pedestrian", "road", "service"), "4"),
    **dict.fromkeys(("track", "cycleway", "footway", "path", "steps", "bridleway"), "4"),
}
SMALL_SERVICES = {"driveway", "parking_aisle", "drive-through", "emergency_access"}
RAILWAYS = {"rail": "1", "light_rail": "2", "narrow_gauge": "2", "tram": "2"}
RIVERS = {"river": "1", "canal": "2", "stream": "3"}
PLACES = {
    **{"city": "1", "town": "2", "village": "3", "suburb": "3"},
    **dict.fromkeys(("quarter", "neighbourhood", "hamlet", "locality"), "4"),
}
PARKS = {
    "leisure": {"park", "garden", "nature_reserve"},
    "landuse": {"forest", "recreation_ground", "village_green", "cemetery"},
    "natural": {"wood"},
}
WATERS = {"natural": {"water"}, "landuse": {"reservoir", "basin"}, "waterway": {"riverbank"}}

Tags = Mapping[str, str]
Entity = osmium.osm.Node | osmium.osm.Way | osmium.osm.Relation | osmium.osm.Area | osmium.osm.Changeset


def line_kind(tags: Tags) -> tuple[str, str] | None:
    """Return the kind and rank of a way drawn as a line, None when the base map leaves it out."""
    road = ROADS.get(tags.get("highway", ""))
    if (
        road
        and tags.get("service") not in SMALL_SERVICES
        and tags.get("footway") not in {"sidewalk", "crossing"}
    ):
        return "road", road
    railway = RAILWAYS.get(tags.get("railway", ""))
    if railway and tags.get("service") is None:
        return "railway", railway
    river = RIVERS.get(tags.get("waterway", ""))
    return ("river", river) if river else None


def area_kind(tags: Tags) -> tuple[str, str] | None:
    """Return the kind and rank of an area, None when the base map leaves it out."""
    if any(tags.get(key) in values for key, values in WATERS.items()):
        return "water", "1"
    if any(tags.get(key) in values for key, values in PARKS.items()):
        return "park", "1"
    return None


def recognise_osm(content: Content, _expected: RegisterName | None) -> Finding:
    """Recognise an OpenStreetMap extract. Raises SourceError when it lies deeper than one compression."""
    if content.wrapping in {"zip", "7z"}:
        raise refusal(
            content.path, "Un extrait OpenStreetMap dans une archive ne se lit pas", "Décompressez-le."
        )
    form = "pbf" if content.kind == "osm_pbf" else "osm"
    return Finding(
        register=REGISTERS["osm"],
        variant="extrait PBF" if form == "pbf" else "extrait XML",
        rows=lambda rejects: osm_rows(content, rejects),
        encoding="utf-8",
        srid=WGS84,
    )


def osm_rows(content: Content, rejects: Rejects) -> Iterator[Row]:
    """Yield the base map of an extract: lines, then areas. Raises SourceError when it is cut or malformed."""
    if content.wrapping == "gzip":
        _measure(content)
    form = "pbf" if content.kind == "osm_pbf" else "osm"
    suffix = ".gz" if content.wrapping == "gzip" else ""
    try:
        yield from _objects(osmium.io.File(str(content.path), f"{form}{suffix}"), rejects)
    except RuntimeError as e:
        found = re.search(r"line (\d+)", str(e))
        line = int(found[1]) if found else None
        raise refusal(content.path, "L'extrait OpenStreetMap est coupé ou abîmé", line=line) from e


def _measure(content: Content) -> None:
    """Read a gzip to its end once: a bomb or a cut file is refused before osmium meets it."""
    with content.open() as stream:
        while stream.read(READ_BYTES):
            pass


def _objects(source: osmium.io.File, rejects: Rejects) -> Iterator[Row]:
    wkb = osmium.geom.WKBFactory()
    reader = osmium.FileProcessor(source).with_areas().with_filter(osmium.filter.KeyFilter(*KEYS))
    for rank, found in enumerate(reader, 1):
        tags = {} if isinstance(found, osmium.osm.Changeset) else {tag.k: tag.v for tag in found.tags}
        kind = _kind(found, tags)
        if kind is None:
            continue
        try:
            geometry = _geometry(wkb, found)
        except (osmium.InvalidLocationError, RuntimeError):
            rejects.add(rank, "objet dont des points manquent dans l'extrait", kind[0])
            continue
        yield kind[0], tags.get("name"), kind[1], geometry, str(WGS84)


def _kind(found: Entity, tags: Tags) -> tuple[str, str] | None:
    if isinstance(found, osmium.osm.Node):
        rank = PLACES.get(tags.get("place", ""))
        return ("place", rank) if rank and tags.get("name") else None
    if isinstance(found, osmium.osm.Way):
        return line_kind(tags)
    return area_kind(tags) if isinstance(found, osmium.osm.Area) else None


def _geometry(wkb: osmium.geom.WKBFactory, found: Entity) -> str:
    if isinstance(found, osmium.osm.Node):
        return str(wkb.create_point(found))
    if isinstance(found, osmium.osm.Way):
        return str(wkb.create_linestring(found))
    if isinstance(found, osmium.osm.Area):
        return str(wkb.create_multipolygon(found))
    raise TypeError(type(found).__name__)
