"""Layers of polygons: GeoPackage, Shapefile and GeoJSON, declared projections and missing ones."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from app.errors import SourceError
from tests.unit.sources.conftest import Read, Write

Twin = Callable[[str], Path]
IRIS = {"CODE_IRIS": ["001010101"], "NOM_IRIS": ["Le Môle"], "INSEE_COM": ["00101"], "TYP_IRIS": ["H"]}
SEA = (-3.3, 46.4)
NORTH, EAST = 2_700_000, 3_300_000


def moved(geometry: Any, srid: int, source: int = 4326) -> Any:
    """Return a geometry in another projection."""
    transformer = Transformer.from_crs(source, srid, always_xy=True)
    return shapely.transform(geometry, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))


def layer(path: Path, columns: dict[str, list[Any]], geometries: list[Any], srid: int | None) -> Path:
    """Write a layer of polygons; GDAL's driver follows the suffix."""
    fields = [
        np.array(values, dtype=object if isinstance(values[0], str) else None) for values in columns.values()
    ]
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(geometries, dtype=object)),
        field_data=fields,
        fields=list(columns),
        geometry_type="Unknown" if path.suffix == ".gpkg" else "Polygon",
        crs=f"EPSG:{srid}" if srid else None,
        **({"encoding": "UTF-8"} if path.suffix == ".shp" else {}),
    )
    return path


def square(srid: int = 4326, lon: float = SEA[0], lat: float = SEA[1]) -> Any:
    """Return a small square at sea."""
    return moved(shapely.box(lon, lat, lon + 0.01, lat + 0.01), srid)


def bounds(row: dict[str, str | None]) -> list[float]:
    """Return the bounds of the geometry of a row."""
    return list(shapely.bounds(shapely.from_wkb(row["geom"])))


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson"])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_three_formats_give_the_same_polygon(suffix: str, tmp_path: Path, read: Read) -> None:
    found = read(layer(tmp_path / f"iris{suffix}", IRIS, [square()], 4326))
    assert (found.rows[0]["code"], found.rows[0]["name"], found.file.srid) == ("001010101", "Le Môle", 4326)
    assert bounds(found.rows[0]) == pytest.approx([-3.3, 46.4, -3.29, 46.41])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_shapefile_is_read_inside_a_zip(tmp_path: Path, read: Read) -> None:
    shape = layer(tmp_path / "iris.shp", IRIS, [square(2154)], 2154)
    packed = tmp_path / "contours à jour.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            archive.write(shape.with_suffix(part), f"IRIS/été/iris{part}")
    found = read(packed)
    assert (found.file.member, found.file.srid) == ("IRIS/été/iris.shp", 2154)
    assert found.rows[0]["name"] == "Le Môle"


def test_a_geopackage_is_read_inside_a_zip_and_the_wgs84_one_is_preferred(tmp_path: Path, read: Read) -> None:
    qpv = {"code_qp": ["QN00001M"], "lib_qp": ["Les Dunes"], "insee_com": ["00101"]}
    packed = tmp_path / "qpv.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, srid in (("QP2024_France_LB93.gpkg", 2154), ("QP2024_France_WGS84.gpkg", 4326)):
            archive.write(layer(tmp_path / name, qpv, [square(srid)], srid), name)
    assert (read(packed).file.member, read(packed).file.srid) == ("QP2024_France_WGS84.gpkg", 4326)


@pytest.mark.parametrize("missing", [".dbf", ".shx"])
def test_a_shapefile_without_its_companions_is_refused(missing: str, tmp_path: Path, read: Read) -> None:
    shape = layer(tmp_path / "iris.shp", {"CODE_IRIS": ["001010101"]}, [square()], 4326)
    shape.with_suffix(missing).unlink()
    with pytest.raises(SourceError, match=f"Il manque le fichier {missing}"):
        read(shape)


