"""One figure written out by hand: the GPs of one priority neighbourhood of the demo city, from raw files.

Nothing of the application is used on this side: csv, json, shapely and scipy read the registers as they
are, the truth set says where each structure really stands.
"""

import csv
import math
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from scipy.stats import chi2
from starlette.exceptions import StarletteDeprecationWarning
from store import Clone, Store, opened

from app.api.main import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

ANNUAIRE = "PS_LibreAcces_Personne_activite_202511030800.txt"
FINESS = "etalab-cs1100507-stock-20251105-0340.csv"
DATES = {
    "communes.geojson": date(2025, 1, 1),
    "CONTOURS-IRIS_2024.gpkg": None,
    "QP2024_France_Hexagone_Outre_Mer_WGS84.gpkg": None,
    "base-ic-evol-struct-pop-2022.CSV": None,
    "carreaux_200m_met.gpkg": date(2021, 1, 1),
    "adresses-00.csv.gz": date(2025, 11, 1),
    "cedex_fictif.csv": date(2025, 1, 1),
    FINESS: None,
    ANNUAIRE: None,
}
PER = 10_000


@pytest.fixture(scope="module")
def files(demo_folder: Path) -> Path:
    """Return the folder of the demo city's registers."""
    return demo_folder


@pytest.fixture(scope="module")
def demo(files: Path, clone_database: Clone) -> Iterator[Store]:
    """Publish the demo city with its newest supply."""
    with opened(clone_database(), files) as store:
        for name, day in DATES.items():
            store.load(files / name, day)
        store.release()
        yield store


@dataclass(frozen=True, slots=True)
class Structure:
    """Where a structure really stands, and how its address is written."""

    place: shapely.Point
    address: str
    fault: str


@pytest.fixture(scope="module")
def structures(files: Path) -> dict[str, Structure]:
    """Return the truth set by structure."""
    with (files / "truth.csv").open(encoding="utf-8") as stream:
        return {
            row["structure"]: Structure(
                shapely.Point(float(row["lon"]), float(row["lat"])), row["id_ban"], row["erreur"]
            )
            for row in csv.DictReader(stream)
            if row["lon"]
        }


def gps(files: Path) -> dict[str, set[str]]:
    """Return the structures where each independent GP practises, by national number (METHODS 1)."""
    found: dict[str, set[str]] = defaultdict(set)
    with (files / ANNUAIRE).open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream, delimiter="|", quoting=csv.QUOTE_NONE):
            country = row["Code pays (coord. structure)"]
            if (
                row["Code profession"] == "10"
                and row["Code savoir-faire"] in ("SM26", "SM53", "SM54")
                and row["Code mode exercice"] == "L"
                and row["Code catégorie professionnelle"] == "C"
                and row["Code secteur d'activité"] != "SA64"
                and country in ("", "99000")
            ):
                found[row["Identification nationale PP"]].add(row["Identifiant technique de la structure"])
    return found


def priorities(files: Path) -> dict[str, shapely.Geometry]:
    layer = geopandas.read_file(files / "QP2024_France_Hexagone_Outre_Mer_WGS84.gpkg")
    return dict(zip(layer["code_qp"], layer.geometry.make_valid(), strict=True))


def people_of(files: Path, contour: shapely.Geometry) -> float:
    """Return the people of a contour: of each IRIS, the part that lives in the squares inside (METHODS 3)."""
    with (files / "base-ic-evol-struct-pop-2022.CSV").open(encoding="utf-8") as stream:
        known = {row["IRIS"]: float(row["P22_POP"]) for row in csv.DictReader(stream, delimiter=";")}
    districts = geopandas.read_file(files / "CONTOURS-IRIS_2024.gpkg").to_crs(3035)
    code = next(name for name in districts.columns if name.lower() == "code_iris")
    squares = geopandas.read_file(files / "carreaux_200m_met.gpkg").to_crs(3035)
    wanted = geopandas.GeoSeries([contour], crs=4326).to_crs(3035).iloc[0]
    total = 0.0
    for district, outline in zip(districts[code], districts.geometry, strict=True):
        whole = inside = 0.0
        for people, square in zip(squares["ind"], squares.geometry, strict=True):
            if square.intersects(outline):
                piece = square.intersection(outline)
                whole += people * piece.area / square.area
                inside += people * piece.intersection(wanted).area / square.area
        total += known[district] * inside / whole
    return total


