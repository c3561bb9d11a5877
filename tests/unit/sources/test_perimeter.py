"""National files cut down to a place: whole communes, whole persons, the same columns."""

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import osmium
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from app.errors import SourceError
from app.settings import PROJECT
from app.sources.catalogue import RegisterName
from app.sources.perimeter import Perimeter, cut
from app.sources.recognise import recognise
from app.sources.rows import Rejects

MAX_BYTES = 1 << 30
HERE = shapely.box(-1.75, 48.05, -1.6, 48.15)
LAMBERT = Transformer.from_crs(4326, 2154, always_xy=True)
CELLS = Transformer.from_crs(4326, 3035, always_xy=True)


def place(*departements: str, border: tuple[str, ...] = (), postcodes: tuple[str, ...] = ()) -> Perimeter:
    return Perimeter(departements, border, frozenset(postcodes), HERE, (-1.75, 48.05, -1.6, 48.15))


def rows(path: Path | None) -> list[tuple[str | None, ...]]:
    assert path is not None
    return list(recognise(path, max_bytes=MAX_BYTES).rows(Rejects()))


def layer(path: Path, crs: int, boxes: list[shapely.Geometry], columns: dict[str, list[str]]) -> Path:
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(boxes, dtype=object)),
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=list(columns),
        geometry_type="Polygon",
        crs=f"EPSG:{crs}",
        driver="GPKG",
    )
    return path


def square(through: Transformer, lon: float, lat: float, side: float) -> shapely.Geometry:
    x, y = through.transform(lon, lat)
    x, y = x // side * side, y // side * side
    return shapely.box(x, y, x + side, y + side)


def test_iris_are_kept_by_whole_communes_and_arrondissements(tmp_path: Path) -> None:
    codes = ["352380101", "350510000", "532390000", "751120101", "010010000"]
    path = layer(
        tmp_path / "CONTOURS-IRIS_2024.gpkg",
        2154,
        [square(LAMBERT, -1.7 + 0.1 * n, 48.1, 1000) for n in range(5)],
        {
            "cleabs": codes,
            "code_insee": [code[:5] for code in codes],
            "nom_commune": ["Ville"] * 5,
            "iris": [code[5:] for code in codes],
            "code_iris": codes,
            "nom_iris": ["Iris"] * 5,
            "type_iris": ["H"] * 5,
        },
    )
    kept = cut(path, "iris", place("35", border=("53239", "75056")), tmp_path / "cut", MAX_BYTES)
    assert [row[0] for row in rows(kept)] == ["352380101", "350510000", "532390000", "751120101"]
    assert kept is not None
    assert recognise(kept, max_bytes=MAX_BYTES).vintage == recognise(path, max_bytes=MAX_BYTES).vintage


def test_cells_are_kept_where_they_meet_the_place(tmp_path: Path) -> None:
    places = [(-1.7, 48.1), (-1.65, 48.06), (-1.2, 48.1), (2.35, 48.85)]
    boxes = [square(CELLS, *at, 200) for at in places]
    names = [f"CRS3035RES200mN{int(b.bounds[1])}E{int(b.bounds[0])}" for b in boxes]
    path = layer(
        tmp_path / "carreaux.gpkg",
        3035,
        boxes,
        {"idcar_200m": names, "ind": ["10.5"] * 4, "i_est_200": ["0"] * 4, "lcog_geo": ["35238"] * 4},
    )
    kept = cut(path, "filosofi", place("35"), tmp_path / "cut", MAX_BYTES)
    assert [row[0] for row in rows(kept)] == names[:2]


def test_the_same_cut_gives_the_same_bytes(tmp_path: Path) -> None:
    boxes = [square(LAMBERT, -1.7, 48.1, 500)]
    named = {"code_qp": ["QN03501M"], "lib_qp": ["Nord"], "insee_com": ["35238"]}
    path = layer(tmp_path / "QP2024.gpkg", 2154, boxes, named)
    made = [cut(path, "qpv", place("35"), tmp_path / name, MAX_BYTES) for name in ("one", "two")]
    bodies = [one.read_bytes() for one in made if one is not None]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]