def test_a_truncated_shapefile_is_refused(tmp_path: Path, read: Read) -> None:
    shape = layer(tmp_path / "iris.shp", {"CODE_IRIS": ["001010101"]}, [square()], 4326)
    shape.write_bytes(shape.read_bytes()[:-20])
    with pytest.raises(SourceError, match="Le Shapefile est coupé"):
        read(shape)


@pytest.mark.parametrize("piece", [".dbf", ".shx"])
def test_a_piece_of_a_shapefile_says_which_file_to_give(piece: str, tmp_path: Path, read: Read) -> None:
    shape = layer(tmp_path / "iris.shp", {"CODE_IRIS": ["001010101"]}, [square()], 4326)
    with pytest.raises(SourceError, match="morceau de Shapefile") as caught:
        read(shape.with_suffix(piece))
    assert ".shp" in caught.value.hint


def test_a_path_that_the_geographic_library_would_misread_is_refused(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "iris.gpkg", IRIS, [square()], 4326)
    with pytest.raises(SourceError, match="contient « ! »"):
        read(path.rename(tmp_path / "iris !.gpkg"))


def test_a_layer_needs_no_suffix(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "iris.gpkg", IRIS, [square()], 4326)
    assert len(read(path.rename(tmp_path / "9f86d081")).rows) == 1


@pytest.mark.parametrize("srid", [2154, 4326])
def test_an_undeclared_projection_is_found_by_magnitude_and_said(
    srid: int, tmp_path: Path, read: Read
) -> None:
    with pytest.warns(UserWarning, match="crs"):
        path = layer(tmp_path / "iris.gpkg", IRIS, [square(srid)], None)
    found = read(path)
    assert found.file.srid == srid
    assert any("non déclaré" in note for note in found.file.notes)


def test_an_undeclared_projection_that_fits_nowhere_is_refused(tmp_path: Path, read: Read) -> None:
    with pytest.warns(UserWarning, match="crs"):
        path = layer(tmp_path / "iris.gpkg", IRIS, [shapely.box(90, 90, 91, 91)], None)
    with pytest.raises(SourceError, match="Aucun système de coordonnées n'est déclaré"):
        read(path)


def test_a_wrong_projection_is_refused_and_the_right_one_named(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "iris.gpkg", IRIS, [square(2154)], 4326)
    with pytest.raises(SourceError, match=r"sont en Lambert-93 \(EPSG:2154\) et non en WGS84"):
        read(path)


@pytest.mark.parametrize("srid", [4326, 2154])
def test_swapped_coordinates_are_refused(srid: int, tmp_path: Path, read: Read) -> None:
    swapped = shapely.transform(square(srid), lambda xy: xy[:, ::-1])
    path = layer(tmp_path / "iris.gpkg", IRIS, [swapped], srid)
    with pytest.raises(SourceError, match="inversées") as caught:
        read(path)
    assert caught.value.place.line == 1


def test_polygons_outside_france_refuse_the_file(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "iris.gpkg", IRIS, [square(lon=30.0, lat=10.0)], 4326)
    with pytest.raises(SourceError, match="hors de France"):
        read(path)


def test_a_lone_polygon_outside_france_is_rejected_among_good_ones(tmp_path: Path, read: Read) -> None:
    columns = {name: values * 3 for name, values in IRIS.items()}
    path = layer(tmp_path / "iris.gpkg", columns, [square(), square(lon=30.0, lat=10.0), square()], 4326)
    found = read(path)
    assert len(found.rows) == 2
    assert found.rejects.examples["coordonnées hors de France"][0][0] == 2


def test_empty_absent_and_other_geometries_are_rejected_with_their_rank(tmp_path: Path, read: Read) -> None:
    columns = {name: values * 4 for name, values in IRIS.items()}
    geometries = [square(), shapely.Polygon(), None, shapely.Point(*SEA)]
    found = read(layer(tmp_path / "iris.gpkg", columns, geometries, 4326))
    assert len(found.rows) == 1
    assert [line for line, _ in found.rejects.examples["polygone vide ou absent"]] == [2, 3]
    assert found.rejects.examples["géométrie qui n'est pas un polygone"] == [(4, "Point")]


