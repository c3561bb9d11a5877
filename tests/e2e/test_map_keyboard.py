"""The map without a mouse."""

from collections.abc import Callable

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


def test_the_tools_and_the_nine_classes_are_reached_by_tab_and_worked_by_keys(desk: Visit) -> None:
    page = desk.open("?quoi=besoin")
    _walk_to(page, "cross-cell cross-8")
    assert page.locator("#map path.faded").count() == 53
    _walk_to(page, "points-toggle")
    page.keyboard.press("Enter")
    expect(page.locator(".site").first).to_be_attached()
    assert "points=1" in page.url
    _walk_to(page, "draw-toggle")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert _focused(page) == "area-file"


def test_two_maps_are_read_together_by_the_arrows(desk: Visit) -> None:
    page = desk.open("?contre=date:2023-11-06")
    expect(page.locator("#against-map path[data-class]").first).to_be_attached()
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_contain_text("au 6 novembre 2023 : ")


def test_at_400_per_cent_everything_is_there_without_sideways_scroll(visit: Callable[..., Visit]) -> None:
    # 1280 x 1024 at 400 %: WCAG 2.2, 1.4.10.
    page = visit((320, 256)).open("?territoire=iris:001010101")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.get_by_role("button", name="Fermer").click()
    page.click("#rail-toggle")
    page.select_option("#indicator", "priority")
    expect(page.locator(".cross-cell")).to_have_count(9)
    page.click("#table-toggle")
    expect(page.locator("#table tbody tr").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    for part in ("#indicator", "#map", "#legend", "#table-toggle"):
        page.locator(part).scroll_into_view_if_needed()
        box = page.locator(part).bounding_box()
        assert box
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= 320, part


def test_who_asks_for_less_motion_gets_none(visit: Callable[..., Visit]) -> None:
    page = visit(reduced_motion="reduce").open()
    moving = page.evaluate(
        """() => [...document.querySelectorAll('*')].filter(node => {
          const { transitionDuration, animationDuration } = getComputedStyle(node);
          return `${transitionDuration}, ${animationDuration}`.split(',').some(one => parseFloat(one) > 0.01);
        }).map(node => node.className.baseVal ?? node.className)"""
    )
    assert moving == []


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