def poisson(count: int) -> tuple[float, float]:
    """Return the 95 % interval of a count (METHODS 4)."""
    if count < 10:
        low = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
        return float(low), float(chi2.ppf(0.975, 2 * count + 2) / 2)
    z, up = 1.959963984540054, count + 1
    return (
        count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3,
        up * (1 - 1 / (9 * up) + z / (3 * math.sqrt(up))) ** 3,
    )


def answer(demo: Store, **parameters: str | int) -> dict[str, dict[str, Any]]:
    with TestClient(create_app(demo.settings)) as client:
        got = client.get("/api/v1/densities", params={"level": "qpv", "per": PER, **parameters})
    assert got.status_code == 200, got.text
    return {item["code"]: item for item in got.json()["items"]}


@dataclass(frozen=True, slots=True)
class ByHand:
    """The hand calculation of one neighbourhood; ``sure`` when every address in it is well written."""

    headcount: int
    weight: float
    people: float
    sure: bool


@pytest.fixture(scope="module")
def by_hand(files: Path, structures: dict[str, Structure]) -> dict[str, ByHand]:
    """Return the calculation for each priority neighbourhood."""
    practices = gps(files)
    found = {}
    for code, contour in priorities(files).items():
        inside = {name for name, structure in structures.items() if contour.intersects(structure.place)}
        heads, weight, faults = 0, 0.0, set()
        for places in practices.values():
            here = places & inside
            if here:
                # Two structures at one address are one site; a practitioner is shared between sites.
                sites = {structures[name].address for name in places if name in structures}
                heads += 1
                weight += len({structures[name].address for name in here}) / len(sites)
                faults |= {structures[name].fault for name in here}
        found[code] = ByHand(heads, weight, people_of(files, contour), faults <= {"none"})
    return found


def test_the_gps_of_priority_neighbourhoods_are_those_counted_by_hand(
    demo: Store, by_hand: dict[str, ByHand]
) -> None:
    given = answer(demo, profession="medecin_generaliste")
    assert given.keys() == by_hand.keys()
    sure = [code for code, hand in by_hand.items() if hand.sure and hand.headcount]
    assert len(sure) >= 2
    for code, hand in by_hand.items():
        assert given[code]["headcount"] <= hand.headcount
    for code in sure:
        assert given[code]["headcount"] == by_hand[code].headcount, code
        assert given[code]["weight"] == pytest.approx(by_hand[code].weight), code


def test_the_people_of_priority_neighbourhoods_are_those_added_up_by_hand(
    demo: Store, by_hand: dict[str, ByHand]
) -> None:
    given = answer(demo, profession="medecin_generaliste")
    for code, hand in by_hand.items():
        assert given[code]["population"] == pytest.approx(hand.people, rel=1e-4), code


@pytest.mark.parametrize("measure", ["weight", "headcount"])
def test_density_and_interval_follow_from_the_hand_s_figures(
    demo: Store, by_hand: dict[str, ByHand], measure: str
) -> None:
    given = answer(demo, profession="medecin_generaliste", measure=measure)
    for code, hand in by_hand.items():
        if hand.sure:
            counted = hand.weight if measure == "weight" else hand.headcount
            # The interval of heads, brought to what is shown (docs/decisions/007).
            shown = counted / hand.headcount if hand.headcount else 1
            low, high = (shown * bound for bound in poisson(hand.headcount))
            assert given[code]["density"] == pytest.approx(PER * counted / hand.people, rel=1e-4)
            assert given[code]["ci_low"] == pytest.approx(PER * low / hand.people, rel=1e-4)
            assert given[code]["ci_high"] == pytest.approx(PER * high / hand.people, rel=1e-4)


