"""« Comparer avec »: two dates, two professions, two indicators, side by side and moved together."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from visit import PHONE, Visit

pytestmark = pytest.mark.browser

PAST = "?contre=date:2023-11-06"


def _classes(page: Page, head: str) -> list[str]:
    """Return the bounds of the classes of one map, without how many territories they hold."""
    rows = page.locator(f"{head} .strip li").all_inner_texts()
    return [re.sub(r"\s*\(\d+\)", "", row) for row in rows]


def test_two_dates_share_their_classes_and_their_sentence(desk: Visit) -> None:
    page = desk.open(PAST)
    expect(page.locator("h1")).to_have_text(
        re.compile(r"pour 100\s000 habitants, par IRIS, au 6 novembre 2023 et au 3 novembre 2025$")
    )
    expect(page.locator("#against-head h2")).to_have_text("Au 6 novembre 2023")
    expect(page.locator("#main-head h2")).to_have_text("Au 3 novembre 2025")
    assert _classes(page, "#against-head") == _classes(page, "#main-head")
    then, now = (page.locator(f"{map_} path[data-class]") for map_ in ("#against-map", "#map"))
    assert (then.count(), now.count()) == (60, 60)
    left, right = page.locator("#against-map").bounding_box(), page.locator("#map").bounding_box()
    assert left
    assert right
    assert left["x"] < right["x"]
    desk.keep("comparer-dates")


def test_a_change_is_told_as_established_or_not(desk: Visit) -> None:
    page = desk.open(f"{PAST}&territoire=iris:001010101")
    served = page.request.get(
        f"{desk.address}/api/v1/trends?profession=medecin_generaliste&level=iris&since=2023-11-06"
    ).json()
    (item,) = (one for one in served["items"] if one["code"] == "001010101")
    words = page.locator(".panel-against")
    expect(words.first).to_contain_text(f"Au 6 novembre 2023 : {round(item['points'][0]['density'])} pour")
    expect(words.last).to_have_text(item["change"]["sentence"])
    assert page.locator(".selected-outline").count() == 2


def test_two_professions_move_together_and_are_chosen_in_the_rail(desk: Visit) -> None:
    page = desk.open()
    page.select_option("#against", "qui:infirmier")
    expect(page.locator("h1")).to_contain_text("Médecins généralistes et infirmiers libéraux pour")
    assert "contre=qui:infirmier" in page.url
    page.click("#map .leaflet-control-zoom-in")
    page.wait_for_function(
        """() => {
          const [one, other] = ['#map', '#against-map'].map(id => document.querySelector(id)
            .querySelector('.leaflet-control-scale-line').textContent);
          return one === other;
        }"""
    )
    page.go_back()
    expect(page.locator("#against-frame")).to_be_hidden()
    expect(page.locator("h1")).not_to_contain_text("infirmiers")
    page.go_forward()
    expect(page.locator("#against-head h2")).to_have_text("Infirmiers")
    page.click("#table-toggle")
    expect(page.locator("#table thead")).to_contain_text("Infirmiers")
    page.select_option("#profession", "infirmier")
    expect(page.locator("#against-frame")).to_be_hidden()
    assert "contre" not in page.url


def test_an_indicator_stands_beside_another_and_a_date_only_where_counts_are_kept(desk: Visit) -> None:
    page = desk.open("?contre=quoi:couverture&echelle=quartier")
    expect(page.locator("#against-head h2")).to_contain_text("habitants à moins de 15 minutes")
    expect(page.locator(".strip-unit")).to_have_text(
        ["Pour 100 000 habitants", "% des habitants à moins de 15 min"]
    )
    one, other = (page.locator(map_).bounding_box() for map_ in ("#map", "#against-map"))
    assert one
    assert other
    assert (one["y"], one["height"]) == (other["y"], other["height"])
    expect(page.locator("#against optgroup[label='Une autre date'] option")).to_have_count(3)
    page.select_option("#indicator", "access_time")
    expect(page.locator("h1")).to_contain_text("temps à pied")
    expect(page.locator("#against optgroup[label='Une autre date']")).to_have_count(0)


def test_a_date_without_counts_is_explained_and_the_map_stands(desk: Visit) -> None:
    page = desk.open("?contre=date:1999-01-01")
    expect(page.locator("#status .card")).to_contain_text("premier millésime")
    assert page.locator("#map path[data-class]").count() == 60


def test_two_maps_print_on_one_sheet_and_fit_a_phone(visit: Callable[..., Visit]) -> None:
    page = visit().open(PAST)
    expect(page.locator("#against-map path[data-class]").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    sheet = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    phone = visit(PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    page = phone.open(PAST)
    expect(page.locator("#against-map path[data-class]").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    phone.keep("comparer-phone")
