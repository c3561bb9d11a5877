"""Finding a place by what one types: a territory opens its panel, an address is where one sets out from."""

import re

import pytest
from playwright.sync_api import expect
from visit import Visit

pytestmark = pytest.mark.browser

FIELD, HITS = "#search-field", "#search-list [role=option]"


def test_a_territory_is_found_without_accents_and_opened_at_its_scale(desk: Visit) -> None:
    page = desk.open()
    page.fill(FIELD, "sabloniere")
    expect(page.locator(HITS)).to_have_text("Aucun territoire ni adresse ne commence ainsi.")
    page.fill(FIELD, "SABLONNIÈRE")
    hit = page.locator(HITS, has_text="QPV").first
    expect(hit).to_contain_text("La Sablonnière")
    hit.click()
    expect(page.locator("#panel h2")).to_have_text("La Sablonnière")
    expect(page.locator("h1")).to_contain_text("par quartier prioritaire (QPV)")
    assert "territoire=qpv:QN00002M" in page.url
    chosen, frame = page.locator(".selected-outline").bounding_box(), page.locator("#map").bounding_box()
    assert chosen
    assert frame
    assert frame["x"] < chosen["x"]
    assert chosen["x"] + chosen["width"] < frame["x"] + frame["width"]
    assert chosen["width"] > frame["width"] / 8


def test_an_address_is_chosen_with_the_keyboard_and_told(desk: Visit) -> None:
    page = desk.open()
    page.focus(FIELD)
    page.keyboard.type("12 av louise michel aubrel")
    expect(page.locator(HITS).first).to_have_text(re.compile("12 Avenue Louise Michel.*Aubrelle-la-Fictive"))
    page.keyboard.press("ArrowDown")
    assert page.get_attribute(FIELD, "aria-activedescendant") == "hit-0"
    expect(page.locator("#live")).to_have_text(re.compile(r"\d propositions?"))
    desk.keep("recherche")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("12 Avenue Louise Michel, Aubrelle-la-Fictive")
    expect(page.locator("#panel .panel-value strong")).to_have_text(re.compile(r"^[\d\s]+$"))
    expect(page.locator(".origin")).to_have_count(1)
    page.reload()
    expect(page.locator("#panel h2")).to_have_text("12 Avenue Louise Michel, Aubrelle-la-Fictive")


def test_escape_closes_the_proposals_then_empties_the_field(desk: Visit) -> None:
    page = desk.open()
    page.focus(FIELD)
    page.keyboard.type("centre")
    expect(page.locator(HITS).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#search-list")).to_be_hidden()
    assert page.input_value(FIELD) == "centre"
    page.keyboard.press("Escape")
    assert page.input_value(FIELD) == ""


def test_a_hostile_place_in_a_link_is_text(desk: Visit) -> None:
    page = desk.open("?depart=46.4/-3.3&lieu=<img src=x onerror=alert(1)>")
    expect(page.locator("#panel h2")).to_have_text("<img src=x onerror=alert(1)>")
    assert desk.errors == []
