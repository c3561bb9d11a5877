"""What the API says of itself: OpenAPI, its page, health and metrics."""

import re
from html.parser import HTMLParser

import pytest
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.api.docs.reading import operations
from app.api.glossary import glossary
from app.api.main import create_app

# Addresses whose example needs what the small city lacks: a graph, an older release, another place.
ELSEWHERE = {
    *("territory", "base_tile", "release_diff", "isochrones", "isochrones_of_points"),
    *("access_times", "accessibility", "coverage", "nearest", "coverage_of_points", "areas"),
}
# Closed to who has no key: asked by the tests on roles.
CLOSED = {"people"}


@pytest.fixture(scope="module")
def schema(client):
    return client.get("/api/v1/openapi.json").json()


def all_operations(schema):
    return [spec for methods in schema["paths"].values() for spec in methods.values()]


def test_every_operation_is_named_described_and_says_its_errors(schema):
    assert schema["info"]["title"] == "Observatoire de l'offre de soins"
    names = [spec["operationId"] for spec in all_operations(schema)]
    assert len(set(names)) == len(names) >= 24
    for path, methods in schema["paths"].items():
        for spec in methods.values():
            assert spec["summary"]
            assert spec["description"]
            assert spec["tags"]
            if path.startswith("/api/"):
                assert {"200", "404", "422", "503"} <= set(spec["responses"])
                assert "application/problem+json" in spec["responses"]["422"]["content"]


def test_every_parameter_is_described_in_french(schema):
    for spec in all_operations(schema):
        for parameter in spec.get("parameters", ()):
            assert parameter["description"].endswith((".", "défaut."))


def test_every_field_of_every_answer_has_a_sentence_and_an_example(schema):
    for name, shape in schema["components"]["schemas"].items():
        for field, told in shape.get("properties", {}).items():
            parts = [told, told.get("items", {}), *told.get("anyOf", ())]
            described = told.get("description") or ""
            assert len(described) > 3, f"{name}.{field}"
            shown = any("$ref" in part or "const" in part for part in parts)
            assert shown or told.get("examples"), f"{name}.{field}"


def test_no_line_of_the_page_begins_in_the_middle_of_a_quotation(client):
    page = client.get("/docs").text
    assert "«\u00a0" in page
    assert re.findall(r"« .{0,40}|.{0,40} »", page) == []


def test_every_parameter_has_an_example(schema):
    for spec in all_operations(schema):
        for parameter in spec.get("parameters", ()):
            told = parameter["schema"]
            parts = [told, *told.get("anyOf", ())]
            shown = any("const" in part for part in parts)
            given = told.get("examples") or parameter.get("example") or parameter.get("examples")
            assert shown or given, (spec["operationId"], parameter["name"])


def test_every_problem_that_is_announced_is_shown(schema):
    for spec in all_operations(schema):
        for status, answer in spec["responses"].items():
            shown = answer.get("content", {}).get("application/problem+json")
            if status.startswith("4") and shown:
                assert shown.get("example", {}).get("detail") or shown.get("examples"), (
                    spec["operationId"],
                    status,
                )


def test_every_reference_of_the_description_leads_somewhere(schema):
    shapes = schema["components"]["schemas"]
    for name in set(re.findall(r"#/components/schemas/(\w+)", str(schema))):
        assert name in shapes, name


def test_every_word_of_the_glossary_serves(schema):
    shapes = schema["components"]["schemas"]
    known = {field for shape in shapes.values() for field in shape.get("properties", ())}
    known |= {f"{name}.{field}" for name, shape in shapes.items() for field in shape.get("properties", ())}
    assert set(glossary()) <= known


def test_names_of_operations_do_not_change(schema):
    """A generated client calls by these: one may come, none may go without the notice of docs/api.md."""
    names = {spec["operationId"] for spec in all_operations(schema)}
    assert names >= LASTING, LASTING - names


def test_every_list_refuses_what_is_empty_or_given_twice(client, schema):
    for operation in operations(schema):
        if operation.path.startswith("/api/") and operation.identity not in CLOSED:
            address = re.sub(r"\{\w+\}", "1", operation.path)
            for query in ("release=", "release=1&release=1"):
                answer = client.request(
                    operation.method, f"{address}?{query}", content=operation.body or None
                )
                assert (answer.status_code, answer.json()["parameter"]) == (422, "release"), address


def test_nothing_of_the_framework_s_english_is_left(schema):
    text = str(schema)
    for english in ("Successful Response", "Validation Error", "HTTPValidationError"):
        assert english not in text


def test_documented_examples_of_addresses_answer(client, schema, city):
    for operation in operations(schema):
        address = operation.example.replace("/4", f"/{city.releases['new']}", 1)
        if operation.method == "GET" and operation.identity not in ELSEWHERE | CLOSED:
            assert client.get(address).status_code == 200, address


