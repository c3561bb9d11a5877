"""OpenStreetMap extracts become the objects of a base map."""

import gzip
from collections.abc import Callable
from pathlib import Path

import osmium
import pytest
import shapely

from app.errors import SourceError
from app.sources.osm import area_kind, line_kind
from tests.unit.sources.conftest import Read, Write

Twin = Callable[[str], Path]


def test_the_objects_of_the_base_map_are_kept_with_kind_and_rank(twin: Twin, read: Read) -> None:
    rows = read(twin("extrait.osm")).rows
    assert {(row["kind"], row["rank"], row["name"]) for row in rows} == {
        ("place", "3", "Le Port"),
        ("road", "1", "Rue du Môle"),
        ("road", "4", None),
        ("railway", "1", None),
        ("river", "1", "L'Aubre"),
        ("park", "1", None),
        ("water", "1", None),
    }


def test_lines_are_lines_areas_are_polygons_places_are_points(twin: Twin, read: Read) -> None:
    shapes = {row["kind"]: shapely.from_wkb(row["geom"]).geom_type for row in read(twin("extrait.osm")).rows}
    assert shapes == {
        "place": "Point",
        "road": "LineString",
        "railway": "LineString",
        "river": "LineString",
        "park": "MultiPolygon",
        "water": "MultiPolygon",
    }


def test_a_multipolygon_keeps_its_hole(twin: Twin, read: Read) -> None:
    water = next(row for row in read(twin("extrait.osm")).rows if row["kind"] == "water")
    assert len(shapely.from_wkb(water["geom"]).geoms[0].interiors) == 1


def test_a_way_whose_points_are_missing_is_rejected(twin: Twin, read: Read) -> None:
    assert read(twin("extrait.osm")).rejects.counts == {"objet dont des points manquent dans l'extrait": 1}


def test_pbf_and_xml_give_the_same_rows(twin: Twin, read: Read, tmp_path: Path) -> None:
    binary = tmp_path / "extrait.osm.pbf"
    with osmium.SimpleWriter(str(binary)) as writer:
        for entity in osmium.FileProcessor(str(twin("extrait.osm"))):
            writer.add(entity)
    nameless = binary.rename(tmp_path / "extrait")
    found = read(nameless)
    assert found.file.variant == "extrait PBF"
    assert found.rows == read(twin("extrait.osm")).rows


def test_a_truncated_extract_is_refused(twin: Twin, read: Read, write: Write) -> None:
    with pytest.raises(SourceError, match="coupé ou abîmé"):
        read(write("extrait.osm", twin("extrait.osm").read_bytes()[:1500]))


def test_a_truncated_compressed_extract_is_refused(twin: Twin, read: Read, write: Write) -> None:
    packed = gzip.compress(twin("extrait.osm").read_bytes())
    with pytest.raises(SourceError, match="coupé ou abîmé"):
        read(write("extrait.osm.gz", packed[:-30]))


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "motorway_link"}, ("road", "1")),
        ({"highway": "secondary"}, ("road", "2")),
        ({"highway": "tertiary"}, ("road", "3")),
        ({"highway": "footway"}, ("road", "4")),
        ({"highway": "footway", "footway": "sidewalk"}, None),
        ({"highway": "service", "service": "parking_aisle"}, None),
        ({"highway": "construction"}, None),
        ({"railway": "rail", "service": "siding"}, None),
        ({"waterway": "canal"}, ("river", "2")),
        ({"building": "yes"}, None),
    ],
)
def test_ways_are_ranked_or_left_out(tags: dict[str, str], kind: tuple[str, str] | None) -> None:
    assert line_kind(tags) == kind


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"natural": "water"}, ("water", "1")),
        ({"waterway": "riverbank"}, ("water", "1")),
        ({"landuse": "forest"}, ("park", "1")),
        ({"landuse": "residential"}, None),
    ],
)
def test_areas_are_water_parks_or_left_out(tags: dict[str, str], kind: tuple[str, str] | None) -> None:
    assert area_kind(tags) == kind
