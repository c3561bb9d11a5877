"""Areas that somebody draws or brings: answered like a published quartier, and nothing of them kept."""

import io
import json
import math
import re
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely.geometry import Polygon, shape
from small_registers import (
    GP,
    NURSE,
    activity,
    annuaire,
    at,
    ban,
    cells,
    communes,
    finess,
    iris,
    iris_population,
    layer,
    quartiers,
    ring,
)
from starlette.exceptions import StarletteDeprecationWarning
from store import Store, stored_rows

from app.api.main import create_app
from app.api.schemas.areas import AreaList

with warnings.catch_warnings():
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

DAY = date(2025, 1, 1)
PATH = "/api/v1/territories/perimetre"
IRIS = {
    "001010101": (0, 0, 400, 400),
    "001010102": (400, 0, 800, 400),
    "002010101": (800, 0, 1200, 400),
}
TABLE = {"001010101": 1200.0, "001010102": 600.0, "002010101": 300.0}
SQUARES = {(0, 0): 10, (1, 0): 20, (0, 1): 30, (1, 1): 40, (2, 0): 50, (3, 1): 150, (4, 0): 80, (5, 1): 20}
# Cuts squares, IRIS and the border between two communes.
CUTS = {"A": (0, 0, 330, 400), "B": (330, 0, 870, 130), "C": (330, 130, 870, 400), "D": (870, 0, 1200, 400)}
ADDRESSES = [
    {"number": 1, "street": "Rue Haute", "place": (100, 100)},
    {"number": 2, "street": "Rue Haute", "place": (500, 300)},
    {
        "number": 3,
        "street": "Rue Haute",
        "place": (1100, 100),
        "commune": "00201",
        "postcode": "00200",
    },
]
CLOSE = 2e-4


def publish_town(store: Store, *, squares: bool = True) -> None:
    """Publish two communes of three IRIS, four quartiers, people at three addresses and a pharmacy."""
    folder = store.folder
    store.load(communes(folder, {"00101": (0, 0, 800, 400), "00201": (800, 0, 1200, 400)}))
    store.load(iris(folder, IRIS))
    store.load(iris_population(folder, TABLE))
    if squares:
        store.load(cells(folder, SQUARES, imputed=frozenset([(0, 0), (3, 1)])))
    store.load(quartiers(folder, CUTS, commune=""))
    store.load(ban(folder, ADDRESSES))
    first, second = at("1", "HAUTE"), at("2", "HAUTE")
    third = at("3", "HAUTE") | {"postcode": "00200"}
    lines = [
        activity("810000000001", GP, first, commune="00101"),
        activity("810000000001", GP, third, commune="00201"),
        activity("810000000002", GP, second, commune="00101"),
        activity("810000000002", NURSE, second, commune="00101"),
        # Known no better than by the commune.
        activity("810000000003", GP, at("", "INCONNUE"), commune="00101"),
    ]
    store.load(annuaire(folder, DAY, lines))
    store.load(finess(folder, DAY, [{"finess": "000000001", "place": (110, 110)}]))
    store.release()