def test_a_place_without_priority_neighbourhood_gives_no_file(tmp_path: Path) -> None:
    named = {"code_qp": ["QN07501M"], "lib_qp": ["Loin"], "insee_com": ["75112"]}
    path = layer(tmp_path / "QP2024.gpkg", 2154, [square(LAMBERT, 2.35, 48.85, 500)], named)
    assert cut(path, "qpv", place("35"), tmp_path / "cut", MAX_BYTES) is None


def test_a_table_in_a_zip_keeps_its_header_and_the_lines_of_the_place(tmp_path: Path) -> None:
    table = "IRIS;COM;P22_POP\n352380101;35238;12.5\n010010000;01001;3\n532390000;53239;4\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("base-ic-evol-struct-pop-2022.CSV", table)
        archive.writestr("meta_base-ic-evol-struct-pop-2022.CSV", "COD_VAR;LIB_VAR\nIRIS;Code\n")
    path = tmp_path / "base-ic-evol-struct-pop-2022_csv.zip"
    path.write_bytes(packed.getvalue())
    kept = cut(path, "iris_population", place("35", border=("53239",)), tmp_path / "cut", MAX_BYTES)
    assert kept is not None
    assert kept.read_text() == "IRIS;COM;P22_POP\n352380101;35238;12.5\n532390000;53239;4\n"


ANNUAIRE = PROJECT / "tests" / "fixtures" / "sources"


def annuaire(folder: Path, lines: list[dict[str, str]]) -> Path:
    """Write an annuaire of 56 columns with only the fields that place a line."""
    header = (ANNUAIRE / "annuaire_56.txt").read_text(encoding="utf-8").split("\n", 1)[0]
    names = header.split("|")
    short = {
        "id": "Identification nationale PP",
        "commune": "Code commune (coord. structure)",
        "postcode": "Code postal (coord. structure)",
        "office": "Bureau cedex (coord. structure)",
        "finess": "Numéro FINESS site",
    }
    written = [header]
    for line in lines:
        said = {short[name]: text for name, text in line.items()} | {"Code profession": "10"}
        written.append("|".join(said.get(name, "") for name in names))
    path = folder / "PS_LibreAcces_Personne_activite_202511030800.txt"
    path.write_text("\n".join([*written, ""]), encoding="utf-8")
    return path


def test_a_person_of_the_place_keeps_the_practices_elsewhere(tmp_path: Path) -> None:
    path = annuaire(
        tmp_path,
        [
            {"id": "8001", "commune": "35238"},
            {"id": "8001", "commune": "75112"},
            {"id": "8002", "commune": "75112"},
            {"id": "8001"},
        ],
    )
    kept = cut(path, "annuaire", place("35"), tmp_path / "cut", MAX_BYTES)
    assert [row[1] for row in rows(kept)] == ["8001", "8001", "8001"]


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ({"commune": "35238"}, True),
        ({"commune": "53239", "postcode": "53410"}, True),
        ({"commune": "53130", "postcode": "35000"}, False),
        ({"postcode": "35000"}, True),
        ({"postcode": "53410"}, True),
        ({"postcode": "53000"}, False),
        ({"office": "35042 RENNES CEDEX"}, True),
        ({"office": "01012 BOURG EN BRESSE CEDEX"}, False),
        ({"finess": "350000741"}, True),
        ({"finess": "750000123"}, False),
        ({}, False),
    ],
)
def test_a_line_lies_where_the_first_code_that_tells_says(
    tmp_path: Path, line: dict[str, str], stays: bool
) -> None:
    path = annuaire(tmp_path, [{"id": "8001", **line}])
    there = place("35", border=("53239",), postcodes=("53410",))
    assert (cut(path, "annuaire", there, tmp_path / "cut", MAX_BYTES) is not None) == stays


