"""Drawing an area: its figures are those of the server, in a link that keeps it."""

import re

import pytest
from playwright.sync_api import expect
from visit import Visit

pytestmark = pytest.mark.browser

TRIANGLE = [(46.39, -3.31), (46.39, -3.29), (46.41, -3.29)]
ZONE = "?zone=" + "_".join(f"{lat:.5f}/{lon:.5f}" for lat, lon in TRIANGLE)


def _digits(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_an_area_is_drawn_corner_by_corner_and_told(desk: Visit) -> None:
    page = desk.open()
    button = page.locator("#draw-toggle")
    button.click()
    expect(page.locator("#hint")).to_contain_text("0 sur 3")
    box = page.locator("#map").bounding_box()
    assert box
    for x, y in ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6)):
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    expect(button).to_have_text("Terminer la zone")
    desk.keep("zone-en-cours")
    button.click()
    expect(page.locator("#panel h2")).to_have_text("Zone dessinée")
    people = page.locator("#panel .panel-value strong")
    expect(people).to_have_text(re.compile(r"^[\d\s]+$"))
    assert len(re.findall(r"_", re.findall(r"zone=([^&]+)", page.url)[0])) == 2
    desk.keep("zone")
    page.go_back()
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator(".area-outline")).to_have_count(0)
    assert desk.errors == []


def test_the_area_of_a_link_has_the_servers_figures(desk: Visit) -> None:
    page = desk.open(ZONE)
    people = page.locator("#panel .panel-value strong")
    expect(people).to_have_text(re.compile(r"^[\d\s]+$"))
    ring = [[lon, lat] for lat, lon in [*TRIANGLE, TRIANGLE[0]]]
    (item,) = page.request.post(
        f"{desk.address}/api/v1/territories/perimetre", data={"type": "Polygon", "coordinates": [ring]}
    ).json()["items"]
    assert _digits(people.inner_text()) == round(item["population"])
    (doctors,) = (one for one in item["densities"] if one["profession"] == "medecin_generaliste")
    words = f"Médecins généralistes : {doctors['headcount']} ; {round(doctors['density'])} pour"
    expect(page.locator("#panel .panel-comparison")).to_contain_text(words)
    page.locator("#panel button:has-text('Fermer')").click()
    assert "zone" not in page.url


def test_an_area_drawn_across_itself_or_unfinished_is_explained(desk: Visit) -> None:
    page = desk.open("?zone=46.39/-3.31_46.41/-3.29_46.41/-3.31_46.39/-3.29")
    expect(page.locator(".panel-problem")).not_to_be_empty()
    assert [error for error in desk.errors if "422" not in error] == []
    page = desk.open()
    page.click("#draw-toggle")
    expect(page.locator("#draw-toggle")).to_have_text("Abandonner la zone")
    page.click("#draw-toggle")
    expect(page.locator("#panel")).to_be_hidden()


@pytest.mark.parametrize("zone", ["46.4/-3.3", "a/b_c/d_e/f", "46.4/-3.3_46.5/-3.3_999/0"])
def test_a_damaged_area_in_a_link_is_left_out_and_said(desk: Visit, zone: str) -> None:
    page = desk.open(f"?zone={zone}")
    expect(page.locator("#notice")).to_contain_text("illisible")
    expect(page.locator("#panel")).to_be_hidden()