def test_invalid_polygons_are_kept_and_counted(twin: Twin, read: Read) -> None:
    found = read(twin("qpv_2015.geojson"))
    assert len(found.rows) == 2
    assert found.rejects.remarks == {"polygone non valide, réparé au chargement": 1}


def test_heights_are_dropped(tmp_path: Path, read: Read) -> None:
    high = shapely.force_3d(square(), 12.0)
    found = read(layer(tmp_path / "iris.gpkg", IRIS, [high], 4326))
    assert not shapely.has_z(shapely.from_wkb(found.rows[0]["geom"]))


def test_a_truncated_geopackage_is_refused(tmp_path: Path, read: Read) -> None:
    path = layer(tmp_path / "iris.gpkg", IRIS, [square()], 4326)
    path.write_bytes(path.read_bytes()[:30_000])
    with pytest.raises(SourceError, match="coupée ou abîmée"):
        read(path)


def test_a_geopackage_without_polygons_is_refused(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "table.gpkg"
    pyogrio.raw.write(
        path, geometry=None, field_data=[np.array(["a"], dtype=object)], fields=["CODE_IRIS"], driver="GPKG"
    )
    with pytest.raises(SourceError, match="aucune couche géographique"):
        read(path)


def test_a_layer_without_its_code_is_refused_with_what_was_found(tmp_path: Path, read: Read) -> None:
    columns = {"NOM_IRIS": ["Le Môle"], "INSEE_COM": ["00101"], "TYP_IRIS": ["H"]}
    with pytest.raises(SourceError, match="la colonne « CODE_IRIS » manque") as caught:
        read(layer(tmp_path / "iris.gpkg", columns, [square()], 4326))
    assert "« INSEE_COM »" in caught.value.hint


def test_a_legacy_crs_member_of_geojson_is_obeyed(twin: Twin, read: Read, write: Write) -> None:
    collection = json.loads(twin("iris_2022.geojson").read_text(encoding="utf-8"))
    for feature in collection["features"]:
        metres = moved(shapely.from_geojson(json.dumps(feature["geometry"])), 2154)
        feature["geometry"] = json.loads(shapely.to_geojson(metres))
    named = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}}
    collection = {"type": "FeatureCollection", "features": collection["features"]}
    for written in (named | collection, collection | named):
        assert read(write("iris.geojson", json.dumps(written))).file.srid == 2154
    with pytest.raises(SourceError, match="sont en Lambert-93"):
        read(write("iris.geojson", json.dumps(collection)))


def test_an_empty_collection_is_refused_for_lack_of_columns(read: Read, write: Write) -> None:
    with pytest.raises(SourceError, match="Aucun registre connu"):
        read(write("rien.geojson", '{"type": "FeatureCollection", "features": []}'))


def test_the_communes_of_a_priority_neighbourhood_are_codes_or_names(twin: Twin, read: Read) -> None:
    new, old = read(twin("qpv_2024.geojson")).rows[0], read(twin("qpv_2015.geojson")).rows[0]
    assert (new["commune_codes"], new["departement_code"]) == ("00101 00102", "00")
    assert (old["commune_codes"], old["commune_names"]) == (None, "Aubrelle, Sablerive")


def test_integer_commune_codes_of_the_apur_are_read(tmp_path: Path, read: Read) -> None:
    columns: dict[str, list[Any]] = {"C_NQPV": ["QP093001"], "L_NQPV": ["Les Dunes"], "C_CAINSEE": [93077]}
    columns["C_DEP"] = [93]
    row = read(layer(tmp_path / "apur.gpkg", columns, [square(lon=2.48, lat=48.9)], 4326)).rows[0]
    assert (row["commune_codes"], row["departement_code"]) == ("93077", "93")


def test_the_neighbourhood_of_an_iris_is_kept(twin: Twin, read: Read) -> None:
    assert read(twin("iris_ville.geojson")).rows[0]["quartier_name"] == "Le Port"
    assert read(twin("iris_2024.geojson")).rows[0]["quartier_name"] is None
    assert [row["type"] for row in read(twin("iris_2024.geojson")).rows] == ["H", "A"]