def test_corsica_and_overseas_are_told_by_their_own_codes() -> None:
    assert place("2A").holds_line("2A004", "", "", "")
    assert place("2A").holds_line("", "20000", "", "")
    assert place("974").holds_line("", "97400", "", "")
    assert not place("974").holds_line("", "97100", "", "")


def test_addresses_across_the_border_are_kept_by_commune(tmp_path: Path) -> None:
    head = "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat"
    lines = [f"{code}_1;;1;;Rue;53410;{code};Ville;-1.0;48.0" for code in ("53239", "53130")]
    path = tmp_path / "adresses-53.csv.gz"
    path.write_bytes(gzip.compress("\n".join([head, *lines, ""]).encode()))
    kept = cut(path, "ban", place("35", border=("53239",)), tmp_path / "cut", MAX_BYTES)
    assert kept is not None
    assert kept.name == "adresses-53.csv"
    assert len(rows(kept)) == 1


def test_ways_and_areas_that_touch_the_box_come_whole(tmp_path: Path) -> None:
    path, mutable = tmp_path / "bretagne.osm.pbf", osmium.osm.mutable
    places = [(-1.7, 48.1), (-1.2, 48.1), (-0.5, 48.1), (-0.4, 48.2), (-1.65, 48.1), (-1.3, 48.3)]
    with osmium.SimpleWriter(str(path)) as writer:
        for number, at in enumerate(places, 1):
            writer.add_node(mutable.Node(id=number, location=at, version=1))
        writer.add_way(mutable.Way(id=1, nodes=[1, 2], tags={"highway": "primary", "name": "Ici"}))
        writer.add_way(mutable.Way(id=2, nodes=[3, 4], tags={"highway": "primary", "name": "Loin"}))
        writer.add_way(mutable.Way(id=3, nodes=[5, 6]))
        writer.add_way(mutable.Way(id=4, nodes=[6, 2, 5]))
        members = [("w", 3, "outer"), ("w", 4, "outer")]
        tags = {"type": "multipolygon", "landuse": "forest", "name": "Bois"}
        writer.add_relation(mutable.Relation(id=1, members=members, tags=tags))
    kept = cut(path, "osm", place("35"), tmp_path / "cut", MAX_BYTES)
    assert {row[1] for row in rows(kept)} == {"Ici", "Bois"}


def test_another_register_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("cedex;libelle;insee\n35042;RENNES CEDEX;35238\n")
    with pytest.raises(SourceError):
        cut(path, "annuaire", place("35"), tmp_path / "cut", MAX_BYTES)


def test_a_small_register_is_left_as_it_came(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("cedex;libelle;insee\n35042;RENNES CEDEX;35238\n")
    assert cut(path, "cedex", place("35"), tmp_path / "cut", MAX_BYTES) == path


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "box", "kept"),
    [
        (("lille/filosofi_2017_200m_renamed_columns_lb93.gpkg", "filosofi"), (3.0, 50.6, 3.08, 50.65), 674),
        (("lille/qpv_2015_official_lb93.gpkg", "qpv"), (3.0, 50.6, 3.08, 50.65), 5),
        (("bondy/filosofi_2019_carreaux200m_lb93_nocrs.gpkg", "filosofi"), (2.45, 48.88, 2.48, 48.92), 63),
        (("bondy/iris_2022_wgs84.geojson", "iris"), (2.45, 48.88, 2.48, 48.92), 22),
    ],
)
def test_real_layers_are_cut_in_whatever_projection_they_are(
    real_data: Path, tmp_path: Path, file: tuple[str, RegisterName], box: tuple[float, ...], kept: int
) -> None:
    there = Perimeter(("93",), (), frozenset(), shapely.box(*box), (0, 0, 0, 0))
    assert len(rows(cut(real_data / file[0], file[1], there, tmp_path / "cut", MAX_BYTES))) == kept
