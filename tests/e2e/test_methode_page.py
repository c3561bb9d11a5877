"""The page on methods: read without a script, on a phone, and on paper."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from visit import PHONE, Visit

from app.indicators.registry import INDICATORS

pytestmark = pytest.mark.browser


def opened(visit: Visit) -> Visit:
    visit.page.goto(f"{visit.address}/methode")
    visit.page.wait_for_load_state("networkidle")
    return visit


def test_the_page_needs_no_script_and_nothing_from_elsewhere(visit: Callable[..., Visit]) -> None:
    seen = opened(visit(java_script_enabled=False))
    expect(seen.page.locator("h1")).to_have_text("Méthode")
    assert (seen.outside, seen.errors) == ([], [])
    assert seen.asked(".js") == []


def test_the_contents_stay_in_sight_and_lead_to_an_indicator(desk: Visit) -> None:
    page = opened(desk).page
    assert page.locator(".indicator").count() == len(INDICATORS)
    page.click(".contents a[href='#median_stay']")
    box = page.locator("#median_stay").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 100
    expect(page.locator(".contents")).to_be_in_viewport()
    expect(page.locator("[aria-labelledby=median_stay]")).to_contain_text("NS")
    desk.keep("methode")


def test_a_phone_shows_everything_in_its_width(visit: Callable[..., Visit]) -> None:
    page = opened(visit(PHONE)).page
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    assert page.locator("[data-label='Producteur']").first.is_visible()


def test_on_paper_the_codes_are_unfolded_and_links_to_pages_are_gone(desk: Visit) -> None:
    page = opened(desk).page
    codes = page.locator("details.on-paper tbody tr").first
    assert not codes.is_visible()
    page.emulate_media(media="print")
    assert codes.is_visible()
    assert page.locator("header nav").is_hidden()
    assert page.locator(".contents").is_visible()