def test_the_portrait_of_a_priority_neighbourhood_says_what_the_hand_counted(
    demo: Store, by_hand: dict[str, ByHand]
) -> None:
    code, hand = next((code, hand) for code, hand in by_hand.items() if hand.sure and hand.headcount)
    with TestClient(create_app(demo.settings)) as client:
        told = client.get(f"/api/v1/territories/qpv/{code}").json()["indicators"]
    densities = next(one["figures"] for one in told if one["indicator"] == "density")
    figure = next(one for one in densities if one["profession"] == "medecin_generaliste")
    low, high = (hand.weight / hand.headcount * bound for bound in poisson(hand.headcount))
    found = [figure["value"], figure["ci_low"], figure["ci_high"]]
    expected = [100_000 * value / hand.people for value in (hand.weight, low, high)]
    assert found == pytest.approx(expected, rel=1e-4)
    # Three figures that one reads: none after the comma from 100 on, two below 1.
    digits = [0 if value >= 100 else 1 if value >= 1 else 2 for value in found]
    written = [f"{value:.{after}f}".replace(".", ",") for value, after in zip(found, digits, strict=True)]
    people = f"{round(hand.people):,}".replace(",", "\u202f")
    assert f"{written[0]} pour 100\u202f000 habitants" in figure["sentence"]
    assert f"{people} habitants)" in figure["sentence"]
    assert f"entre {written[1]} et {written[2]} avec 95 % de confiance" in figure["sentence"]


def test_pharmacies_of_the_city_are_the_lines_of_finess(demo: Store, files: Path) -> None:
    lines = (files / FINESS).read_text(encoding="utf-8").splitlines()
    found = [line.split(";") for line in lines if line.startswith("structureet;")]
    by_commune: dict[str, int] = defaultdict(int)
    for fields in found:
        if fields[18] == "620":
            by_commune[f"00{fields[12]}"] += 1
    given = answer(demo, profession="pharmacie", level="commune")
    assert {code: item["headcount"] for code, item in given.items() if item["headcount"]} == by_commune


def test_practitioners_of_the_city_keep_their_weight_whole(demo: Store) -> None:
    rows = demo.rows(
        "SELECT c.scope, p.slug, c.weight, c.headcount FROM published.count c"
        " JOIN published.territory t ON t.id = c.territory_id AND t.level = 'departement'"
        " JOIN published.profession p ON p.id = c.profession_id WHERE p.subject = 'person' AND t.code = '00'"
    )
    assert len(rows) > 20
    for row in rows:
        assert row.weight <= row.headcount + 1e-9
        assert row.weight == pytest.approx(row.headcount, rel=0.1), row.slug


@dataclass(frozen=True, slots=True)
class GapByHand:
    """GPs on both sides of a priority neighbourhood's border, and just outside it; people on both sides."""

    inside: int
    outside: int
    border: int
    people: float
    others: float


def gap_of(files: Path, structures: dict[str, Structure], code: str) -> GapByHand:
    """Return the calculation of one priority neighbourhood, from the lines of the registers."""
    contour = priorities(files)[code]
    communes = geopandas.read_file(files / "communes.geojson")
    shares = np.array([part.area for part in communes.geometry.intersection(contour)]) / contour.area
    own = communes[shares > 0.05]
    metric = geopandas.GeoSeries([contour], crs=4326).to_crs(2154).iloc[0]
    places = geopandas.GeoSeries({n: s.place for n, s in structures.items()}, crs=4326).to_crs(2154)
    inside = {name for name, structure in structures.items() if contour.intersects(structure.place)}
    outside = {
        name for name, structure in structures.items() if own.geometry.intersects(structure.place).any()
    } - inside
    border = {name for name in structures if places[name].distance(metric) <= 300} - inside
    with (files / "base-ic-evol-struct-pop-2022.CSV").open(encoding="utf-8") as stream:
        column = next(name for name in communes.columns if name.lower() in ("code", "insee_com"))
        living = sum(
            float(row["P22_POP"])
            for row in csv.DictReader(stream, delimiter=";")
            if row["IRIS"][:5] in set(own[column])
        )
    people = people_of(files, contour)
    practices = gps(files).values()
    counted = [sum(bool(places & side) for places in practices) for side in (inside, outside, border)]
    return GapByHand(counted[0], counted[1], counted[2], people, living - people)


