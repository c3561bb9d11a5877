"""The page on data quality: read in five seconds, without a script, on a phone and on paper in grey."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from visit import DESKTOP, PHONE, Visit

pytestmark = pytest.mark.browser


def opened(visit: Visit) -> Visit:
    visit.page.goto(f"{visit.address}/qualite")
    visit.page.wait_for_load_state("networkidle")
    return visit


def test_the_verdict_comes_first_and_is_read_without_moving(desk: Visit) -> None:
    page = opened(desk).page
    lead = page.locator(".lead")
    expect(lead).to_have_text(
        re.compile(
            r"^L'offre montrée est celle du 3 novembre 2025, (il y a|hier|aujourd'hui).*\s;\s+"
            r"\d+(,\d)?\s% des lieux d'exercice du territoire sont localisés\s;\s+"
            r"(rien ne demande d'action|un point demande une action|\d+ points demandent une action)\.\s*$"
        )
    )
    box = lead.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < DESKTOP[1] / 2
    desk.keep("qualite")


def test_the_page_needs_no_script_and_nothing_from_elsewhere(visit: Callable[..., Visit]) -> None:
    seen = opened(visit(java_script_enabled=False))
    expect(seen.page.locator("h2").first).to_be_visible()
    assert (seen.outside, seen.errors) == ([], [])
    assert seen.asked(".js") == []


def test_the_bar_shows_what_its_key_says(desk: Visit) -> None:
    page = opened(desk).page
    widths = {
        rect.get_attribute("class"): float(rect.get_attribute("width") or 0) / 10
        for rect in page.locator("figure > .bar rect").all()
    }
    assert sum(widths.values()) == pytest.approx(100, abs=0.1)
    for entry in page.locator(".key > div:has(.swatch)").all():
        name = entry.locator("rect").get_attribute("class")
        share = entry.locator("strong").inner_text().rstrip("%").strip().replace(",", ".")
        assert widths.get(name, 0) == pytest.approx(float(share), abs=0.06)


def test_professions_and_every_loaded_source_are_told(desk: Visit) -> None:
    page = opened(desk).page
    page.click("summary:has-text('Par profession')")
    expect(page.locator("table.professions tbody tr").first.locator("th")).to_have_text(
        "Médecins généralistes"
    )
    sources = page.locator("section[aria-labelledby=sources] table.stacked tbody tr")
    expect(sources.filter(has_text="Annuaire santé, personnes")).to_contain_text("3 novembre 2025")
    expect(page.locator("section[aria-labelledby=guards]")).to_contain_text("La version 4")


def test_a_phone_shows_everything_in_its_width(visit: Callable[..., Visit]) -> None:
    page = opened(visit(PHONE)).page
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    row = page.locator("table.stacked tbody tr").first
    box = row.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= PHONE[0]
    for label in ("Millésime", "Vérifiée", "Changée", "Lignes lues"):
        assert row.locator(f"[data-label='{label}']").is_visible()


def test_on_paper_what_is_folded_is_read_but_for_the_guards_that_pass(desk: Visit) -> None:
    page = opened(desk).page
    page.emulate_media(media="print")
    assert page.locator("table.professions tbody tr").first.is_visible()
    assert page.locator("section[aria-labelledby=guards] details").is_hidden()
    assert page.locator("header nav").is_hidden()


def test_located_is_darker_than_unlocated_in_grey(desk: Visit) -> None:
    page = opened(desk).page
    grey = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('.key rect')].map(rect => {
             const [r, g, b] = getComputedStyle(rect).fill.match(/\\d+/g).map(Number);
             return [rect.className.baseVal, 0.2126 * r + 0.7152 * g + 0.0722 * b];
           }))"""
    )
    dark = [grey[f"class-{name}"] for name in ("finess", "housenumber", "street")]
    light = [grey[f"class-{name}"] for name in ("locality", "municipality", "none")]
    assert max(dark) + 20 < min(light)


def test_the_map_leads_there_and_back(desk: Visit) -> None:
    page = desk.open()
    page.click("a:has-text('Qualité et sources')")
    expect(page.locator(".verdict")).to_be_visible()
    page.click("a:has-text('La carte')")
    page.wait_for_selector(".legend-row")