@contextmanager
def asked(store: Store) -> Iterator[TestClient]:
    """Open a client of the API on a store."""
    with TestClient(create_app(store.settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def town(module_store: Store) -> Store:
    """Return the published town. Tests only read it."""
    publish_town(module_store)
    return module_store


@pytest.fixture(scope="module")
def client(town: Store) -> Iterator[TestClient]:
    """Return a client of the API on the town."""
    with asked(town) as opened:
        yield opened


def polygon(*boxes: tuple[float, float, float, float]) -> dict[str, object]:
    """Return rectangles in metres as one GeoJSON geometry."""
    if len(boxes) == 1:
        return {"type": "Polygon", "coordinates": [ring(boxes[0])]}
    return {"type": "MultiPolygon", "coordinates": [[ring(box)] for box in boxes]}


def answered(client: TestClient, body: object, **parameters: str) -> dict[str, Any]:
    """Return what the API answers for a GeoJSON body, in the documented shape."""
    answer = client.post(PATH, content=json.dumps(body), params=parameters)
    assert answer.status_code == 200, answer.text
    AreaList.model_validate_json(answer.content)
    said: dict[str, Any] = answer.json()
    return said


def people(item: dict[str, Any]) -> dict[tuple[str, str], float]:
    return {(one["age_class"], one["sex"]): one["value"] for one in item["populations"]}


def counts(item: dict[str, Any], profession: str) -> dict[str, Any]:
    return next(one for one in item["densities"] if one["profession"] == profession)


def assert_same_as_quartiers(client: TestClient) -> None:
    """Draw the published quartiers again, and compare everything that both answers hold."""
    for code, box in CUTS.items():
        [item] = answered(client, polygon(box))["items"]
        portrait = client.get(f"/api/v1/territories/quartier/{code}").json()
        assert people(item) == pytest.approx(people(portrait), rel=1e-6)
        for name in ("population", "imputed_share", "coverage"):
            assert item[name] == (None if portrait[name] is None else pytest.approx(portrait[name], abs=1e-5))
        assert item["population_method"] == portrait["population_method"]
        for drawn, published in zip(item["densities"], portrait["densities"], strict=True):
            for name in ("profession", "headcount", "sites", "unlocated"):
                assert drawn[name] == published[name], (code, name)
            for name in ("weight", "density", "ci_low", "ci_high"):
                known = published[name]
                assert drawn[name] == (None if known is None else pytest.approx(known, rel=1e-5)), (
                    code,
                    name,
                )


def test_a_drawn_area_answers_what_the_same_published_quartier_does(client: TestClient) -> None:
    assert_same_as_quartiers(client)


def test_without_squares_a_drawn_area_counts_addresses_as_a_quartier_does(store: Store) -> None:
    publish_town(store, squares=False)
    with asked(store) as client:
        assert_same_as_quartiers(client)
        [item] = answered(client, polygon(CUTS["A"]))["items"]
        assert (item["population"], item["population_method"]) == (pytest.approx(1200), "addresses")
        assert item["imputed_share"] is None


def test_areas_that_cover_the_town_have_all_its_people_and_all_its_practitioners(client: TestClient) -> None:
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": code, "nom": f"Zone {code}"}, "geometry": polygon(box)}
            for code, box in CUTS.items()
        ],
    }
    said = answered(client, collection)
    assert [(item["code"], item["name"]) for item in said["items"]] == [(c, f"Zone {c}") for c in CUTS]
    every = {key for item in said["items"] for key in people(item)}
    assert len(every) == 22
    for age, sex in every:
        published = client.get("/api/v1/territories/iris/001010101").json()
        share = people(published)[age, sex] / 1200
        total = sum(people(item)[age, sex] for item in said["items"])
        assert total == pytest.approx(share * 2100, rel=CLOSE)
    weights = [counts(item, "medecin_generaliste")["weight"] for item in said["items"]]
    assert sum(weights) == pytest.approx(2)
    assert sum(counts(item, "pharmacie")["headcount"] for item in said["items"]) == 1


def test_an_area_across_two_communes_has_the_unlocated_of_both_and_one_head_a_person(
    client: TestClient,
) -> None:
    both = polygon((0, 0, 300, 300), (1000, 0, 1200, 300))
    [item] = answered(client, both)["items"]
    assert [commune["code"] for commune in item["communes"]] == ["00101", "00201"]
    doctors = counts(item, "medecin_generaliste")
    assert (doctors["headcount"], doctors["weight"], doctors["sites"], doctors["unlocated"]) == (1, 1.0, 2, 1)
    assert doctors["ci_low"] < doctors["density"] < doctors["ci_high"]
    assert counts(item, "premier_recours")["headcount"] == 1
    nobody = counts(item, "orthoptiste")
    assert (nobody["headcount"], nobody["density"], nobody["ci_low"]) == (0, 0, 0)
    assert nobody["ci_high"] > 0


def test_an_area_where_nobody_lives_has_no_density(client: TestClient) -> None:
    [item] = answered(client, polygon((410, 210, 590, 390)))["items"]
    assert item["population"] == pytest.approx(0, abs=1e-6)
    assert counts(item, "medecin_generaliste")["headcount"] == 1
    assert counts(item, "medecin_generaliste")["density"] is None or item["population"] > 0


def test_an_area_partly_outside_says_how_much_of_it_is_known(client: TestClient) -> None:
    [item] = answered(client, polygon((0, -400, 400, 400)))["items"]
    assert item["coverage"] == pytest.approx(0.5, rel=1e-3)
    assert item["population"] == pytest.approx(1200, rel=CLOSE)


