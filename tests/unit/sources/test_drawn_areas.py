"""Polygons that somebody draws or brings: each fault is said for what it is."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app.errors import SourceError
from app.sources.areas import read_areas

type Ring = list[list[float]]

CLOSED: Ring = [[-3.31, 46.4], [-3.3, 46.4], [-3.3, 46.41], [-3.31, 46.4]]
LIMIT = 1_000_000


def drawn(folder: Path, *polygons: Sequence[Ring], crs: str | None = None, form: str = "Polygon") -> Path:
    """Write polygons as GeoJSON, in a projection when one is named."""
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": form, "coordinates": polygon}}
        for polygon in polygons
    ]
    named = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    said: dict[str, Any] = {"type": "FeatureCollection", **named, "features": features}
    path = folder / "zone.geojson"
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["Polygon", "MultiPolygon"])
def test_an_outline_that_does_not_close_is_told_so_and_the_others_are_read(tmp_path: Path, form: str) -> None:
    open_ring: Any = [CLOSED[:-1]] if form == "Polygon" else [[CLOSED[:-1]]]
    whole: Any = [CLOSED] if form == "Polygon" else [[CLOSED]]
    areas, refused = read_areas(drawn(tmp_path, open_ring, whole, form=form), max_bytes=LIMIT)
    assert [area.index for area in areas] == [1]
    [told] = refused
    assert "ne se referme pas" in told.detail
    assert "dernier point" in told.hint


def test_a_polygon_whose_coordinates_cannot_be_read_is_told_so(tmp_path: Path) -> None:
    unreadable: Any = [[["a", "b"], ["c", "d"], ["a", "b"]]]
    _, refused = read_areas(drawn(tmp_path, unreadable, [CLOSED]), max_bytes=LIMIT)
    assert [one.detail for one in refused] == ["La zone est vide, ou ses coordonnées sont illisibles."]


def test_an_unknown_projection_is_refused_rather_than_read_as_degrees(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="inconnu") as refused:
        read_areas(drawn(tmp_path, [CLOSED], crs="urn:ogc:def:crs:EPSG::999999"), max_bytes=LIMIT)
    assert "EPSG::999999" in refused.value.detail
    assert "WGS 84" in (refused.value.hint or "")


def test_a_known_projection_is_brought_to_degrees(tmp_path: Path) -> None:
    square: Ring = [
        [355000, 6690000],
        [356000, 6690000],
        [356000, 6691000],
        [355000, 6691000],
        [355000, 6690000],
    ]
    [area], _ = read_areas(drawn(tmp_path, [square], crs="urn:ogc:def:crs:EPSG::2154"), max_bytes=LIMIT)
    assert area.km2 == pytest.approx(1.0, rel=2e-3)


@pytest.mark.parametrize(
    ("start", "name"),
    [
        ('<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2">', "KML"),
        ('<?xml version="1.0"?><a:b xmlns:gml="http://www.opengis.net/gml">', "GML"),
    ],
)
def test_a_map_written_in_xml_is_named_with_what_to_do(tmp_path: Path, start: str, name: str) -> None:
    path = tmp_path / "zone.kml"
    path.write_text(start, encoding="utf-8")
    with pytest.raises(SourceError, match=f"un fichier {name}") as refused:
        read_areas(path, max_bytes=LIMIT)
    assert "GeoPackage" in (refused.value.hint or "")