LASTING = {
    *("healthz", "readyz", "levels", "professions", "indicators", "sources", "releases", "release"),
    *("release_diff", "quality", "territories", "territory", "areas", "addresses", "practices", "densities"),
    *("isochrones", "isochrones_of_points", "qpv_gaps", "inequalities", "needs", "trends", "projections"),
    *("access_times", "coverage", "coverage_of_points", "nearest", "accessibility", "catalogue", "layers"),
    *("layer_tilejson", "layer_style", "layer_qgis_style", "tile"),
}


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page(client):
    answer = client.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    parser = Tags()
    parser.feed(answer.text)
    return answer.text, parser.seen


def test_the_page_needs_no_script_no_inline_style_and_nothing_from_elsewhere(page):
    _, tags = page
    assert not [tag for tag, _ in tags if tag in {"script", "style"}]
    assert not [
        attrs for _, attrs in tags if "style" in attrs or any(name.startswith("on") for name in attrs)
    ]
    links = [attrs.get("href") or attrs.get("src") or "" for _, attrs in tags]
    assert not [link for link in links if link.startswith(("http:", "https:", "//"))]


def test_the_page_has_every_address_and_its_style(client, page, schema):
    text, tags = page
    for path in schema["paths"]:
        assert path in text
    sheets = [attrs["href"] for tag, attrs in tags if tag == "link"]
    assert "/docs/style.css" in sheets
    assert client.get("/docs/style.css").headers["content-type"] == "text/css; charset=utf-8"


def test_the_type_of_a_problem_leads_to_its_description(client, page):
    text, _ = page
    for address in ("/nope", "/api/v1/levels?x=1", "/api/v1/releases/99"):
        anchor = client.get(address).json()["type"].removeprefix("/docs#")
        assert f'id="{anchor}"' in text


def test_forms_send_only_known_parameters(page, schema):
    _, tags = page
    names = {attrs["name"] for tag, attrs in tags if tag in {"input", "select"}}
    known = {parameter["name"] for spec in all_operations(schema) for parameter in spec.get("parameters", ())}
    assert names <= known


def test_a_form_with_empty_fields_is_answered(client):
    answer = client.get("/docs/ask/densities?release=&format=&within=&level=iris&profession=pediatre")
    assert answer.status_code == 200
    assert str(answer.url).endswith("/api/v1/densities?level=iris&profession=pediatre")


@pytest.mark.parametrize("identity", ["territory", "nope"])
def test_an_address_without_a_form_is_not_asked_through_one(client, identity):
    assert client.get(f"/docs/ask/{identity}").status_code == 404


def test_health_and_readiness(client, city):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {
        "status": "ready",
        "database": "ok",
        "release": city.releases["new"],
        "graph": None,
        "graph_problem": "Aucun graphe de circulation ne va encore à pied. "
        "Construisez-le : observatoire graph build FICHIER.osm.pbf",
        "worker": "absent",
    }


def test_metrics_count_by_route_never_by_address(client, city):
    client.get("/api/v1/territories/iris/001010101")
    client.get("/api/v1/territories/iris/secret-code")
    client.request("BREW", "/nope-nope")
    text = client.get("/metrics").text
    assert 'route="/api/v1/territories/{level}/{code}",status="200"' in text
    assert "secret-code" not in text
    assert "nope-nope" not in text
    assert "BREW" not in text
    assert f"observatoire_published_release {city.releases['new']}" in text


def test_metrics_are_well_formed_and_cumulative(client):
    text = client.get("/metrics").text
    for line in text.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) .+|[a-z_]+(\{.*\})? [0-9.e+-]+", line), line
    counts = [
        int(line.rsplit(" ", 1)[1])
        for line in text.splitlines()
        if line.startswith('observatoire_http_request_seconds_bucket{route="/healthz"')
    ]
    assert counts == sorted(counts)


def test_pages_and_static_files_are_served_under_the_same_policy(settings_on, client, tmp_path, published):
    (tmp_path / "map.css").write_text("body{}", encoding="utf-8")
    pages = APIRouter()

    @pages.get("/")
    def home():
        return HTMLResponse("<h1>Carte</h1>")

    app = create_app(settings_on(published[0]), pages=pages, static=tmp_path)
    with type(client)(app) as opened:
        assert opened.get("/").text == "<h1>Carte</h1>"
        sheet = opened.get("/static/map.css")
        assert (sheet.status_code, sheet.headers["content-type"]) == (200, "text/css; charset=utf-8")
        assert "default-src 'self'" in sheet.headers["content-security-policy"]
        missing = opened.get("/static/none.css")
        assert missing.status_code == 404
        assert missing.headers["content-type"] == "application/problem+json"
        assert opened.get("/static/../conftest.py").status_code == 404
        assert "/" not in opened.get("/api/v1/openapi.json").json()["paths"]
