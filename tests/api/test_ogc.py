"""Published layers read by map programs, through OGC API."""

import json
import subprocess
import sys

import pytest

# In a process of its own: the library waits for the site without letting another thread answer.
READER = """
import json, sys
import pyogrio
source = f"OAPIF:{sys.argv[1]}/ogc"
told = {"layers": [name for name, _ in pyogrio.list_layers(source)]}
for layer in sys.argv[2:]:
    frame = pyogrio.read_dataframe(source, layer=layer)
    told[layer] = {
        "columns": list(frame.columns), "crs": frame.crs.to_epsg(), "lines": len(frame),
        "codes": sorted(frame.get("code", [])), "shapes": sorted(set(frame.geometry.geom_type)),
    }
print(json.dumps(told))
"""
IRIS, PLACES = "published.couche_iris", "published.couche_lieux"


@pytest.fixture(scope="module")
def read(site_address):
    command = [sys.executable, "-c", READER, site_address, IRIS, PLACES]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_gdal_s_driver_finds_the_layers_and_no_other_view(read):
    assert {IRIS, PLACES, "published.couche_commune"} <= set(read["layers"])
    assert all(name.startswith("published.couche_") for name in read["layers"])


def test_gdal_s_driver_reads_the_same_territories_as_the_api(read, client):
    items = client.get("/api/v1/territories?level=iris").json()["items"]
    assert read[IRIS]["codes"] == sorted(item["code"] for item in items)
    assert read[IRIS]["shapes"] == ["MultiPolygon"]
    assert read[IRIS]["crs"] == 4326
    assert {"code", "name", "population", "area_km2", "imputed_share"} <= set(read[IRIS]["columns"])


@pytest.mark.parametrize(("layer", "title"), [(PLACES, "Lieux d'exercice"), (IRIS, "IRIS")])
def test_a_layer_tells_a_map_program_its_name_in_french(client, layer, title):
    assert client.get(f"/ogc/collections/{layer}").json()["title"] == title


def test_places_are_read_without_anybody_s_name(read):
    assert read[PLACES]["lines"] > 0
    assert read[PLACES]["shapes"] == ["Point"]
    assert not {"practitioner_id", "family_name", "site_name"} & set(read[PLACES]["columns"])


def test_a_place_without_a_number_has_no_name(client):
    found = client.get(f"/ogc/collections/{PLACES}/items?limit=1000").json()["features"]
    assert [one for one in found if one["properties"]["finess"] is None]
    assert not [
        one for one in found if one["properties"]["finess"] is None and one["properties"]["name"] is not None
    ]


def test_tiles_of_a_layer_are_served(client):
    extent = client.get(f"/ogc/collections/{IRIS}").json()["extent"]["spatial"]["bbox"][0]
    assert -180 < extent[0] < extent[2] < 180
    tile = client.get(f"/ogc/collections/{IRIS}/tiles/WebMercatorQuad/0/0/0")
    assert tile.status_code == 200
    assert tile.headers["content-type"] == "application/vnd.mapbox-vector-tile"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ogc/collections/published.practice/items", 404),
        ("/ogc/collections/supply.practitioner/items", 404),
        ("/ogc/nope", 404),
        (f"/ogc/collections/{IRIS}/items?bbox=1,2", 422),
        (f"/ogc/collections/{IRIS}/items?limit=x", 422),
        (f"/ogc/collections/{IRIS}/items?sortby=nope", 404),
        (f"/ogc/collections/{IRIS}/items?filter=code%20%3D%20%27%27%27", 422),
        (f"/ogc/collections/{IRIS}/items?filter=code%20%3D%20%27a%00%27", 422),
        (
            f"/ogc/collections/{IRIS}/items?filter=%7B%22op%22:%22=%22,%22args%22:[%22%5Cu0000%22,%22a%22]%7D",
            422,
        ),
        (f"/ogc/collections/{IRIS}/items?code=%00", 422),
        (f"/ogc/collections/{IRIS}/items?f=html", 422),
        (f"/ogc/collections/{IRIS}/items?f=csv", 422),
        (f"/ogc/collections/{IRIS}/items?bbox=nan,nan,nan,nan", 422),
        (f"/ogc/collections/{IRIS}/items?bbox=a,b,c,d", 422),
        (f"/ogc/collections/{IRIS}/tiles/WebMercatorQuad/99/4/2", 422),
        (f"/ogc/collections/{IRIS}/tiles/WebMercatorQuad/-1/0/0", 422),
    ],
)
def test_bad_demands_are_problems_in_french(client, path, status):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = answer.json()
    assert told["detail"].endswith(".")
    assert "published.practice" not in told["detail"]


def test_a_browser_gets_json_and_nothing_from_elsewhere(client):
    answer = client.get("/ogc", headers={"Accept": "text/html"})
    assert answer.headers["content-type"].startswith("application/json")
    assert {link["rel"] for link in answer.json()["links"]} >= {"self", "conformance", "data"}


def test_nothing_can_be_written_through_the_layers(client):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client.request(method, f"/ogc/collections/{IRIS}/items").status_code == 405


@pytest.mark.parametrize(
    "written",
    [
        "set_config('role','none',false)='none'",
        "version()='a'",
        "NOT (code = 'a' AND length(pg_read_file('/etc/hostname')) > 0)",
        "code IN ('a', text(query_to_xml('select 1',true,true,'')))",
        json.dumps({"op": "=", "args": [{"op": "version", "args": []}, "a"]}),
    ],
)
def test_a_filter_calls_no_function_of_the_database(client, written):
    answer = client.get(f"/ogc/collections/{IRIS}/items", params={"filter": written})
    assert answer.status_code == 422
    assert "n'est pas offert" in answer.json()["detail"]


@pytest.mark.parametrize(
    "written", ["-" * 3_900 + "1 = 1", "a+" * 1_900 + "a=1", "(" * 1_900 + "a=1" + ")" * 1_900]
)
def test_a_filter_too_deep_to_read_is_refused_before_it_is_read(client, written):
    answer = client.get(f"/ogc/collections/{IRIS}/items", params={"filter": written})
    assert (answer.status_code, "opérations" in answer.json()["detail"]) == (422, True)


def test_filters_that_map_programs_send_still_choose(client):
    items = client.get("/api/v1/territories?level=iris").json()["items"]
    code = items[0]["code"]
    for written in (
        f"code = '{code}'",
        f"code IN ('{code}', '-((((--')",
        f"casei(code) LIKE '{code}%' AND area_km2 * 2 > 0",
        json.dumps({"op": "=", "args": [{"property": "code"}, code]}),
    ):
        found = client.get(f"/ogc/collections/{IRIS}/items", params={"filter": written}).json()["features"]
        assert [one["properties"]["code"] for one in found] == [code]
