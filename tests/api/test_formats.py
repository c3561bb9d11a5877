"""Every list in every form: the same lines, what they are and where they come from."""

import csv
import io
import json
import re
import tempfile
import zipfile
from datetime import date
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from app.api import deps
from app.api.formats import writing
from app.api.formats.known import FORMATS
from app.api.formats.listed import Listed
from app.api.formats.writing import table_file
from app.api.schemas.densities import DensityItem
from app.api.schemas.needs import NeedItem
from app.api.snapshot import Release
from app.errors import ParameterError

DENSITIES = "/api/v1/densities?level=iris&profession=medecin_generaliste"
PRACTICES = "/api/v1/practices"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(body: bytes, sheet: int = 1) -> list[list[str]]:
    """Return the texts of a sheet of a workbook, line by line."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    return [["".join(cell.itertext()) for cell in row] for row in root.iter(f"{SHEET}row")]


def told(client, form, address=DENSITIES):
    answer = client.get(f"{address}&format={form}" if "?" in address else f"{address}?format={form}")
    assert answer.status_code == 200, answer.text
    return answer


def test_all_forms_hold_the_same_territories(client, tmp_path):
    codes = [item["code"] for item in told(client, "json").json()["items"]]
    found = {
        "geojson": [one["properties"]["code"] for one in told(client, "geojson").json()["features"]],
        "ndjson": [json.loads(line)["code"] for line in told(client, "ndjson").text.splitlines()[1:]],
        "csv": [line["code"] for line in csv.DictReader(io.StringIO(told(client, "csv").text))],
        "xlsx": [row[1] for row in cells(told(client, "xlsx").content)[1:]],
    }
    table = pq.read_table(io.BytesIO(told(client, "parquet").content))
    found["parquet"] = table["code"].to_pylist()
    path = tmp_path / "densites.gpkg"
    path.write_bytes(told(client, "gpkg").content)
    found["gpkg"] = pyogrio.read_dataframe(path)["code"].tolist()
    assert len(codes) > 2
    for form, listed in found.items():
        assert listed == codes, form


def test_files_say_their_release_their_vintage_their_sources_and_their_unit(client, city, tmp_path):
    release = str(city.releases["new"])
    line = next(csv.DictReader(io.StringIO(told(client, "csv").text)))
    assert (line["release"], line["unit"]) == (release, told(client, "json").json()["unit"])
    assert "annuaire:" in line["source"]
    about = dict(cells(told(client, "xlsx").content, 2)[:6])
    assert (about["Version"], about["Unité"]) == (release, line["unit"])
    parquet = pq.read_schema(io.BytesIO(told(client, "parquet").content))
    assert json.loads(parquet.metadata[b"observatoire"])["Version"] == release
    assert parquet.field("ci_low").metadata[b"description"].startswith(b"Borne basse")
    path = tmp_path / "densites.gpkg"
    path.write_bytes(told(client, "gpkg").content)
    written = pyogrio.read_info(path)["layer_metadata"]
    assert (written["Version"], written["Unité"]) == (release, line["unit"])
    assert line["source"] in written["DESCRIPTION"]
    first = json.loads(told(client, "ndjson").text.splitlines()[0])
    assert first["about"]["Version"] == release


def test_geoparquet_and_geopackage_draw_what_geojson_draws(client, tmp_path):
    drawn = {
        one["properties"]["code"]: shapely.from_geojson(json.dumps(one["geometry"]))
        for one in told(client, "geojson").json()["features"]
        if one["geometry"]
    }
    body = told(client, "parquet").content
    meta = json.loads(pq.read_schema(io.BytesIO(body)).metadata[b"geo"])
    assert (meta["version"], meta["columns"]["geometry"]["encoding"]) == ("1.1.0", "WKB")
    table = pq.read_table(io.BytesIO(body))
    for code, wkb in zip(table["code"].to_pylist(), table["geometry"].to_pylist(), strict=True):
        if code in drawn:
            assert shapely.equals(shapely.from_wkb(wkb), drawn[code]), code
    path = tmp_path / "densites.gpkg"
    path.write_bytes(told(client, "gpkg").content)
    frame = pyogrio.read_dataframe(path)
    assert frame.crs.to_epsg() == 4326
    assert set(frame.geometry.dropna().geom_type) == {"MultiPolygon"}
    assert drawn


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "gpkg"])
def test_unknown_and_hidden_are_told_apart(client, form, tmp_path):
    """No density is known without people: the value is empty and the status says why."""
    body = told(client, form).content
    if form == "csv":
        lines = [
            (line["density"] or None, line["status"]) for line in csv.DictReader(io.StringIO(body.decode()))
        ]
    elif form == "xlsx":
        head, *rows = cells(body)
        assert head[-1] == "status"
        lines = [(None if row[-1] == "unknown" else 1, row[-1]) for row in rows]
    elif form == "parquet":
        table = pq.read_table(io.BytesIO(body)).to_pydict()
        lines = list(zip(table["density"], table["status"], strict=True))
    else:
        path = tmp_path / "densites.gpkg"
        path.write_bytes(body)
        frame = pyogrio.read_dataframe(path)
        known = frame["density"].notna().tolist()
        lines = [(1 if one else None, status) for one, status in zip(known, frame["status"], strict=True)]
    assert {status for _, status in lines} <= {"known", "unknown", "suppressed"}
    assert all((value is None) == (status != "known") for value, status in lines)


def test_french_csv_has_semicolons_commas_and_the_mark_of_utf_8(client):
    plain = list(csv.DictReader(io.StringIO(told(client, "csv").text)))
    body = client.get(f"{DENSITIES}&format=csv&decimal=virgule").content
    assert body.startswith(b"\xef\xbb\xbf")
    french = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert [line["code"] for line in french] == [line["code"] for line in plain]
    assert [line["density"].replace(",", ".") for line in french] == [line["density"] for line in plain]
    assert any("," in line["density"] for line in french)


def test_files_are_downloads_named_after_what_they_hold(client):
    for form in ("csv", "xlsx", "parquet", "gpkg", "ndjson"):
        answer = told(client, form)
        assert answer.headers["accept-ranges"] == "none"
        name = re.fullmatch(r'attachment; filename="(\S+)"', answer.headers["content-disposition"])
        assert name
        assert name[1].startswith("densites-medecin_generaliste-iris-")
        assert name[1].endswith(f".{form}")


def test_a_list_is_cut_into_pages_that_make_it_whole(client):
    whole = client.get(f"{DENSITIES}").json()["items"]
    address, pages = f"{DENSITIES}&limit=2", []
    while address:
        answer = client.get(address)
        pages.append(answer.json()["items"])
        assert len(pages[-1]) <= 2
        link = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
        address = link[1] if link else None
    assert len(pages) > 1
    assert [item for page in pages for item in page] == whole


def test_practices_are_cut_into_pages_that_make_them_whole(client):
    whole = client.get(PRACTICES).json()["items"]
    address, found = f"{PRACTICES}?limit=3", []
    while address:
        answer = client.get(address)
        found += answer.json()["items"]
        link = re.fullmatch(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
        assert answer.json()["truncated"] == bool(link)
        address = link[1] if link else None
    assert len(whole) > 3
    assert found == whole


@pytest.mark.parametrize(
    ("address", "headers", "status", "said"),
    [
        (f"{DENSITIES}&format=pdf", {}, 422, "format"),
        ("/api/v1/levels?format=geojson", {}, 422, "format"),
        (DENSITIES, {"Accept": "application/pdf"}, 406, "Accept"),
        (DENSITIES, {"Accept": "*/*;q=0"}, 406, "Accept"),
        (f"{DENSITIES}&cursor=1-2", {}, 422, "cursor"),
        (f"{DENSITIES}&cursor=nope", {}, 422, "cursor"),
        (f"{DENSITIES}&limit=0", {}, 422, "limit"),
        (f"{PRACTICES}?limit=60001", {}, 422, "limit"),
        (f"{DENSITIES}&decimal=comma", {}, 422, "decimal"),
    ],
)
def test_what_cannot_be_written_is_refused_with_what_can(client, address, headers, status, said):
    answer = client.get(address, headers=headers)
    assert (answer.status_code, answer.json()["parameter"]) == (status, said)
    assert answer.json()["detail"]


def test_the_406_lists_what_is_offered(client):
    told = client.get(DENSITIES, headers={"Accept": "image/png"}).json()
    assert "text/csv (format=csv)" in told["hint"]
    assert told["type"] == "/docs#forme-non-offerte"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("application/geopackage+sqlite3", "gpkg"),
        ("application/vnd.apache.parquet;q=0.9, text/csv;q=0.2", "parquet"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "json"),
        ("application/*;q=0.5, text/csv", "csv"),
    ],
)
def test_accept_chooses_the_form_it_prefers(client, accept, form):
    answer = client.get(DENSITIES, headers={"Accept": accept})
    assert answer.headers["content-type"] == FORMATS[form].media_type


def test_a_file_the_client_holds_is_not_sent_again(client):
    for form in ("gpkg", "parquet", "xlsx", "csv"):
        mark = told(client, form).headers["etag"]
        again = client.get(f"{DENSITIES}&format={form}", headers={"If-None-Match": mark})
        assert (again.status_code, again.content) == (304, b"")


def test_a_list_that_finds_nobody_is_an_empty_table(client, tmp_path):
    address = f"{PRACTICES}?bbox=0,0,0.1,0.1"
    assert client.get(address).json()["items"] == []
    assert told(client, "csv", address).text.count("\r\n") == 1
    assert pq.read_table(io.BytesIO(told(client, "parquet", address).content)).num_rows == 0
    assert len(cells(told(client, "xlsx", address).content)) == 1
    path = tmp_path / "rien.gpkg"
    path.write_bytes(told(client, "gpkg", address).content)
    assert pyogrio.read_info(path)["features"] == 0


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/levels",
        "/api/v1/professions",
        "/api/v1/indicators",
        "/api/v1/layers",
        "/api/v1/sources",
        "/api/v1/releases",
        "/api/v1/territories?level=qpv",
        "/api/v1/qpv-gaps",
        "/api/v1/trends?level=iris&profession=medecin_generaliste",
        "/api/v1/projections?level=commune&profession=medecin_generaliste",
        "/api/v1/needs?level=iris&profession=medecin_generaliste",
        "/api/v1/inequalities?level=iris&profession=medecin_generaliste",
    ],
)
def test_every_list_is_written_in_every_form_it_offers(client, address, tmp_path):
    said = client.get("/api/v1/openapi.json").json()["paths"][address.partition("?")[0]]["get"]
    (asked,) = (one for one in said["parameters"] if one["name"] == "format")
    forms = next(part["enum"] for part in asked["schema"]["anyOf"] if "enum" in part)
    assert {"json", "ndjson", "csv", "xlsx", "parquet", "gpkg"} <= set(forms)
    number = len(told(client, "json", address).json()["items"])
    for form in forms:
        body = told(client, form, address).content
        if form == "gpkg":
            (tmp_path / "liste.gpkg").write_bytes(body)
            assert pyogrio.read_info(tmp_path / "liste.gpkg")["features"] >= number
        if form == "ndjson":
            assert body.count(b"\n") == number + 1


@pytest.mark.parametrize("start", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_text_is_run_by_a_spreadsheet(start, tmp_path):
    """In csv an apostrophe makes it text; in a workbook it is text of its own, marked as quoted."""
    listed = Listed(
        [{"code": "1", "name": start, "density": -2.5}], ("code", "name", "density"), DensityItem, "density"
    )
    release = Release(4, date(2025, 11, 3), "mark")
    with table_file("csv", listed, release, {}, title="Essai") as path:
        (line,) = csv.DictReader(io.StringIO(path.read_bytes().decode(), newline=""))
    assert line["name"].startswith("'")
    assert (line["name"].replace("'", ""), line["density"]) == (start, "-2.5")
    with table_file("xlsx", listed, release, {}, title="Essai") as path, zipfile.ZipFile(path) as book:
        sheet, styles = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert 'quotePrefix="1"' in styles


def test_a_hidden_value_is_told_apart_from_an_unknown_one():
    items = [
        {"code": code, "status": status, "need": None}
        for code, status in (("1", "suppressed"), ("2", "unknown"))
    ]
    listed = Listed(items, ("code", "status", "need"), NeedItem, "need")
    with table_file("parquet", listed, Release(4, date(2025, 11, 3), "m"), {}, title="Essai") as path:
        assert pq.read_table(path)["status"].to_pylist() == ["suppressed", "unknown"]


def test_a_file_past_its_bound_is_refused_and_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(writing, "MOST_BYTES", 1_000)
    monkeypatch.setattr(writing, "CHECK_ITEMS", 10)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    items = ({"code": str(rank), "name": "x" * 100, "density": 1.0} for rank in range(20_000))
    listed = Listed(items, ("code", "name", "density"), DensityItem, "density")
    with (
        pytest.raises(ParameterError, match="dépasserait"),
        table_file("csv", listed, Release(4, date(2025, 11, 3), "m"), {}, title="Essai"),
    ):
        pytest.fail("le fichier a été écrit")
    assert list(tmp_path.iterdir()) == []
    assert next(items)["code"] != "0"


def test_a_large_file_is_sent_whole_from_disk(client, monkeypatch):
    whole = told(client, "csv", PRACTICES).content
    monkeypatch.setattr(deps, "LARGEST_BYTES", 10)
    answer = client.get(f"{PRACTICES}?format=csv&decimal=point", headers={"Accept-Encoding": "identity"})
    assert answer.content == whole
