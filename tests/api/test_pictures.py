"""The map of a page as a file: what it holds, that it asks nothing of anybody, and what it refuses."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest

from app.api.main import LEAFLET, TYPEFACE
from app.web.pages import STATIC

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def box(client: Any) -> list[float]:
    """Return the box of the IRIS of the city."""
    features = client.get("/api/v1/territories?level=iris&format=geojson").json()["features"]
    at = [point for one in features for part in one["geometry"]["coordinates"] for point in part[0]]
    lon, lat = zip(*at, strict=True)
    return [min(lon), min(lat), max(lon), max(lat)]


@pytest.fixture
def body(client: Any, box: list[float]) -> dict[str, Any]:
    """Return what a page would send of a map of densities."""
    items = client.get("/api/v1/densities?level=iris&profession=medecin_generaliste").json()["items"]
    known = [one["id"] for one in items if one["density"] is not None]
    unknown = [one["id"] for one in items if one["density"] is None]
    return {
        "title": f"Densité {HOSTILE}",
        "answer": "Une phrase.",
        "heading": "Pour 100 000 habitants",
        "level": "iris",
        "box": box,
        "query": "?qui=medecin_generaliste&echelle=iris",
        "legend": [
            {"fill": "#32a2bf", "label": "de 1 à 2", "ids": known},
            {"fill": "hatch", "label": "Inconnu", "ids": unknown},
        ],
        "told": {str(one): f"{HOSTILE} : 3" for one in known},
        "marks": [{"lon": box[0], "lat": box[1], "radius": 9, "fill": "#14181b", "text": "12"}],
        "shapes": [],
    }


@pytest.fixture
def take(client: Any) -> Iterator[Any]:
    """Return the function that asks a service with pages for a file."""
    state = client.app.state
    kept = (state.fonts, state.leaflet)
    state.fonts, state.leaflet = STATIC / TYPEFACE, STATIC / LEAFLET

    def ask(form: str, body: dict[str, Any]) -> Any:
        return client.post(f"/api/v1/pictures/carte.{form}", json=body)

    yield ask
    state.fonts, state.leaflet = kept


def words(svg: ElementTree.Element) -> str:
    return " ".join("".join(node.itertext()) for node in svg.iter(f"{SVG}text"))


def test_the_picture_is_one_well_formed_svg_with_its_legend_and_its_sources(
    take: Any, body: dict[str, Any]
) -> None:
    answer = take("svg", body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-disposition"] == 'attachment; filename="carte-iris-2025-11-03.svg"'
    svg = ElementTree.fromstring(answer.text)
    text = words(svg)
    for expected in ("de 1 à 2", "Inconnu", "Pour 100 000 habitants", "Sources :", "Version", "N", " m"):
        assert expected in text
    assert "medecin_generaliste&echelle=iris" in text.replace(" ", "")
    assert any(node.get("fill") == "#32a2bf" for node in svg.iter(f"{SVG}path"))


def test_a_hostile_title_is_words_in_the_picture(take: Any, body: dict[str, Any]) -> None:
    svg = ElementTree.fromstring(take("svg", body).text)
    assert HOSTILE in (svg.findtext(f"{SVG}title") or "")
    assert {node.tag for node in svg.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "style", "rect", "path", "g", "text", "circle")
    }


def test_the_picture_asks_nothing_of_any_address(take: Any, body: dict[str, Any]) -> None:
    text = take("svg", body).text
    assert re.findall(r'(?:href|src)="', text) == []
    assert set(re.findall(r"url\((\w+):", text)) == {"data"}


def test_territories_are_painted_only_as_the_page_said(take: Any, body: dict[str, Any]) -> None:
    body["legend"] = [{"fill": "#123456", "label": "un seul", "ids": body["legend"][0]["ids"][:1]}]
    one = take("svg", body).text
    body["legend"][0]["ids"] = []
    none = take("svg", body).text
    assert len(one) > len(none)
    assert '<path d="" fill="#123456"' in none
    assert '<path d="" fill="#123456"' not in one


def test_discs_leave_territories_white(take: Any, body: dict[str, Any]) -> None:
    body["legend"] = [{**body["legend"][0], "round": True}]
    body["marks"][0]["fill"] = "#32a2bf"
    svg = ElementTree.fromstring(take("svg", body).text)
    assert not any(node.get("fill") == "#32a2bf" for node in svg.iter(f"{SVG}path"))
    assert any(node.get("fill") == "#32a2bf" for node in svg.iter(f"{SVG}circle"))


def test_the_page_to_open_without_a_network_holds_everything(take: Any, body: dict[str, Any]) -> None:
    answer = take("html", body)
    assert answer.status_code == 200, answer.text
    text = answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    assert '<html lang="fr">' in text
    assert "default-src 'none'" in text
    assert re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(?!data:)', text) == []
    assert "Leaflet" in text


def test_hostile_words_never_become_markup_of_that_page(take: Any, body: dict[str, Any]) -> None:
    body["legend"][0]["label"] = HOSTILE
    body["marks"][0]["text"] = "</script"
    text = take("html", body).text
    assert HOSTILE not in text
    assert "</script\\" not in text
    assert text.count("<script") == text.count("</script>")


def world(box: list[float]) -> dict[str, Any]:
    ring = [[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]
    west, south, east, north = box
    hole = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring, hole]}


SHAPE = {"fill": "#f4f5f5", "edge": "none", "width": 0, "opacity": 0.7}


@pytest.mark.parametrize("form", ["svg", "html"])
def test_a_veil_over_the_rest_of_the_world_is_cut_to_the_map(
    take: Any, body: dict[str, Any], box: list[float], form: str
) -> None:
    body["shapes"] = [{"geometry": world(box), **SHAPE}]
    answer = take(form, body)
    assert answer.status_code == 200
    assert "inf" not in re.findall(r'd="([^"]*)"', answer.text)
    assert "NaN" not in re.sub(r"<script>.*?</script>", "", answer.text, flags=re.DOTALL)


@pytest.mark.parametrize(
    "geometry",
    [
        {},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1]]]},
        {"type": "Point", "coordinates": ["a", "b"]},
        {"type": "Point", "coordinates": [500, 12]},
        {"type": "Cercle", "coordinates": [1, 2]},
        {"type": "LineString", "coordinates": [[1, 2]]},
    ],
)
def test_a_shape_that_is_none_is_named(take: Any, body: dict[str, Any], geometry: dict[str, Any]) -> None:
    body["shapes"] = [
        {"geometry": {"type": "Point", "coordinates": [1, 2]}, **SHAPE},
        {"geometry": geometry, **SHAPE},
    ]
    answer = take("svg", body)
    assert answer.status_code == 422
    assert "n° 2" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("box", [1, 1, 1, 1]),
        ("box", [3, 1, 2, 2]),
        ("box", [0, 0, 400, 1]),
        ("level", "planete"),
        ("legend", [{"fill": "url(#x)", "label": "", "ids": []}]),
        ("legend", [{"fill": 'red" onload="x', "label": "", "ids": []}]),
        ("marks", [{"lon": 1, "lat": 1, "radius": 1e9, "fill": "#000000"}]),
        ("query", "javascript:alert(1)"),
        ("title", "x" * 5_000),
        ("inconnu", 1),
    ],
)
def test_what_a_page_would_never_send_is_refused_in_french(
    take: Any, body: dict[str, Any], field: str, value: object
) -> None:
    answer = take("svg", {**body, field: value})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["title"] == "Paramètre non valable"
    assert problem["detail"]


def test_a_service_without_pages_says_so(client: Any, body: dict[str, Any]) -> None:
    answer = client.post("/api/v1/pictures/carte.html", json=body)
    assert answer.status_code == 404
    assert "pages" in answer.json()["detail"]
