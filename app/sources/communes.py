"""Communes with their EPCI, département and région, as geo.api.gouv.fr gives them (JSON or GeoJSON)."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

import numpy as np
import shapely

from app.sources.columns import Record, Variant
from app.sources.containers import Content
from app.sources.json_stream import json_elements
from app.sources.layers import feature_geometries, feature_properties, geojson_features
from app.sources.places import WGS84, Guard
from app.sources.polygons import POLYGONS
from app.sources.rows import Rejects
from app.sources.texts import number_text, padded

VARIANT = Variant("communes", "geo.api.gouv.fr", {"code": ("code",), "name": ("nom",)})
SIGNS = {
    "codesPostaux",
    "codeEpci",
    "codeDepartement",
    "codeRegion",
    "epci",
    "departement",
    "region",
    "siren",
}
GEOMETRIES_AT_ONCE = 500


def is_communes(properties: dict[str, Any]) -> bool:
    """Say whether an object is a commune of geo.api.gouv.fr: code, nom, and something of its own."""
    return {"code", "nom"} <= properties.keys() and bool(SIGNS & properties.keys())


def commune_record(found: dict[str, Any]) -> Record:
    """Return one commune in canonical columns, without geometry."""
    postcodes = found.get("codesPostaux")
    if isinstance(postcodes, list):
        postcodes = " ".join(str(code) for code in postcodes)
    return {
        "code": padded(number_text(found.get("code")), 5),
        "name": number_text(found.get("nom")),
        "departement_code": _code(found, "departement", "codeDepartement"),
        "departement_name": _name(found, "departement"),
        "region_code": _code(found, "region", "codeRegion"),
        "region_name": _name(found, "region"),
        "epci_code": _code(found, "epci", "codeEpci"),
        "epci_name": _name(found, "epci"),
        "postcodes": number_text(postcodes),
        "population": number_text(found.get("population")),
        "geom": None,
        "srid": None,
    }


def _code(found: dict[str, Any], holder: str, flat: str) -> str | None:
    inner = found.get(holder)
    return number_text(inner.get("code") if isinstance(inner, dict) else found.get(flat))


def _name(found: dict[str, Any], holder: str) -> str | None:
    inner = found.get(holder)
    return number_text(inner.get("nom")) if isinstance(inner, dict) else None


def listed_communes(content: Content) -> Iterator[tuple[int, Record]]:
    """Yield the communes of a JSON list; a geometry under « contour » is kept."""
    for element in json_elements(content):
        if isinstance(element.value, dict):
            record = commune_record(element.value)
            if contour := element.value.get("contour"):
                geometries = feature_geometries(content, [{"geometry": contour}], element.rank)
                record["geom"], record["srid"] = _hex(geometries[0]), "4326"
            yield element.rank, record


def featured_communes(content: Content, rejects: Rejects) -> Iterator[tuple[int, Record]]:
    """Yield the communes of a GeoJSON file; a commune drawn as a point is kept without geometry.

    Raises SourceError when most of the polygons do not lie in France.
    """
    guard = Guard(content.path, ("x", "y"))
    for group in batched(geojson_features(content), GEOMETRIES_AT_ONCE):
        features = [feature for _, feature in group]
        geometries = feature_geometries(content, features, group[0][0])
        hexes = shapely.to_wkb(geometries, hex=True, output_dimension=2)
        bounds = shapely.bounds(geometries)
        drawn = np.isin(shapely.get_type_id(geometries), POLYGONS) & ~shapely.is_empty(geometries)
        for i, (rank, feature) in enumerate(group):
            record = commune_record(feature_properties(feature))
            if drawn[i]:
                x, y = (bounds[i, 0] + bounds[i, 2]) / 2, (bounds[i, 1] + bounds[i, 3]) / 2
                if not guard.accept(float(x), float(y), WGS84, rank, rejects):
                    continue
                record["geom"], record["srid"] = str(hexes[i]), str(WGS84)
            else:
                rejects.remark("commune sans contour, gardée sans géométrie")
            yield rank, record
    guard.close()


def _hex(geometry: Any) -> str | None:  # noqa: ANN401 - shapely is untyped
    return None if geometry is None else str(geometry.wkb_hex)
