"""What routing needs of an OpenStreetMap extract: roads, ferries, turn restrictions, near the territory."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import osmium

from app.errors import SourceError
from app.sources.refusal import refusal

Box = tuple[float, float, float, float]  # west, south, east, north, in degrees
WANTED = ("highway", "route")
RESTRICTION = re.compile(r"restriction(:.*)?")


def write_roads(source: Path, target: Path, box: Box | None) -> int:
    """Write the roads of an extract that touch a box, whole, into ``target``; return how many ways.

    Without a box, all of them. A way is looked at by its first, middle and last points, which is enough for
    a box with a margin. Raises SourceError for a file that is cut, damaged, or has no road there.
    """
    if source.suffixes[-2:] != [".osm", ".pbf"]:
        raise refusal(
            source, "Un graphe se construit d'un extrait OpenStreetMap en .osm.pbf", "Donnez ce fichier."
        )
    try:
        roads = osmium.IdTracker()
        count = 0
        for way in _near(source, box):
            roads.add_way(way.id)
            count += 1
        if count:
            _write(source, target, roads)
    except (RuntimeError, ValueError) as error:
        if target.exists() and "write" in str(error).lower():
            raise OSError(str(error)) from error
        raise refusal(source, "L'extrait OpenStreetMap est coupé ou abîmé") from error
    if not count:
        raise _no_road(source, box)
    return count


def _no_road(source: Path, box: Box | None) -> SourceError:
    where = " sur le territoire" if box else ""
    return refusal(
        source,
        f"L'extrait OpenStreetMap n'a aucune route{where}",
        "Prenez l'extrait de la région où est le territoire.",
    )


def _near(source: Path, box: Box | None) -> Iterator[osmium.osm.Way]:
    entities = osmium.osm.NODE | osmium.osm.WAY
    reader = osmium.FileProcessor(str(source), entities if box else osmium.osm.WAY)
    if box:
        reader = reader.with_locations()
    # Nodes have been read for their places when the filter drops them.
    reader = reader.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(
        osmium.filter.KeyFilter(*WANTED)
    )
    for way in cast(Iterable[osmium.osm.Way], reader):
        if len(way.nodes) > 1 and (box is None or _touches(way, box)):
            yield way


def _touches(way: osmium.osm.Way, box: Box) -> bool:
    west, south, east, north = box
    for rank in (0, len(way.nodes) // 2, -1):
        place = way.nodes[rank].location
        if place.valid() and west <= place.lon <= east and south <= place.lat <= north:
            return True
    return False


def _write(source: Path, target: Path, roads: osmium.IdTracker) -> None:
    ways = roads.way_ids()
    relations = osmium.FileProcessor(str(source), osmium.osm.RELATION).with_filter(
        osmium.filter.KeyFilter("type")
    )
    restrictions = [
        relation.id
        for relation in cast(Iterable[osmium.osm.Relation], relations)
        if RESTRICTION.fullmatch(relation.tags["type"])
        and all(member.type != "w" or ways.get(member.ref) for member in relation.members)
    ]
    roads.complete_backward_references(str(source), relation_depth=0)
    for relation in restrictions:
        roads.add_relation(relation)
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for found in osmium.FileProcessor(str(source)).with_filter(roads.id_filter()):
            writer.add(found)
