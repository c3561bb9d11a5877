"""Layers of polygons: GeoPackage and Shapefile through GDAL, GeoJSON as a stream, in one shape.

A batch carries the wanted columns as lists and the geometries as an array of shapely objects.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import batched
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from app.errors import SourceError
from app.sources.containers import Content
from app.sources.json_stream import Element, json_elements
from app.sources.places import WGS84
from app.sources.refusal import refusal
from app.sources.texts import french_count

Geometries = NDArray[np.object_]

BATCH = 20_000
PEEKED_FEATURES = 200
EQUIVALENT = {
    **dict.fromkeys((4171, 4258, 4979, 4624, 5489, 4627, 4470, 4965), WGS84),
    **dict.fromkeys((9793, 9794), 2154),
    **dict.fromkeys((4559, 32620), 5490),
    **{32622: 2972, 32740: 2975, 32738: 4471, 32621: 4467},
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive features: the rank of the first (1-based), one list per wanted column, the geometries."""

    first: int
    values: dict[str, list[Any]]
    geometries: Geometries


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of features: its columns, its declared projection (None when there is none), how to read it."""

    content: Content
    columns: tuple[str, ...]
    srid: int | None
    batches: Callable[[tuple[str, ...], int], Iterator[Batch]]

    @property
    def path(self) -> Path:
        """Return the file the layer is in."""
        return self.content.path


def open_layer(content: Content) -> Layer:
    """Open the layer of a GeoPackage or Shapefile. Raises SourceError when GDAL cannot."""
    if content.wrapping == "gzip":
        raise refusal(
            content.path, "Une couche compressée par gzip ne se lit pas", "Décompressez-la d'abord."
        )
    if content.wrapping == "plain" and "!" in content.gdal_path():
        # pyogrio takes « ! » for the border between an archive and its member.
        raise refusal(
            content.path, "Le chemin de la couche contient « ! »", "Renommez le fichier ou le dossier."
        )
    if content.kind == "shapefile":
        _refuse_cut_shapefile(content)
    if content.kind == "shapefile" and content.wrapping == "plain":
        _refuse_lonely_shapefile(content.path)
    import pyogrio  # noqa: PLC0415 - 100 MB and a second, for who reads a layer

    source = content.gdal_path()
    found = _gdal(content, lambda: pyogrio.read_info(source, layer=layer_name(content, source)))
    columns = tuple(str(name) for name in found["fields"])
    if not columns or found["geometry_type"] is None:
        raise refusal(content.path, "Le fichier n'a pas de géométrie", "Donnez la couche des contours.")
    return Layer(content, columns, srid_of(found["crs"]), partial(_gdal_batches, content))


def layer_name(content: Content, source: str) -> str:
    """Return the first layer that has a geometry. Raises SourceError when there is none."""
    import pyogrio  # noqa: PLC0415 - 100 MB and a second, for who reads a layer

    layers = pyogrio.list_layers(source)
    spatial = [str(name) for name, kind in layers if kind is not None]
    if not spatial:
        raise refusal(content.path, "Le fichier ne contient aucune couche géographique")
    return spatial[0]


def _refuse_cut_shapefile(content: Content) -> None:
    """Raise when the file is shorter than its header says: GDAL would read what is left as empty polygons."""
    announced = 2 * int.from_bytes(content.head[24:28], "big")
    if content.size < announced:
        sizes = f"{french_count(content.size)} octets au lieu de {french_count(announced)}"
        raise refusal(content.path, f"Le Shapefile est coupé : {sizes}")


def _refuse_lonely_shapefile(path: Path) -> None:
    for suffix in (".shx", ".dbf"):
        if not any(path.with_suffix(ending).exists() for ending in (suffix, suffix.upper())):
            raise refusal(
                path,
                f"Il manque le fichier {suffix} qui accompagne ce Shapefile",
                "Placez les fichiers .shp, .shx, .dbf et .prj dans le même dossier, ou donnez leur zip.",
            )


def _gdal[T](content: Content, read: Callable[[], T]) -> T:
    """Call GDAL: its errors become refusals, its warnings are silenced (what matters is checked later)."""
    import pyogrio.errors  # noqa: PLC0415 - 100 MB and a second, for who reads a layer

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read()
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as e:
        raise refusal(content.path, "La couche géographique est coupée ou abîmée") from e
    except (pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, pyogrio.errors.FieldError) as e:
        raise refusal(content.path, "Un objet de la couche géographique est illisible") from e


def _gdal_batches(content: Content, wanted: tuple[str, ...], size: int) -> Iterator[Batch]:
    source = content.gdal_path()
    layer = _gdal(content, lambda: layer_name(content, source))
    start = 0
    while True:
        meta, _, wkb, arrays = _gdal(content, partial(_read, source, layer, wanted, start, size))
        names = [str(name) for name in meta["fields"]]
        values = {name: array.tolist() for name, array in zip(names, arrays, strict=True)}
        if len(wkb):
            yield Batch(start + 1, values, _parsed(content, wkb, start))
        start += len(wkb)
        if len(wkb) < size:
            return


def _read(source: str, layer: str, wanted: tuple[str, ...], skip: int, size: int) -> Any:  # noqa: ANN401
    import pyogrio  # noqa: PLC0415 - 100 MB and a second, for who reads a layer

    return pyogrio.raw.read(
        source, layer=layer, columns=list(wanted), skip_features=skip, max_features=size, force_2d=True
    )


def _parsed(content: Content, wkb: Geometries, start: int) -> Geometries:
    try:
        return np.asarray(shapely.from_wkb(wkb))
    except shapely.errors.GEOSException as e:
        raise refusal(content.path, "Une géométrie est illisible", line=start + 1) from e


def srid_of(crs: str | None) -> int | None:
    """Return the EPSG number of a declared projection, brought to those of PROJECTED; None if unknown."""
    if not crs:
        return None
    if "CRS84" in crs:
        return WGS84
    try:
        code = CRS.from_user_input(crs).to_epsg(min_confidence=25)
    except CRSError:
        return None
    return EQUIVALENT.get(code, code) if code else None


def open_geojson(content: Content) -> Layer:
    """Open a GeoJSON file. Raises SourceError when it is cut before its columns and projection are known.

    The projection may be written after the features: a file that names none at its head is read to its end.
    """
    columns: dict[str, None] = {}
    srid: int | None = None
    for element in json_elements(content):
        if element.key == "crs" and isinstance(element.value, dict):
            name = (element.value.get("properties") or {}).get("name")
            srid = _declared(content.path, str(name)) if name else WGS84
        elif element.key == "features" and 0 < element.rank <= PEEKED_FEATURES:
            columns.update(dict.fromkeys(feature_properties(_feature(content, element))))
        elif element.key == "features" and srid is not None:
            break
    return Layer(content, tuple(columns), srid or WGS84, partial(_geojson_batches, content))


def _declared(path: Path, name: str) -> int:
    """Return the projection that a file names; raise SourceError for one that nobody knows."""
    srid = srid_of(name)
    if srid is None:
        what = f"Le système de coordonnées que le fichier déclare est inconnu : « {name[:80]} »"
        raise refusal(path, what, "Exportez la couche en WGS 84 (EPSG:4326).")
    return srid


def geojson_features(content: Content) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the features of a GeoJSON file with their rank, 1-based."""
    for element in json_elements(content):
        if element.key == "features" and element.rank:
            yield element.rank, _feature(content, element)


