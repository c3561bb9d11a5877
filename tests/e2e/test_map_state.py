"""The address bar: a map is sent as a link, reloaded, and undone with the back key."""

import pytest
from playwright.sync_api import expect
from visit import Visit

pytestmark = pytest.mark.browser


def test_a_reload_shows_the_same_map(desk: Visit) -> None:
    page = desk.open()
    page.select_option("#profession", "infirmier")
    page.check("input[name=level][value=quartier]", force=True)
    page.select_option("#indicator", "headcount")
    desk.territory("01")
    expect(page.locator("#panel h2")).to_be_visible()
    name, title, address = page.inner_text("#panel h2"), page.title(), page.url
    assert "qui=infirmier" in address
    assert "territoire=quartier:01" in address
    page.reload()
    page.wait_for_selector("#panel h2")
    assert (page.inner_text("#panel h2"), page.title()) == (name, title)
    assert page.is_checked("input[name=level][value=quartier]")
    assert page.input_value("#profession") == "infirmier"
    assert page.url == address


def test_a_link_opens_where_it_was_copied(desk: Visit) -> None:
    page = desk.open("?vue=15/46.4/-3.3")
    page.wait_for_load_state("networkidle")
    assert page.url.endswith("?vue=15/46.4/-3.3")
    assert page.inner_text(".leaflet-control-scale") in {"300 m", "500 m"}


def test_the_back_key_undoes_choices_one_by_one(desk: Visit) -> None:
    page = desk.open()
    page.select_option("#profession", "pharmacie")
    expect(page.locator("h1")).to_contain_text("Pharmacies")
    page.check("input[name=level][value=commune]", force=True)
    expect(page.locator("h1")).to_contain_text("par commune")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Pharmacies pour")
    expect(page.locator("h1")).to_contain_text("par IRIS")
    assert page.is_checked("input[name=level][value=iris]")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Médecins généralistes")
    assert page.input_value("#profession") == "medecin_generaliste"
    page.go_forward()
    expect(page.locator("h1")).to_contain_text("Pharmacies")


def test_moving_the_map_makes_no_history_entry(desk: Visit) -> None:
    page = desk.open()
    before = page.evaluate("history.length")
    page.click(".leaflet-control-zoom-in")
    page.wait_for_function("() => !location.search.includes('vue=12.5/')")
    assert page.evaluate("history.length") == before


def test_closing_the_panel_forgets_the_territory(desk: Visit) -> None:
    page = desk.open("?territoire=iris:001010101")
    expect(page.locator("#panel h2")).to_have_text("Centre historique Sud-Ouest")
    page.click("#panel button:has-text('Fermer')")
    expect(page.locator("#panel")).to_be_hidden()
    assert "territoire" not in page.url
    page.go_back()
    expect(page.locator("#panel")).to_be_visible()


def test_the_link_is_copied(desk: Visit) -> None:
    page = desk.open("?territoire=iris:001010101")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("#panel button:has-text('Lien')")
    expect(page.locator("#panel .panel-links button")).to_have_text("Lien copié")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


@pytest.mark.parametrize(
    "query", ["?vue=abc", "?territoire=<b>", "?qui=../x", "?vue=1/2", "?quoi=rien&classes=9"]
)
def test_a_damaged_link_opens_the_default_map(desk: Visit, query: str) -> None:
    page = desk.open(query)
    expect(page.locator("h1")).to_contain_text("Médecins généralistes libéraux pour")
    expect(page.locator("#panel")).to_be_hidden()
    assert desk.errors == []


def test_a_perimeter_in_the_link_limits_the_map(desk: Visit) -> None:
    page = desk.open("?dans=commune:00102")
    drawn = page.locator(".leaflet-data-pane path[data-class]").count()
    assert 0 < drawn < 60
    expect(page.locator("#answer")).to_contain_text("dans l'ensemble")