@pytest.mark.parametrize("form", ["gpkg", "shp.zip", "lambert.gpkg", "zip of gpkg"])
def test_files_of_polygons_are_known_by_their_content(client: TestClient, form: str, tmp_path: Path) -> None:
    rows = [({"code": code, "nom": f"Zone {code}"}, box) for code, box in CUTS.items()]
    frame = geopandas.read_file(layer(tmp_path / "zones.geojson", rows))
    if form == "shp.zip":
        path = tmp_path / "zones.shp.zip"
        frame.to_file(path, driver="ESRI Shapefile")
    else:
        path = tmp_path / "zones.gpkg"
        frame.to_crs(2154 if form.startswith("lambert") else 4326).to_file(path, driver="GPKG")
    body = path.read_bytes()
    if form == "zip of gpkg":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("zones.gpkg", body)
        body = packed.getvalue()
    answer = client.post(PATH, content=body)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert [(item["index"], item["code"]) for item in items] == list(enumerate(CUTS))
    assert sum(item["population"] for item in items) == pytest.approx(2100, rel=CLOSE)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the folder of temporary files, empty before the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def corner(x: float, y: float) -> list[float]:
    return ring((x, y, x + 1, y + 1))[0]


BOW = {
    "type": "Polygon",
    "coordinates": [[corner(0, 0), corner(400, 400), corner(400, 0), corner(0, 400), corner(0, 0)]],
}
BERLIN = {"type": "Polygon", "coordinates": [[[13.3, 52.5], [13.4, 52.5], [13.4, 52.6], [13.3, 52.5]]]}
# A star whose two thousand sides nearly all cross: mended, it would be two million pieces.
STAR = [corner(200 + 150 * math.cos(3 * turn), 200 + 150 * math.sin(3 * turn)) for turn in range(2_000)]
TANGLE = {"type": "Polygon", "coordinates": [[*STAR, STAR[0]]]}
SEA = {"type": "Polygon", "coordinates": [[[-5.0, 46.0], [-4.9, 46.0], [-4.9, 46.1], [-5.0, 46.0]]]}
SWAPPED = {"type": "Polygon", "coordinates": [[list(reversed(point)) for point in ring((0, 0, 400, 400))]]}
COUNTRY = {"type": "Polygon", "coordinates": [[[-4, 44], [6, 44], [6, 49], [-4, 49], [-4, 44]]]}
HUGE = list(Polygon.from_bounds(-3.3, 46.3, -3.2, 46.4).segmentize(0.000002).exterior.coords)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "ne contient aucune zone"),
        (b"bonjour", "Ce n'est pas une couche de polygones"),
        (b"{", "n'est pas|illisible|coupé"),
        (b'{"points": []}', "Ce n'est pas une couche de polygones"),
        (b"<html><body>erreur</body></html>", "page web"),
        (b"PK\x03\x04rien", "archive|abîmé|coupé"),
        (b'{"type": "FeatureCollection", "features": []}', "aucun polygone|géométrie"),
        (b'{"type": "Polygon", "coordinates": []}', "vide"),
        (b'{"type": "Feature", "properties": null, "geometry": null}', "vide"),
        (
            b'{"type": "Feature", "geometry": {"type": "Point", "coordinates": [-3.3, 46.4]}}',
            "pas un polygone",
        ),
        (json.dumps(BOW).encode(), "se croise elle-même"),
        (json.dumps(TANGLE).encode(), "se croise elle-même"),
        (json.dumps(BERLIN).encode(), "hors de France"),
        (json.dumps(SWAPPED).encode(), "hors de France"),
        (json.dumps(SEA).encode(), "hors de l'observatoire"),
        (json.dumps(COUNTRY).encode(), "km², pour"),
        (json.dumps({"type": "Polygon", "coordinates": [HUGE]}).encode(), "sommets"),
        (json.dumps({"type": "Polygon", "coordinates": [[*HUGE[:50_002], HUGE[0]]]}).encode(), "sommets"),
        (b" " * (11 << 20), "dépasse 10 Mo"),
        (b" " * (50 << 20), "trop grand"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_answered_is_refused_in_french_and_nothing_is_kept(
    client: TestClient, town: Store, room: Path, body: bytes, said: str
) -> None:
    before = stored_rows(town)
    answer = client.post(PATH, content=body)
    assert answer.status_code == (413 if len(body) > 40 << 20 else 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert re.search(said, problem["detail"]), problem
    assert problem["hint"]
    assert str(room) not in answer.text
    assert stored_rows(town) == before
    assert list(room.iterdir()) == []


def test_a_hundred_thousand_vertices_are_what_the_refused_ring_has() -> None:
    assert len(HUGE) > 100_000


def test_one_unusable_polygon_is_named_and_the_others_are_answered(client: TestClient) -> None:
    shapes = [polygon(CUTS["A"]), BOW, BERLIN, SEA, polygon(CUTS["D"])]
    features = [
        {"type": "Feature", "properties": {"nom": f"n° {rank}"}, "geometry": one}
        for rank, one in enumerate(shapes)
    ]
    said = answered(client, {"type": "FeatureCollection", "features": features})
    assert [item["index"] for item in said["items"]] == [0, 4]
    assert [(one["index"], one["name"]) for one in said["refused"]] == [(1, "n° 1"), (2, "n° 2"), (3, "n° 3")]


def test_a_line_that_barely_crosses_itself_is_mended_and_told(client: TestClient) -> None:
    points = [corner(0, 0), corner(400, 0), corner(400, 400), corner(200, 400)]
    points += [corner(201, 401), corner(200.5, 399), corner(0, 400)]
    drawn = {"type": "Polygon", "coordinates": [[*points, points[0]]]}
    assert not shape(drawn).is_valid
    [item] = answered(client, drawn)["items"]
    assert item["mended"] is True
    assert item["population"] == pytest.approx(1200, rel=1e-2)


def test_an_outline_that_crosses_itself_without_end_is_refused_before_it_is_mended(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mended(_geometry: object) -> object:
        raise AssertionError("mending a tangle takes gigabytes")

    monkeypatch.setattr("app.sources.areas.shapely.make_valid", mended)
    overlapping = {"type": "MultiPolygon", "coordinates": [[ring((0, 0, 400, 400))]] * 1_000}
    for drawn in (TANGLE, overlapping):
        answer = client.post(PATH, content=json.dumps(drawn))
        assert answer.status_code == 422
        assert "se croise elle-même" in answer.json()["detail"]


def test_a_feature_that_begins_with_a_byte_order_mark_is_read_like_any_other(client: TestClient) -> None:
    feature = {"type": "Feature", "properties": {"code": "A"}, "geometry": polygon(CUTS["A"])}
    marked = client.post(PATH, content=json.dumps(feature).encode("utf-8-sig"))
    assert marked.status_code == 200, marked.text
    assert marked.json()["items"] == answered(client, feature)["items"]


def test_a_script_in_a_property_comes_back_as_text_and_control_characters_do_not(client: TestClient) -> None:
    name = "<script>alert(1)</script>\u0000\u001b[31m" + "x" * 500
    feature = {"type": "Feature", "properties": {"code": "=1+1", "nom": name}, "geometry": polygon(CUTS["A"])}
    answer = client.post(PATH, content=json.dumps(feature))
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    [item] = answer.json()["items"]
    assert item["name"].startswith("<script>alert(1)</script>[31m")
    assert len(item["name"]) == 200


def test_more_polygons_than_one_answer_takes_are_refused(client: TestClient) -> None:
    features = [{"type": "Feature", "properties": {}, "geometry": polygon(CUTS["A"])}] * 51
    answer = client.post(PATH, content=json.dumps({"type": "FeatureCollection", "features": features}))
    assert answer.status_code == 422
    assert "plus de 50 polygones" in answer.json()["detail"]


def test_scope_and_per_are_those_of_densities_and_others_are_refused(client: TestClient) -> None:
    said = answered(client, polygon(CUTS["A"]), scope="ambulatory", per="1000")
    assert said["scope"] == "ambulatory"
    assert counts(said["items"][0], "medecin_generaliste")["per"] == 1000
    for wrong in ({"scope": "tous"}, {"per": "7"}, {"inconnu": "1"}, {"release": "99"}):
        answer = client.post(PATH, content=json.dumps(polygon(CUTS["A"])), params=wrong)
        assert answer.status_code in {404, 422}
        assert answer.json()["parameter"] == next(iter(wrong))


def test_the_same_area_is_answered_from_what_is_kept_and_another_is_not(client: TestClient) -> None:
    first = client.post(PATH, content=json.dumps(polygon(CUTS["A"])))
    again = client.post(PATH, content=json.dumps(polygon(CUTS["A"])))
    other = client.post(PATH, content=json.dumps(polygon(CUTS["D"])))
    assert first.headers["etag"] == again.headers["etag"] != other.headers["etag"]
    assert first.content == again.content != other.content