def _feature(content: Content, element: Element) -> dict[str, Any]:
    if not isinstance(element.value, dict):
        raise refusal(content.path, "Un élément de « features » n'est pas un objet", line=element.line)
    return element.value


def feature_properties(feature: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a feature, none when they are null."""
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def feature_geometries(content: Content, features: list[dict[str, Any]], first: int) -> Geometries:
    """Return the shapely geometries of features, None where there is none or it cannot be built."""
    texts = [orjson.dumps(found) if (found := feature.get("geometry")) else None for feature in features]
    try:
        found = np.array(shapely.from_geojson(texts, on_invalid="ignore"), dtype=object)
    except (shapely.errors.GEOSException, ValueError) as e:
        raise refusal(content.path, f"Une géométrie est illisible vers l'objet n° {first}") from e
    for rank in np.flatnonzero(shapely.is_missing(found)):
        found[rank] = _open_ring(features[rank].get("geometry"))
    return found


def _open_ring(geometry: Any) -> shapely.Geometry | None:  # noqa: ANN401 - JSON
    """Return the outline of a polygon that does not close, as the line that it is; None for anything else."""
    try:
        rings = geometry["coordinates"]
        ring = np.array((rings[0] if geometry["type"] == "MultiPolygon" else rings)[0], dtype=np.float64)
        if not np.isfinite(ring).all() or np.array_equal(ring[0], ring[-1]):
            return None
        return shapely.linestrings(ring[:, :2])
    except (TypeError, KeyError, IndexError, ValueError, shapely.errors.GEOSException):
        return None


def _geojson_batches(content: Content, wanted: tuple[str, ...], size: int) -> Iterator[Batch]:
    for group in batched(geojson_features(content), size):
        first = group[0][0]
        features = [feature for _, feature in group]
        properties = [feature_properties(feature) for feature in features]
        values = {name: [found.get(name) for found in properties] for name in wanted}
        yield Batch(first, values, feature_geometries(content, features, first))


def is_geojson(content: Content) -> bool:
    """Say whether a JSON file is a collection of features, by what its first members are."""
    try:
        for element in json_elements(content):
            if element.key == "type" and element.value == "FeatureCollection":
                return True
            if element.rank:
                return element.key == "features"
    except SourceError:
        return b'"FeatureCollection"' in content.head[:4096]
    return False
