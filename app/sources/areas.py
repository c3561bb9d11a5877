"""Polygons that somebody draws or brings: read within bounds, judged one by one, in WGS84.

The form is found by the content: GeoJSON (a geometry, a feature or a collection), GeoPackage, zipped
Shapefile. Nothing of the file is kept but the polygons, their code and their name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
import shapely
from pyproj import Geod, Transformer

from app.sources.columns import match
from app.sources.containers import Content, contents
from app.sources.layers import Batch, Layer, is_geojson, open_geojson, open_layer
from app.sources.places import WGS84, legal_area
from app.sources.polygons import POLYGONS, first_batch, settle_srid
from app.sources.quartiers import VARIANTS
from app.sources.refusal import refusal
from app.sources.texts import column_texts, french_count

MOST_AREAS = 50
MOST_VERTICES = 50_000
MOST_KM2 = 2_000.0
LONGEST_TEXT = 200
# Share of its area by which mending may change a polygon: less is a slip of the pen, more is a guess.
MENDED_SHARE = 0.01
# A slip of the pen crosses the line a few times. Mending costs the square of the crossings, and more.
MOST_CROSSINGS = 20
# Sides whose frames meet, looked at to find those that cross: a real outline has a few for each side.
MOST_MEETINGS = 300_000
SIDES_AT_ONCE = 10
READ_AT_ONCE = 100
GEOMETRIES = ("Polygon", "MultiPolygon")
FORMS = "Donnez des polygones en GeoJSON, GeoPackage ou Shapefile zippé."
TOO_DETAILED = (
    f"Les polygones ont plus de {french_count(MOST_VERTICES)} sommets",
    "Simplifiez leur tracé, ou demandez-les en plusieurs fois.",
)
GEOD = Geod(ellps="GRS80")


@dataclass(frozen=True, slots=True)
class Area:
    """One polygon, valid, in WGS84: its rank from 0, its code and name where the file has them.

    ``mended`` says that it crossed itself by a hair and was repaired; ``km2`` is measured on the ellipsoid.
    """

    index: int
    code: str | None
    name: str | None
    geometry: shapely.Geometry
    km2: float
    mended: bool


@dataclass(frozen=True, slots=True)
class RefusedArea:
    """One polygon of which nothing can be said: why, and what to do."""

    index: int
    code: str | None
    name: str | None
    detail: str
    hint: str


def read_areas(path: Path, *, max_bytes: int) -> tuple[list[Area], list[RefusedArea]]:
    """Return the usable polygons of a file and the refused ones, in the order of the file.

    ``max_bytes`` bounds the decompressed size. Raises SourceError for a file that is no layer of polygons, is
    empty, or holds more than MOST_AREAS polygons or MOST_VERTICES vertices.
    """
    layer = _opened(path, max_bytes)
    srid, _ = settle_srid(layer, first_batch(layer, ()))
    areas: list[Area] = []
    refused: list[RefusedArea] = []
    for index, code, name, geometry in _polygons(layer):
        found = _judged(index, code, name, geometry, srid or WGS84)
        (areas if isinstance(found, Area) else refused).append(found)  # type: ignore[arg-type]
    if not areas and not refused:
        raise refusal(path, "Le fichier ne contient aucun polygone", FORMS)
    return areas, refused


def as_collection(body: bytes) -> bytes:
    """Return a GeoJSON geometry or feature as a collection of one feature; anything else as it came.

    >>> as_collection(b'{"type":"Polygon","coordinates":[]}')[:47]
    b'{"type":"FeatureCollection","features":[{"type"'
    """
    if not body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return body
    try:
        said = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return body  # the reader of layers says at which line
    kind = said.get("type")
    if kind in GEOMETRIES:
        said = {"type": "Feature", "properties": {}, "geometry": said}
    elif kind != "Feature":
        return body
    return orjson.dumps({"type": "FeatureCollection", "features": [said]})


def _opened(path: Path, max_bytes: int) -> Layer:
    content: Content = contents(path, max_bytes)[0]
    if content.kind == "json" and is_geojson(content):
        return open_geojson(content)
    if content.kind in {"geopackage", "shapefile"}:
        return open_layer(content)
    raise refusal(path, "Ce n'est pas une couche de polygones", FORMS)


def _polygons(layer: Layer) -> Iterator[tuple[int, str | None, str | None, shapely.Geometry]]:
    """Yield rank, code, name and geometry of each feature; stop at the first that is too many."""
    known = [match(variant, layer.columns).positions for variant in VARIANTS]
    named = {
        key: layer.columns[next(found[key] for found in known if key in found)]
        for key in ("code", "name")
        if any(key in found for found in known)
    }
    vertices = 0
    for batch in layer.batches(tuple(dict.fromkeys(named.values())), READ_AT_ONCE):
        texts = {key: _texts(batch, column) for key, column in named.items()}
        for place, geometry in enumerate(batch.geometries):
            index = batch.first - 1 + place
            vertices += int(shapely.get_num_coordinates(geometry))
            if index >= MOST_AREAS:
                raise refusal(
                    layer.path, f"Il y a plus de {MOST_AREAS} polygones", "Demandez-les en plusieurs fois."
                )
            if vertices > MOST_VERTICES:
                raise refusal(layer.path, *TOO_DETAILED)
            code, name = (texts[key][place] if key in texts else None for key in ("code", "name"))
            yield index, code, name, geometry


def _texts(batch: Batch, column: str) -> list[str | None]:
    """Return the texts of a column, printable and not too long: anybody may have written them."""
    return [
        "".join(letter for letter in text if letter.isprintable())[:LONGEST_TEXT] if text else None
        for text in column_texts(batch.values[column])
    ]


def _judged(
    index: int, code: str | None, name: str | None, geometry: shapely.Geometry, srid: int
) -> Area | RefusedArea:
    """Return a polygon ready to be asked about, or why it cannot be."""
    if wrong := _unreadable(geometry):
        return RefusedArea(index, code, name, *wrong)
    drawn = _in_degrees(shapely.force_2d(geometry), srid)
    whole = _mended(drawn)
    if wrong := _unusable(drawn, whole):
        return RefusedArea(index, code, name, *wrong)
    return Area(index, code, name, whole, _km2(whole), mended=not shapely.is_valid(drawn))


def _unreadable(geometry: shapely.Geometry) -> tuple[str, str] | None:
    """Return what is wrong with a geometry as it came, and what to do; None when it is a polygon."""
    if geometry is None or shapely.is_empty(geometry):
        return "La zone est vide, ou ses coordonnées sont illisibles.", "Dessinez un polygone."
    if int(shapely.get_type_id(geometry)) not in POLYGONS:
        what = "La zone n'est pas un polygone : un point, une ligne, ou un contour qui ne se referme pas."
        return what, "Le dernier point d'un contour est aussi le premier."
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        return "La zone a des coordonnées illisibles.", "Vérifiez le fichier."
    return None


def _unusable(drawn: shapely.Geometry, whole: shapely.Geometry | None) -> tuple[str, str] | None:
    """Return what keeps a polygon in degrees from being asked about, and what to do."""
    west, south, east, north = shapely.bounds(drawn)
    if not (_in_france(west, south) and _in_france(east, north)):
        return "La zone est hors de France.", "Donnez longitude puis latitude, en degrés (WGS 84)."
    if whole is None:
        what = "La zone se croise elle-même, ou n'a pas de surface : rien ne dit ce qu'elle entoure."
        return what, "Dessinez-la sans croiser le trait."
    if (km2 := _km2(whole)) > MOST_KM2:
        told = f"La zone couvre {french_count(round(km2))} km², pour {french_count(round(MOST_KM2))} au plus."
        return told, "Demandez un territoire publié, ou une zone plus petite."
    return None


def _km2(geometry: shapely.Geometry | None) -> float:
    return abs(float(GEOD.geometry_area_perimeter(geometry)[0])) / 1e6


def _in_degrees(geometry: shapely.Geometry, srid: int) -> shapely.Geometry:
    if srid == WGS84:
        return geometry
    there = Transformer.from_crs(srid, WGS84, always_xy=True)
    return shapely.transform(geometry, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))


def _in_france(longitude: float, latitude: float) -> bool:
    return (
        bool(np.isfinite(longitude) and np.isfinite(latitude)) and legal_area(longitude, latitude) is not None
    )


def _mended(geometry: shapely.Geometry) -> shapely.Geometry | None:
    """Return the polygon, repaired where it crosses itself by a hair; None where repairing is guessing."""
    if shapely.is_valid(geometry):
        return shapely.multipolygons([geometry]) if geometry.geom_type == "Polygon" else geometry
    if _tangled(geometry):
        return None
    parts = shapely.get_parts(shapely.make_valid(geometry))
    polygons = [part for part in shapely.get_parts(parts) if part.geom_type == "Polygon"]
    if not polygons:
        return None
    whole = shapely.union_all(polygons)
    before, after = float(shapely.area(geometry)), float(shapely.area(whole))
    if abs(after - before) > MENDED_SHARE * after:
        return None
    return shapely.multipolygons([whole]) if whole.geom_type == "Polygon" else whole


def _tangled(geometry: shapely.Geometry) -> bool:
    """Say whether a polygon crosses itself more often than a slip of the pen does."""
    ends, ring = shapely.get_coordinates(shapely.get_parts(shapely.boundary(geometry)), return_index=True)
    sides = shapely.linestrings(np.stack([ends[:-1], ends[1:]], axis=1)[ring[:-1] == ring[1:]])
    tree = shapely.STRtree(sides)
    crossings = meetings = 0
    for first in range(0, len(sides), SIDES_AT_ONCE):
        one, other = tree.query(sides[first : first + SIDES_AT_ONCE])
        meetings += len(one)
        later = one + first < other
        crossings += int(shapely.crosses(sides[one[later] + first], sides[other[later]]).sum())
        if crossings > MOST_CROSSINGS or meetings > MOST_MEETINGS:
            return True
    return False
