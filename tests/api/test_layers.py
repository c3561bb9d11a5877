"""Addresses, TileJSON and styles of the layers, and the catalogue record."""

import re
from xml.etree import ElementTree

import pytest

from app.maps.tiles import TILE_LAYERS

DRAWN = [layer for layer in TILE_LAYERS if layer != "base"]


@pytest.fixture(scope="module")
def record(client):
    answer = client.get("/api/v1/catalogue")
    assert answer.headers["content-type"] == "application/ld+json"
    return answer.json()


def test_each_layer_says_where_it_is_and_every_address_answers(client):
    items = client.get("/api/v1/layers").json()["items"]
    assert [item["layer"] for item in items] == list(TILE_LAYERS)
    for item in items:
        for address in (item["tilejson"], item["maplibre"], item["qgis"], item["ogc"]):
            if address:
                assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("layer", TILE_LAYERS)
def test_tilejson_names_the_release_s_tiles_and_their_layers(client, city, layer):
    told = client.get(f"/api/v1/layers/{layer}/tiles.json").json()
    assert told["tilejson"] == "3.0.0"
    (tiles,) = told["tiles"]
    assert tiles.endswith(f"/tiles/{city.releases['new']}/{layer}/{{z}}/{{x}}/{{y}}.mvt")
    assert client.get(tiles.format(z=0, x=0, y=0)).status_code == 200
    west, south, east, north = told["bounds"]
    assert -180 < west < east < 180
    assert -90 < south < north < 90
    style = client.get(f"/api/v1/layers/{layer}/style.json").json()
    assert style["version"] == 8
    assert {one["source-layer"] for one in style["layers"]} <= {one["id"] for one in told["vector_layers"]}
    assert client.get(style["sources"]["observatoire"]["url"]).status_code == 200


@pytest.mark.parametrize("layer", DRAWN)
def test_the_qgis_style_labels_by_a_column_that_the_layer_has(client, layer):
    answer = client.get(f"/api/v1/layers/{layer}/style.qml")
    root = ElementTree.fromstring(answer.text)
    field = root.find(".//text-style").get("fieldName")
    columns = client.get(f"/ogc/collections/published.couche_{layer}/queryables").json()["properties"]
    assert field in columns
    assert root.find(".//symbol") is not None


def test_a_qpv_is_drawn_wider_than_other_contours(client):
    def width(layer):
        return client.get(f"/api/v1/layers/{layer}/style.json").json()["layers"][-1]["paint"]["line-width"]

    assert width("qpv") == 2.5 > width("iris")


@pytest.mark.parametrize(
    "path", ["nope/tiles.json", "nope/style.json", "base/style.qml", "carreau/tiles.json"]
)
def test_a_layer_that_is_not_there_is_refused_with_those_that_are(client, path):
    told = client.get(f"/api/v1/layers/{path}")
    assert (told.status_code, told.json()["parameter"]) == (404, "layer")
    assert "qpv" in told.json()["hint"]


# DCAT-AP 3: mandatory properties, and those that data.gouv.fr shows.
CATALOGUE = ("dct:title", "dct:description", "dct:publisher", "dcat:dataset", "dct:license", "dct:modified")
DATASET = (
    *("dct:title", "dct:description", "dct:publisher", "dcat:contactPoint", "dcat:theme", "dct:license"),
    *("dct:accrualPeriodicity", "dct:temporal", "dct:spatial", "dcat:distribution", "owl:versionInfo"),
    *("dct:identifier", "dcat:keyword", "dct:language"),
)
DISTRIBUTION = ("dcat:accessURL", "dcat:mediaType", "dct:format", "dct:license", "dct:title")


def test_the_record_has_what_a_catalogue_must_have(record, city):
    assert record["@type"] == "dcat:Catalog"
    assert set(CATALOGUE) <= set(record)
    assert len(record["dcat:dataset"]) >= 4
    for one in record["dcat:dataset"]:
        assert set(DATASET) <= set(one), one["@id"]
        assert one["owl:versionInfo"] == str(city.releases["new"])
        assert one["dct:spatial"]["dcat:bbox"]["@value"].startswith("POLYGON((")
        for form in one["dcat:distribution"]:
            assert set(DISTRIBUTION) <= set(form), form["@id"]
    names = [one["@id"] for one in record["dcat:dataset"]]
    assert len(set(names)) == len(names)


