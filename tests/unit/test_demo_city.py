"""The demo city: the same bytes for a seed, the right counts, and the faults and contrasts it promises."""

import csv
import gzip
import hashlib
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pyogrio
import pytest
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geodata.demo import generate, plan
from geodata.demo.addresses import to_lonlat
from geodata.demo.annuaire import HEADER

LAST = "PS_LibreAcces_Personne_activite_202511030800.txt"
QPV = "QP2024_France_Hexagone_Outre_Mer_WGS84.gpkg"
GENERAL = {"SM26", "SM53", "SM54"}


@pytest.fixture(scope="module")
def town(demo_folder: Path) -> Path:
    """The folder of the demo city, made once for the run."""
    return demo_folder


def layer(path: Path) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The columns of a layer by name, and its geometries."""
    meta, _, geometry, columns = pyogrio.raw.read(path)
    return dict(zip(meta["fields"], columns, strict=True)), shapely.from_wkb(geometry)


def practices(path: Path) -> list[dict[str, str]]:
    header, *lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    names = header.split("|")
    return [dict(zip(names, line.split("|"), strict=True)) for line in lines]


def iris_people(town: Path) -> dict[str, dict[str, Any]]:
    with (town / "base-ic-evol-struct-pop-2022.CSV").open(encoding="utf-8") as file:
        return {row["IRIS"]: row for row in csv.DictReader(file, delimiter=";")}


def general_practitioners(town: Path, vintage: str = LAST) -> list[tuple[str, shapely.Point]]:
    """(national id, place) of every located liberal general practice of a vintage."""
    with (town / "truth.csv").open(encoding="utf-8") as file:
        place = {
            row["structure"]: shapely.Point(float(row["lon"]), float(row["lat"]))
            for row in csv.DictReader(file)
        }
    found = {
        (row["Identification nationale PP"], row["Identifiant technique de la structure"])
        for row in practices(town / vintage)
        if row["Code savoir-faire"] in GENERAL and row["Code mode exercice"] == "L"
    }
    return [(person, place[structure]) for person, structure in sorted(found) if structure in place]


def headcount(area: shapely.Geometry, located: list[tuple[str, shapely.Point]]) -> int:
    return len({person for person, point in located if area.contains(point)})


def test_the_same_seed_gives_the_same_bytes(town: Path, tmp_path: Path) -> None:
    again = generate(tmp_path)
    assert len(again) == 20
    for path in again:
        one, two = (
            hashlib.sha256((folder / path.name).read_bytes()).hexdigest() for folder in (town, tmp_path)
        )
        assert one == two, path.name


def test_everything_together_is_small(town: Path) -> None:
    assert sum(path.stat().st_size for path in town.iterdir()) < 40e6


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("communes.geojson", 5),
        ("CONTOURS-IRIS_2024.gpkg", 60),
        ("quartiers_aubrelle.geojson", 12),
        (QPV, 5),
    ],
)
def test_territories_are_as_many_as_planned(town: Path, name: str, count: int) -> None:
    assert len(layer(town / name)[1]) == count


def test_one_priority_neighbourhood_spans_two_communes(town: Path) -> None:
    columns, _ = layer(town / QPV)
    spanning = [codes for codes in columns["insee_com"] if "," in codes]
    assert spanning == ["00101,00102"]


def test_exactly_one_priority_neighbourhood_is_invalid_and_its_repair_keeps_its_area(town: Path) -> None:
    _, outlines = layer(town / QPV)
    (broken,) = outlines[~shapely.is_valid(outlines)]
    assert shapely.area(shapely.make_valid(broken)) == pytest.approx(shapely.area(broken), rel=1e-3)


def test_priority_neighbourhoods_do_not_follow_iris(town: Path) -> None:
    _, outlines = layer(town / QPV)
    _, iris = layer(town / "CONTOURS-IRIS_2024.gpkg")
    there = shapely.transform(iris, lambda xy: to_lonlat(xy - np.array(plan.ORIGIN)))
    for outline in shapely.make_valid(outlines):
        share = shapely.area(shapely.intersection(there, outline)) / shapely.area(there)
        closest = shapely.union_all(there[share > 0.5])
        assert shapely.area(shapely.symmetric_difference(closest, outline)) > 0.1 * shapely.area(outline)


def test_iris_partition_the_communes(town: Path) -> None:
    columns, iris = layer(town / "CONTOURS-IRIS_2024.gpkg")
    assert shapely.area(iris).sum() == pytest.approx(shapely.area(shapely.union_all(iris)), rel=1e-9)
    assert shapely.coverage_is_valid(iris)
    communes, outlines = layer(town / "communes.geojson")
    for code, outline in zip(communes["code"], outlines, strict=True):
        joined = shapely.union_all(iris[columns["code_insee"] == code])
        there = shapely.transform(joined, lambda xy: to_lonlat(xy - np.array(plan.ORIGIN)))
        gap = shapely.area(shapely.symmetric_difference(there, outline)) / shapely.area(outline)
        assert gap < 1e-5, code


def test_iris_are_of_all_types_and_the_green_one_is_empty(town: Path) -> None:
    table = iris_people(town)
    kinds = Counter(row["TYP_IRIS"] for row in table.values())
    assert kinds["D"] == 1
    assert kinds["A"] >= 2
    assert kinds["H"] > 50
    assert all(float(row["P22_POP"]) == 0.0 for row in table.values() if row["TYP_IRIS"] == "D")


def test_population_is_about_120_000_and_every_class_adds_up(town: Path) -> None:
    rows = list(iris_people(town).values())
    assert 118_000 <= sum(float(row["P22_POP"]) for row in rows) <= 122_000
    splits = (
        "POP0002 POP0305 POP0610 POP1117 POP1824 POP2539 POP4054 POP5564 POP6579 POP80P",
        "POP0014 POP1529 POP3044 POP4559 POP6074 POP75P",
        "POP0019 POP2064 POP65P",
        "POPH POPF",
        "H0014 H1529 H3044 H4559 H6074 H75P F0014 F1529 F3044 F4559 F6074 F75P",
    )
    for row in rows:
        for split in splits:
            total = sum(float(row[f"P22_{name}"]) for name in split.split())
            assert total == pytest.approx(float(row["P22_POP"]), abs=1e-6)


def test_cells_lie_on_the_european_grid_and_hold_nearly_the_same_people(town: Path) -> None:
    columns, boxes = layer(town / "carreaux_200m_met.gpkg")
    corner = shapely.bounds(boxes)[:, :2].astype(int)
    assert (corner % 200 == 0).all()
    assert columns["idcar_200m"][0] == f"CRS3035RES200mN{corner[0, 1]}E{corner[0, 0]}"
    assert 0.95 < columns["ind"].sum() / 120_000 < 0.999
    assert ((columns["men"] < 10.9) <= (columns["i_est_200"] == 1)).all()


def test_addresses_are_unique_and_have_26_columns(town: Path) -> None:
    lines = gzip.decompress((town / "adresses-00.csv.gz").read_bytes()).decode().split("\n")[:-1]
    assert {line.count(";") for line in lines} == {25}
    assert 18_000 < len(lines) < 28_000
    assert len({line.split(";", 1)[0] for line in lines}) == len(lines)


def test_every_line_of_the_annuaire_has_the_columns_of_its_header(town: Path) -> None:
    files = sorted(town.glob("PS_LibreAcces_Personne_activite_*.txt"))
    assert len(files) == 4
    for path in files:
        header, *lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        assert header == HEADER
        assert header.count("|") == 56
        assert {line.count("|") for line in lines} == {56}


def test_the_annuaire_has_the_faults_of_the_real_one(town: Path) -> None:
    rows = practices(town / LAST)
    without = sum(not row["Code commune (coord. structure)"] for row in rows) / len(rows)
    assert 0.40 < without < 0.60
    assert {row["Type d'identifiant PP"] for row in rows} == {"0", "8"}
    assert any("CEDEX" in row["Bureau cedex (coord. structure)"] for row in rows)
    assert any(row["Code secteur d'activité"] == "SA64" for row in rows)
    assert any(row["Code pays (coord. structure)"] == "99131" for row in rows)
    assert any(not row["Identifiant technique de la structure"] for row in rows)
    text = (town / LAST).read_text(encoding="utf-8")
    assert '"' in text
    assert "\\" in text
    lines = text.split("\n")[:-1]
    assert len(set(lines)) < len(lines)


def test_people_arrive_leave_and_move_between_vintages(town: Path) -> None:
    files = sorted(town.glob("PS_LibreAcces_Personne_activite_*.txt"))
    first, last = (defaultdict(set), defaultdict(set))
    for found, path in ((first, files[0]), (last, files[-1])):
        for row in practices(path):
            found[row["Identification nationale PP"]].add(row["Identifiant technique de la structure"])
    size = len(last)
    assert 0.05 < len(last.keys() - first.keys()) / size < 0.15
    assert 0.04 < len(first.keys() - last.keys()) / size < 0.12
    assert 0.03 < sum(first[k] != last[k] for k in first.keys() & last.keys()) / size < 0.12


def test_the_truth_names_eight_kinds_of_typing_error_and_real_addresses(town: Path) -> None:
    with (town / "truth.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kinds = Counter(row["erreur"] for row in rows)
    assert len(kinds) == 9
    assert 0.6 < kinds["none"] / len(rows) < 0.85
    text = gzip.decompress((town / "adresses-00.csv.gz").read_bytes()).decode()
    known = {line.split(";", 1)[0] for line in text.split("\n")}
    assert {row["id_ban"] for row in rows} <= known


def test_finess_lists_the_establishments_and_locates_most(town: Path) -> None:
    lines = (town / "etalab-cs1100507-stock-20251105-0340.csv").read_text(encoding="utf-8").split("\n")[:-1]
    assert lines[0].startswith("finess;etalab;")
    records = [line.split(";") for line in lines[1:]]
    sites = [r for r in records if r[0] == "structureet"]
    located = {r[1] for r in records if r[0] == "geolocalisation"}
    assert {len(r) for r in sites} == {32}
    assert 0.85 < len(located) / len(sites) < 0.97
    kinds = Counter(r[18] for r in sites)
    assert (kinds["620"], kinds["124"], kinds["603"], kinds["156"], kinds["611"]) == (45, 4, 5, 4, 6)


def test_general_practitioners_are_uneven_between_quartiers(town: Path) -> None:
    located = general_practitioners(town)
    columns, quartiers = layer(town / "quartiers_aubrelle.geojson")
    people: Counter[str] = Counter()
    for code, row in iris_people(town).items():
        people[code[5:7]] += float(row["P22_POP"])  # type: ignore[assignment]
    density = [
        headcount(area, located) / people[code]
        for code, area in zip(columns["code_quartier"], quartiers, strict=True)
    ]
    assert min(density) > 0
    assert max(density) / min(density) >= 5


def test_one_priority_neighbourhood_has_lost_its_general_practitioners(town: Path) -> None:
    columns, outlines = layer(town / QPV)
    outlines = shapely.make_valid(outlines)
    first = general_practitioners(town, "PS_LibreAcces_Personne_activite_202311060800.txt")
    now = {
        name: headcount(a, general_practitioners(town))
        for name, a in zip(columns["lib_qp"], outlines, strict=True)
    }
    (empty,) = [name for name, count in now.items() if count == 0]
    assert headcount(outlines[list(columns["lib_qp"]).index(empty)], first) >= 2


def test_some_populated_iris_have_no_general_practitioner(town: Path) -> None:
    columns, iris = layer(town / "CONTOURS-IRIS_2024.gpkg")
    there = shapely.transform(iris, lambda xy: to_lonlat(xy - np.array(plan.ORIGIN)))
    located = general_practitioners(town)
    lived_in = columns["type_iris"] == "H"
    without = sum(headcount(area, located) == 0 for area in there[lived_in])
    assert 3 <= without <= 12


def test_a_health_centre_stands_in_a_priority_neighbourhood(town: Path) -> None:
    _, outlines = layer(town / QPV)
    lines = (town / "etalab-cs1100507-stock-20251105-0340.csv").read_text(encoding="utf-8").split("\n")[:-1]
    records = [line.split(";") for line in lines[1:]]
    centres = {r[1] for r in records if r[0] == "structureet" and r[18] == "124"}
    place = {r[1]: (float(r[2]), float(r[3])) for r in records if r[0] == "geolocalisation"}
    xy = np.array([place[number] for number in centres & place.keys()])
    points = shapely.points(to_lonlat(xy - np.array(plan.ORIGIN)))
    assert shapely.contains(shapely.union_all(shapely.make_valid(outlines)), points).any()


class Streets(osmium.SimpleHandler):
    """Street segments (pairs of nodes), those on bridges, the river and the railway."""

    def __init__(self) -> None:
        super().__init__()
        self.place: dict[int, tuple[float, float]] = {}
        self.segments: list[tuple[int, int]] = []
        self.over_water: list[bool] = []
        self.water: list[list[tuple[float, float]]] = []
        self.rail: set[int] = set()
        self.crossings: set[int] = set()

    def node(self, n: Any) -> None:
        self.place[n.id] = (n.location.lon, n.location.lat)
        if n.tags.get("railway") == "level_crossing":
            self.crossings.add(n.id)

    def way(self, w: Any) -> None:
        refs = [n.ref for n in w.nodes]
        if "highway" in w.tags:
            self.segments += pairwise(refs)
            self.over_water += [w.tags.get("bridge") == "yes"] * (len(refs) - 1)
        elif w.tags.get("natural") == "water":
            self.water.append([self.place[ref] for ref in refs])
        elif w.tags.get("railway") == "rail":
            self.rail |= set(refs)


@pytest.fixture(scope="module")
def streets(town: Path) -> Streets:
    handler = Streets()
    handler.apply_file(str(town / "aubrelle.osm.pbf"))
    return handler


def test_streets_hold_together(streets: Streets) -> None:
    pairs = np.array(streets.segments)
    nodes, index = np.unique(pairs, return_inverse=True)
    index = index.reshape(-1, 2)
    graph = coo_matrix((np.ones(len(index)), index.T), shape=(len(nodes), len(nodes)))
    label = connected_components(graph, directed=False)[1]
    assert np.bincount(label).max() / len(nodes) >= 0.99


def test_streets_cross_the_river_on_few_bridges_only(streets: Streets) -> None:
    (ring,) = streets.water
    river = shapely.Polygon(ring).buffer(-5e-6)
    lines = shapely.linestrings([[streets.place[a], streets.place[b]] for a, b in streets.segments])
    crossing = shapely.intersects(lines, river)
    assert np.array(streets.over_water)[crossing].all()
    spans = shapely.union_all(shapely.buffer(lines[np.array(streets.over_water)], 1e-5))
    assert 4 <= len(shapely.get_parts(spans)) <= 5


def test_streets_meet_the_railway_at_level_crossings_only(streets: Streets) -> None:
    on_streets = {node for pair in streets.segments for node in pair}
    assert streets.rail & on_streets == streets.crossings
    assert len(streets.crossings) <= 6
