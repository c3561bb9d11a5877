"""The map without a mouse."""

import pytest
from playwright.sync_api import Page, expect
from visit import Visit

pytestmark = pytest.mark.browser


def _focused(page: Page) -> str:
    where: str = page.evaluate(
        "(document.activeElement.id || document.activeElement.name || document.activeElement.className "
        "|| document.activeElement.tagName)"
    )
    return where


def _walk_to(page: Page, wanted: str, most: int = 40) -> None:
    for _ in range(most):
        if _focused(page) == wanted:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab; the focus is on {_focused(page)}")


def test_the_first_tab_offers_to_skip_to_the_map(desk: Visit) -> None:
    page = desk.open()
    page.keyboard.press("Tab")
    assert _focused(page) == "skip"
    page.keyboard.press("Enter")
    expect(page.locator("#map")).to_be_focused()


def test_every_control_is_reached_and_shows_its_focus(desk: Visit) -> None:
    page = desk.open()
    for wanted in (
        "indicator",
        "profession",
        "level",
        "date",
        "legend-row",
        "map",
        "table-toggle",
        "copy-link",
    ):
        _walk_to(page, wanted)
        ring = page.evaluate(
            """() => {
              const at = document.activeElement;
              const shown = at.nextElementSibling && at.closest('.chips') ? at.nextElementSibling : at;
              return getComputedStyle(shown).outlineWidth;
            }"""
        )
        assert ring == "3px", wanted


def test_arrows_walk_through_territories_and_enter_opens_one(desk: Visit) -> None:
    page = desk.open()
    page.focus("#map")
    said = []
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
        said.append(page.inner_text("#live"))
    assert len(set(said)) == len(said)
    assert all("pour 100" in text or "inconnu" in text for text in said)
    assert page.locator(".cursor-outline").count() == 1
    desk.keep("keyboard")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_focused()
    assert page.inner_text("#panel h2") in said[-1]
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#map")).to_be_focused()


def test_plus_and_minus_zoom(desk: Visit) -> None:
    page = desk.open()
    page.focus("#map")
    before = page.url
    page.keyboard.press("+")
    page.wait_for_function("before => location.href !== before", arg=before)
    zoomed = page.url
    page.keyboard.press("-")
    page.wait_for_function("before => location.href !== before", arg=zoomed)


def test_a_row_of_the_table_opens_the_panel_on_enter(desk: Visit) -> None:
    page = desk.open()
    page.focus("#table-toggle")
    page.keyboard.press("Enter")
    row = page.locator("#table tbody th button").first
    name = row.inner_text()
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text(name)
    expect(page.locator("#table tr.chosen th")).to_have_text(name)