def test_every_prefix_of_the_record_is_declared(record):
    used = set()

    def walk(node):
        if isinstance(node, dict):
            used.update(key.partition(":")[0] for key in node if not key.startswith("@"))
            for key, value in node.items():
                if key != "@context":
                    walk(value)
        elif isinstance(node, list):
            for one in node:
                walk(one)

    walk({key: value for key, value in record.items() if key != "@context"})
    assert used <= set(record["@context"])


def test_each_distribution_is_what_it_says(client, record):
    for one in record["dcat:dataset"]:
        for form in one["dcat:distribution"]:
            answer = client.get(form["dcat:downloadURL"]["@id"])
            assert answer.status_code == 200, form["@id"]
            kind = form["dcat:mediaType"]["@id"].rpartition("media-types/")[2]
            assert answer.headers["content-type"].partition(";")[0] == kind


def test_the_record_names_the_publisher_and_where_to_write(published, open_client):
    settings = {
        "publisher": "Ville-Exemple",
        "contact": "sante@ville.exemple",
        "public_url": "https://s.exemple/",
    }
    with open_client(published[0], **settings) as client:
        told = client.get("/api/v1/catalogue").json()
    assert told["dct:publisher"]["foaf:name"] == "Ville-Exemple"
    assert told["@id"] == "https://s.exemple/api/v1/catalogue"
    first = told["dcat:dataset"][0]
    assert first["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:sante@ville.exemple"}


@pytest.mark.parametrize(
    ("cadence", "told"), [("0 4 * * 2", "WEEKLY"), ("0 4 1 1,7 *", "ANNUAL_2"), ("", "IRREG"), ("?", "IRREG")]
)
def test_the_record_tells_the_pace_of_the_register(published, open_client, cadence, told):
    with open_client(published[0], departements="00", cadences={"annuaire": cadence}) as client:
        sets = client.get("/api/v1/catalogue").json()["dcat:dataset"]
    assert {one["dct:accrualPeriodicity"]["@id"].rpartition("/")[2] for one in sets} == {told}


def test_the_record_and_the_layers_are_not_sent_twice(client):
    for path in ("/api/v1/catalogue", "/api/v1/layers/iris/tiles.json", "/api/v1/layers/iris/style.qml"):
        mark = client.get(path).headers["etag"]
        assert client.get(path, headers={"If-None-Match": mark}).status_code == 304


def test_pages_of_other_sites_read_the_api_only_when_they_are_named(published, open_client, client):
    origin = {"Origin": "https://carte.exemple"}
    assert "access-control-allow-origin" not in client.get("/api/v1/levels", headers=origin).headers
    with open_client(published[0], cors_origins="https://carte.exemple, https://autre.exemple") as opened:
        answer = opened.get("/api/v1/levels", headers=origin)
        assert answer.headers["access-control-allow-origin"] == "https://carte.exemple"
        assert "access-control-allow-credentials" not in answer.headers
        assert "ETag" in answer.headers["access-control-expose-headers"]
        other = opened.get("/api/v1/levels", headers={"Origin": "https://pirate.exemple"})
        assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize(
    "asked",
    [
        {"Origin": "https://pirate.exemple"},
        {"Access-Control-Request-Method": "DELETE"},
        {"Access-Control-Request-Headers": "X-API-Key"},
    ],
    ids=["another site", "another method", "a key"],
)
def test_a_page_of_another_site_is_told_in_french_what_it_may_not_ask(published, open_client, asked):
    may = {"Origin": "https://carte.exemple", "Access-Control-Request-Method": "GET"}
    with open_client(published[0], cors_origins="https://carte.exemple") as opened:
        assert opened.options("/api/v1/levels", headers=may).status_code == 200
        refused = opened.options("/api/v1/levels", headers=may | asked)
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
    assert refused.json()["detail"].startswith("Une page de « https://")
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-credentials" not in refused.headers


def test_names_of_layers_are_plain_words():
    assert all(re.fullmatch("[a-z]+", layer) for layer in TILE_LAYERS)