def cells(tmp_path: Path, srid: int | None, drawn: int | None = None, *, renamed: bool = False) -> Path:
    """Write four cells of 200 m under either naming, drawn in a projection and declared in another."""
    corners = [(EAST + 200 * i, NORTH + 200 * j) for i in range(2) for j in range(2)]
    codes = [f"CRS3035RES200mN{north}E{east}" for east, north in corners]
    boxes = [moved(shapely.box(e, n, e + 200, n + 200), drawn or srid or 2154, 3035) for e, n in corners]
    people: list[Any] = [30.0, 12.5, 2.0, 100.0]
    columns: dict[str, list[Any]] = {"idcar_200m": codes, "i_est_200": [0, 0, 1, 0], "ind": people}
    columns |= {
        "men": [10.0] * 4,
        "ind_snv": [60000.0] * 4,
        "ind_0_3": [1.5] * 4,
        "lcog_geo": ["0010100102"] * 4,
    }
    if renamed:
        columns = {"id": codes, "imputed": [0, 0, 1, 0], "num_people": people}
        columns |= {"mean_std_living": [2000.0] * 4, "poverty_ratio": [0.1] * 4}
    return layer(tmp_path / "carreaux.gpkg", columns, boxes, srid)


@pytest.mark.parametrize("srid", [3035, 2154, 4326])
def test_cells_are_read_in_the_projection_they_declare(srid: int, tmp_path: Path, read: Read) -> None:
    found = read(cells(tmp_path, srid))
    assert (found.file.srid, found.file.notes, len(found.rows)) == (srid, (), 4)
    first = found.rows[0]
    assert (first["people"], first["age_0_3"], first["commune_codes"]) == ("30", "1.5", "00101 00102")
    assert [row["imputed"] for row in found.rows] == ["0", "0", "1", "0"]


@pytest.mark.parametrize("drawn", [3035, 2154, 4326])
def test_cells_without_projection_are_placed_by_their_codes(drawn: int, tmp_path: Path, read: Read) -> None:
    with pytest.warns(UserWarning, match="crs"):
        path = cells(tmp_path, None, drawn=drawn)
    found = read(path)
    assert found.file.srid == drawn
    assert "vérifié avec la position que disent les codes" in found.file.notes[0]


@pytest.mark.parametrize(("declared", "drawn"), [(2154, 3035), (3035, 2154), (4326, 2154)])
def test_cells_that_are_not_where_their_code_says_are_refused(
    declared: int, drawn: int, tmp_path: Path, read: Read
) -> None:
    with pytest.raises(SourceError, match="Les carreaux ne sont pas dessinés là où leur code le dit"):
        read(cells(tmp_path, declared, drawn=drawn))


def test_the_cells_of_an_overseas_departement_are_a_part_of_their_own(tmp_path: Path, read: Read) -> None:
    corners = [(340_000 + 200 * i, 7_690_000) for i in range(3)]
    columns: dict[str, list[Any]] = {
        "idcar_200m": [f"CRS2975RES200mN{north}E{east}" for east, north in corners],
        "ind": [1.0, 2.0, 3.0],
    }
    boxes = [shapely.box(e, n, e + 200, n + 200) for e, n in corners]
    found = read(layer(tmp_path / "carreaux_200m_reun.gpkg", columns, boxes, 2975))
    assert (found.file.part, found.file.srid, len(found.rows)) == ("La Réunion", 2975, 3)


def test_the_income_of_renamed_cells_is_a_sum_and_nothing_is_invented(tmp_path: Path, read: Read) -> None:
    row = read(cells(tmp_path, 2154, renamed=True)).rows[0]
    assert (row["income_sum"], row["imputed"]) == ("60000.0", "0")
    assert (row["households"], row["poor_households"], row["age_0_3"]) == (None, None, None)
