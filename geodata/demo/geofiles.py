"""Files of territories: communes, IRIS and their table, quartiers, priority neighbourhoods, cells."""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely

from geodata.demo import plan
from geodata.demo.addresses import to_lonlat
from geodata.demo.plan import Floats, Ints
from geodata.demo.population import Cells
from geodata.demo.streets import Geometries
from geodata.demo.zoning import Iris, Priority

STAMP: Final = "2025-01-01T00:00:00.000Z"  # GeoPackages carry the date of writing; ours must not move
MULTIPOLYGON: Final = 6  # shapely's type number
FAULTY: Final = "QN00003M"


def _lonlat(geometries: Geometries, digits: int = 7) -> Geometries:
    return np.asarray(shapely.transform(geometries, lambda xy: np.round(to_lonlat(xy), digits)))


Column = list[Any] | npt.NDArray[Any]


def _geopackage(
    path: Path, crs: str, geometries: Geometries, columns: dict[str, Column], layer: str = ""
) -> Path:
    """Write a GeoPackage of polygons; the layer bears the name of the file unless told otherwise."""
    path.unlink(missing_ok=True)
    multi = bool((shapely.get_type_id(geometries) == MULTIPOLYGON).all())
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    try:
        pyogrio.raw.write(
            path,
            geometry=shapely.to_wkb(geometries),
            field_data=[_field(values) for values in columns.values()],
            fields=list(columns),
            geometry_type="MultiPolygon" if multi else "Polygon",
            crs=crs,
            layer=layer or path.stem,
            driver="GPKG",
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return path


def _field(values: Column) -> npt.NDArray[Any]:
    return np.array(values, dtype=object if isinstance(values[0], str) else None)


def _feature_file(path: Path, geometries: Geometries, properties: list[dict[str, Any]]) -> Path:
    features = [
        {"type": "Feature", "properties": fields, "geometry": json.loads(shapely.to_geojson(geometry))}
        for geometry, fields in zip(_lonlat(geometries), properties, strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return path


def write_communes(path: Path, polygons: Geometries, people: Ints) -> Path:
    """Write the communes as geo.api.gouv.fr answers them."""
    common = {
        "codeEpci": plan.EPCI,
        "epci": {"code": plan.EPCI, "nom": plan.EPCI_NAME},
        "codeDepartement": plan.DEPARTEMENT,
        "departement": {"code": plan.DEPARTEMENT, "nom": plan.DEPARTEMENT_NAME},
        "codeRegion": plan.REGION,
        "region": {"code": plan.REGION, "nom": plan.REGION_NAME},
    }
    rows = [
        {"nom": c.name, "code": c.code, "codesPostaux": [c.postcode], **common, "population": int(n)}
        for c, n in zip(plan.COMMUNES, people, strict=True)
    ]
    return _feature_file(path, polygons, rows)


def write_quartiers(path: Path, polygons: Geometries) -> Path:
    """Write the quartiers of the city, as the city itself would publish them."""
    rows = [
        {"code_quartier": f"{k + 1:02d}", "nom_quartier": name, "code_insee": plan.CITY.code}
        for k, (name, _) in enumerate(plan.QUARTIERS)
    ]
    return _feature_file(path, polygons, rows)


def write_iris(path: Path, iris: list[Iris]) -> Path:
    """Write the contours of the IRIS with the names of 2024 and later, in Lambert-93."""
    polygons = shapely.transform(np.array([i.polygon for i in iris], dtype=object), plan.lambert)
    multi = np.array([shapely.multipolygons([g]) if g.geom_type == "Polygon" else g for g in polygons])
    columns: dict[str, Column] = {
        "cleabs": [f"IRIS____{k + 1:016d}" for k in range(len(iris))],
        "code_insee": [i.commune.code for i in iris],
        "nom_commune": [i.commune.name for i in iris],
        "iris": [i.code[5:] for i in iris],
        "code_iris": [i.code for i in iris],
        "nom_iris": [i.name for i in iris],
        "type_iris": [i.kind for i in iris],
    }
    return _geopackage(path, "EPSG:2154", multi, columns, layer="contours_iris")


def write_iris_table(path: Path, iris: list[Iris], columns: dict[str, Floats]) -> Path:
    """Write INSEE's table of the population of IRIS (2022): semicolons, decimals, codes as text."""
    header = ["IRIS", "COM", "TYP_IRIS", "LAB_IRIS", *(f"P22_{name}" for name in columns)]
    rows = [";".join(header)]
    for k, zone in enumerate(iris):
        values = (f"{columns[name][k]:.12g}" for name in columns)
        rows.append(";".join([zone.code, zone.commune.code, zone.kind, "1", *values]))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="")
    return path


def _with_fault(polygon: shapely.Polygon) -> shapely.Polygon:
    """Return the polygon with a loop of about 2 m on its outline, the fault real files have."""
    ring = shapely.get_coordinates(polygon.exterior)
    longest = int(np.argmax(np.hypot(*np.diff(ring, axis=0).T)))
    one, two = ring[longest], ring[longest + 1]
    along = (two - one) / np.hypot(*(two - one))
    out = np.array([along[1], -along[0]])
    middle = (one + two) / 2.0
    loop = [middle, middle + 1.5 * out + along, middle + 1.5 * out - along, middle]
    return shapely.polygons(np.vstack([ring[: longest + 1], loop, ring[longest + 1 :]]))


def write_priorities(path: Path, zones: list[Priority]) -> Path:
    """Write the priority neighbourhoods under the names of 2024; one outline is invalid."""
    drawn = [_with_fault(z.polygon) if z.code == FAULTY else z.polygon for z in zones]
    polygons = _lonlat(shapely.multipolygons(np.array([[g] for g in drawn], dtype=object)))
    columns: dict[str, Column] = {
        "code_qp": [z.code for z in zones],
        "lib_qp": [z.name for z in zones],
        "insee_reg": [plan.REGION for _ in zones],
        "insee_dep": [plan.DEPARTEMENT for _ in zones],
        "insee_com": [",".join(c.code for c in z.communes) for z in zones],
        "lib_com": [", ".join(c.name for c in z.communes) for z in zones],
    }
    return _geopackage(path, "EPSG:4326", polygons, columns)


_ORDER: Final = (
    *("ind", "men", "men_pauv", "men_1ind", "men_5ind", "men_prop", "men_fmp", "ind_snv", "men_surf"),
    *("men_coll", "men_mais", "log_av45", "log_45_70", "log_70_90", "log_ap90", "log_inc", "log_soc"),
    *("ind_0_3", "ind_4_5", "ind_6_10", "ind_11_17", "ind_18_24", "ind_25_39", "ind_40_54", "ind_55_64"),
    *("ind_65_79", "ind_80p", "ind_inc"),
)


def write_cells(path: Path, cells: Cells) -> Path:
    """Write the Filosofi cells of 200 m, on the grid of EPSG:3035."""
    boxes = shapely.box(cells.east, cells.north, cells.east + 200, cells.north + 200)
    kilometre = [
        f"CRS3035RES1000mN{n // 1000 * 1000}E{e // 1000 * 1000}"
        for e, n in zip(cells.east, cells.north, strict=True)
    ]
    small = (cells.columns["men"] < 11.0).astype(np.int32)
    names = [f"CRS3035RES200mN{n}E{e}" for e, n in zip(cells.east, cells.north, strict=True)]
    columns: dict[str, Column] = {
        "idcar_200m": names,
        "idcar_1km": kilometre,
        "idcar_nat": [km if s else own for km, own, s in zip(kilometre, names, small, strict=True)],
        "i_est_200": small,
        "i_est_1km": np.zeros_like(small),
        "lcog_geo": cells.communes,
        **{name: np.round(cells.columns[name], 1) for name in _ORDER},
    }
    return _geopackage(path, "EPSG:3035", boxes, columns)
