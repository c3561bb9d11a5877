"""An area brought in a file: its figures, its refusals in words, and nothing of it executed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from visit import Visit

pytestmark = pytest.mark.browser

SQUARE = [[-3.31, 46.39], [-3.29, 46.39], [-3.29, 46.41], [-3.31, 46.41], [-3.31, 46.39]]
ISLAND = [[-3.305, 46.395], [-3.3, 46.395], [-3.3, 46.4], [-3.305, 46.395]]
BOW = [[-3.31, 46.39], [-3.29, 46.41], [-3.29, 46.39], [-3.31, 46.41], [-3.31, 46.39]]
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


def _feature(*rings: list[list[float]], **properties: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def _bring(page: Page, name: str, body: bytes) -> None:
    page.click("#draw-toggle")
    with page.expect_file_chooser() as chooser:
        page.click("#area-file")
    chooser.value.set_files({"name": name, "mimeType": "application/json", "buffer": body})


def test_a_simple_polygon_of_a_file_becomes_a_link(desk: Visit) -> None:
    page = desk.open()
    _bring(page, "zone.geojson", json.dumps(_feature(SQUARE)).encode())
    expect(page.locator("#panel h2")).to_have_text("Zone dessinée")
    expect(page.locator("#panel .panel-value strong")).to_have_text(re.compile(r"^[\d\s]+$"))
    assert len(re.findall("_", re.findall("zone=([^&]+)", page.url)[0])) == 3
    expect(page.locator("#draw-toggle")).to_have_attribute("aria-pressed", "false")
    assert desk.errors == []


def test_areas_with_hostile_names_are_shown_as_text_and_kept_while_choices_change(desk: Visit) -> None:
    page = desk.open()
    layers = {
        "type": "FeatureCollection",
        "features": [
            _feature(SQUARE, ISLAND, name=HOSTILE),
            _feature(ISLAND, name="Îlot"),
            _feature(BOW, name="Croix"),
        ],
    }
    _bring(page, "<b>zones</b>.geojson", json.dumps(layers).encode())
    expect(page.locator("#panel h2")).to_have_text("<b>zones</b>.geojson")
    names = page.locator("#panel .area-one summary")
    expect(names).to_have_text([HOSTILE, "Îlot"])
    expect(page.locator("#panel .panel-problem")).to_contain_text("Croix : La zone se croise elle-même")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#panel img, #panel script").count() == 0
    assert page.locator(".area-outline").count() > 0
    page.select_option("#profession", "infirmier")
    expect(page.locator("#panel .panel-comparison").first).to_contain_text("Infirmiers")
    page.focus("#map")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator(".area-outline")).to_have_count(0)


def test_a_file_that_is_no_area_is_refused_in_words(desk: Visit) -> None:
    point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [-3.3, 46.4]}}
    page = desk.open()
    for name, body, said in (
        ("croix.geojson", json.dumps(_feature(BOW)).encode(), "se croise elle-même"),
        ("texte.geojson", b"<script>window.hacked=1</script>", "fichier XML"),
        ("point.geojson", json.dumps(point).encode(), "polygone"),
    ):
        _bring(page, name, body)
        expect(page.locator("#panel .panel-problem")).to_contain_text(said)
    assert page.evaluate("window.hacked") is None
    assert [error for error in desk.errors if "422" not in error] == []


def test_a_file_of_20_mb_is_refused_before_it_is_sent(desk: Visit, tmp_path: Path) -> None:
    heavy = tmp_path / "lourd.geojson"
    heavy.write_bytes(b" " * (20 << 20))
    page = desk.open()
    page.click("#draw-toggle")
    with page.expect_file_chooser() as chooser:
        page.click("#area-file")
    chooser.value.set_files(heavy)
    expect(page.locator("#status .card")).to_contain_text("20 Mo, pour 10 au plus. Rien n'a été envoyé.")
    assert desk.asked("/territories/perimetre") == []
    assert page.locator("#map path[data-class]").count() == 60