# The second lies in two communes.
@pytest.mark.parametrize("code", ["QN00003M", "QN00004M"])
def test_the_gap_of_a_priority_neighbourhood_is_that_written_out_by_hand(
    demo: Store, files: Path, structures: dict[str, Structure], code: str
) -> None:
    hand = gap_of(files, structures, code)
    with TestClient(create_app(demo.settings)) as client:
        got = client.get("/api/v1/qpv-gaps", params={"profession": "medecin_generaliste", "per": PER})
    item = next(one for one in got.json()["items"] if one["code"] == code)
    assert (item["headcount_in"], item["headcount_out"]) == (hand.inside, hand.outside)
    assert item["border_count"] == hand.border
    assert item["population_in"] == pytest.approx(hand.people, rel=1e-4)
    assert item["population_out"] == pytest.approx(hand.others, rel=1e-4)
    ratio = (hand.inside / hand.people) / (hand.outside / hand.others)
    spread = math.exp(1.959963984540054 * math.sqrt(1 / hand.inside + 1 / hand.outside))
    assert item["ratio"] == pytest.approx(ratio, rel=1e-4)
    assert item["ci_low"] == pytest.approx(ratio / spread, rel=1e-4)
    assert item["ci_high"] == pytest.approx(ratio * spread, rel=1e-4)
    assert item["parity"] == pytest.approx(hand.outside / hand.others * hand.people - hand.inside, rel=1e-3)
    assert item["verdict"] == ("not_established" if ratio / spread <= 1 <= ratio * spread else "lower")


def test_the_gap_of_a_portrait_is_that_of_the_list_and_is_ranked_among_the_qpv_of_the_commune(
    demo: Store,
) -> None:
    with TestClient(create_app(demo.settings)) as client:
        asked = {"profession": "medecin_generaliste", "within": "commune:00101"}
        listed = client.get("/api/v1/qpv-gaps", params=asked).json()["items"]
        ratios = {item["code"]: item["ratio"] for item in listed}
        portraits = {code: client.get(f"/api/v1/territories/qpv/{code}").json() for code in ratios}
    assert len(ratios) >= 3
    for code, portrait in portraits.items():
        told = next(one["figures"] for one in portrait["indicators"] if one["indicator"] == "qpv_gap")
        figure = next(one for one in told if one["profession"] == "medecin_generaliste")
        assert portrait["ranked_in"]["territory"] == "commune:00101"
        assert figure["value"] == pytest.approx(ratios[code], rel=1e-6)
        assert figure["ranked"] == len(ratios)
        assert figure["rank"] == 1 + sum(ratio > ratios[code] for ratio in ratios.values())
        # What holds a QPV is no QPV: the figure of the commune is of all its QPV together.
        assert {one["value"] for one in figure["compared"]} == {None}


def test_the_households_of_the_city_are_those_of_its_squares(demo: Store, files: Path) -> None:
    squares = geopandas.read_file(files / "carreaux_200m_met.gpkg")
    with TestClient(create_app(demo.settings)) as client:
        asked = {"profession": "medecin_generaliste", "level": "departement"}
        (whole,) = client.get("/api/v1/needs", params=asked).json()["items"]
    # Squares are brought to the people of their IRIS: shares barely move.
    for name, column in (("poverty", "men_pauv"), ("single_parent", "men_fmp"), ("alone", "men_1ind")):
        assert whole[name] == pytest.approx(squares[column].sum() / squares["men"].sum(), rel=0.02)
    rows = demo.rows(
        "SELECT t.level, sum(n.households) AS households, sum(n.poor_households) AS poor"
        " FROM published.need n JOIN published.territory t ON t.id = n.territory_id"
        " WHERE t.level IN ('iris', 'commune', 'departement') AND NOT n.hidden GROUP BY t.level"
    )
    assert len(rows) == 3
    for row in rows:
        assert row.households == pytest.approx(rows[0].households, rel=1e-3)
        assert row.poor == pytest.approx(rows[0].poor, rel=1e-3)
