"""The map in bad conditions: no network, a slow or failing server, a phone, paper; and what it weighs."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect
from visit import PHONE, Visit

pytestmark = pytest.mark.browser

DENSITIES = re.compile(r"/api/v1/densities\?level=iris")
FIRST_LOAD_BYTES = 600_000


def test_nothing_leaves_this_machine_and_nothing_breaks_the_policy(desk: Visit) -> None:
    page = desk.open("?points=1&territoire=iris:001010101")
    page.wait_for_load_state("networkidle")
    page.select_option("#profession", "sage_femme")
    page.check("input[name=level][value=carreau]", force=True)
    expect(page.locator("h1")).to_contain_text("par carreau")
    page.click("#about summary")
    page.click(".leaflet-control-zoom-in")
    page.wait_for_load_state("networkidle")
    assert desk.outside == []
    assert desk.errors == []
    assert page.locator("[style*=url]").count() == 0


def test_the_page_writes_no_inline_script_nor_style(desk: Visit) -> None:
    answer = desk.page.request.get(f"{desk.address}/")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    text = answer.text()
    assert re.search(r"<script(?![^>]*\bsrc=)", text) is None
    assert re.search(r"\sstyle=|<style|\son\w+=", text) is None


def test_the_first_load_is_light(desk: Visit) -> None:
    sizes: list[int] = []
    watch = desk.page.context.new_cdp_session(desk.page)
    watch.send("Network.enable")
    watch.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    desk.open().wait_for_load_state("networkidle")
    assert 50_000 < sum(sizes) <= FIRST_LOAD_BYTES


def _problem(route: Route) -> None:
    body = {
        "type": "about:blank",
        "title": "Base de données indisponible",
        "status": 503,
        "detail": "La base de données ne répond pas.",
        "hint": "Réessayez dans quelques secondes.",
    }
    route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(body))


def test_a_failing_server_is_explained_and_can_be_asked_again(desk: Visit) -> None:
    page = desk.page
    page.route(DENSITIES, _problem)
    page.goto(f"{desk.address}/")
    card = page.locator("#status .card")
    expect(card).to_contain_text("Base de données indisponible")
    expect(card).to_contain_text("Réessayez dans quelques secondes.")
    expect(page.locator("#profession option")).not_to_have_count(0)
    desk.keep("error")
    page.unroute(DENSITIES)
    card.locator("button").click()
    expect(page.locator(".legend-row").first).to_be_visible()
    expect(page.locator("#status")).to_be_hidden()


def test_a_failure_later_keeps_the_map_that_was_there(desk: Visit) -> None:
    page = desk.open()
    page.route(DENSITIES, _problem)
    page.select_option("#profession", "infirmier")
    expect(page.locator("#status .card")).to_contain_text("La carte d'avant reste affichée")
    assert "Médecins généralistes" in page.title()
    assert page.input_value("#profession") == "medecin_generaliste"
    assert "qui=infirmier" not in page.url
    page.unroute(DENSITIES)
    page.click("#status .card button")
    expect(page.locator("h1")).to_contain_text("Infirmiers")
    assert page.input_value("#profession") == "infirmier"
    assert page.locator(".leaflet-data-pane path[data-class]").count() == 60


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?qui=inconnu&echelle=zzz&territoire=x:y", ["« inconnu »", "« zzz »", "« x:y »"]),
        ("?qui=medecin_generalist", ["profession « medecin_generalist » inconnue"]),
        ("?dans=commune:99999", ["« commune:99999 »"]),
        ("?echelle=france", ["aucun territoire à l'échelle « france »"]),
    ],
)
def test_a_bad_link_falls_back_and_says_what_was_wrong(desk: Visit, query: str, said: list[str]) -> None:
    page = desk.open(query)
    notice = page.locator("#notice")
    for words in ["Ce lien n'était pas complet", *said]:
        expect(notice).to_contain_text(words)
    expect(page.locator("h1")).to_contain_text("Médecins généralistes libéraux")
    expect(page.locator("#status")).to_be_hidden()
    assert page.locator(".leaflet-data-pane path[data-class]").count() == 60
    page.select_option("#profession", "infirmier")
    expect(notice).to_be_hidden()


def _only(route: Route, level: str) -> None:
    answer = route.fetch().json()
    for item in answer["items"]:
        if "level" in item and item["level"] != level:
            item["count"] = 0
        if "profession" in item:
            item["loaded"] = item["subject"] == "establishment"
    route.fulfill(
        json={**answer, "items": [item for item in answer["items"] if item.get("register") != "osm"]}
    )


def test_a_release_of_establishments_and_qpv_only_opens_on_them(desk: Visit) -> None:
    page = desk.page
    for path in ("levels", "professions", "sources"):
        page.route(f"**/api/v1/{path}", lambda route: _only(route, "qpv"))
    desk.open().wait_for_load_state("networkidle")
    expect(page.locator("h1")).to_contain_text("par quartier prioritaire (QPV)")
    assert page.locator(".leaflet-data-pane path[data-class]").count() == 5
    assert page.locator("input[name=level][value=qpv]").is_checked()
    expect(page.locator("#profession option:checked")).not_to_contain_text("non chargé")
    expect(page.locator("#profession option[value=infirmier]")).to_have_text(
        "Infirmiers (registre non chargé)"
    )
    expect(page.locator("#profession option[value=infirmier]")).to_be_disabled()
    expect(page.locator("#notice")).to_be_hidden()
    expect(page.locator(".leaflet-control-attribution")).not_to_contain_text("Fond")


def test_a_view_far_from_the_city_is_brought_back(desk: Visit) -> None:
    page = desk.open("?vue=14/10/10")
    assert page.locator(".leaflet-data-pane path").first.bounding_box()
    page.wait_for_function("() => !location.search.includes('/10.0')")


def test_a_cut_connection_is_said_and_mends_itself(desk: Visit) -> None:
    page = desk.open()
    page.context.set_offline(True)
    page.select_option("#profession", "infirmier")
    expect(page.locator("#status .card")).to_contain_text("Hors connexion")
    assert page.input_value("#profession") == "medecin_generaliste"
    desk.keep("offline")
    page.context.set_offline(False)
    expect(page.locator("h1")).to_contain_text("Infirmiers")
    expect(page.locator("#status")).to_be_hidden()


def _hold(desk: Visit, address: re.Pattern[str]) -> list[Route]:
    """Keep requests waiting; return the list they are added to."""
    held: list[Route] = []

    def wait(route: Route) -> None:
        held.append(route)

    desk.page.route(address, wait)
    return held


def test_a_slow_answer_shows_a_skeleton_after_a_moment(desk: Visit) -> None:
    page = desk.page
    held = _hold(desk, DENSITIES)
    page.goto(f"{desk.address}/")
    expect(page.locator("#status")).to_contain_text("Chargement")
    assert page.locator("#legend .bone").count() > 0
    desk.keep("loading", settled=False)
    held[0].continue_()
    expect(page.locator(".legend-row").first).to_be_visible()
    expect(page.locator("#status")).to_be_hidden()


def test_only_the_last_choice_is_drawn_when_answers_cross(desk: Visit) -> None:
    page = desk.open()
    held = _hold(desk, re.compile(r"densities\?level=iris&profession=infirmier"))
    page.select_option("#profession", "infirmier")
    page.select_option("#profession", "pharmacie")
    expect(page.locator("h1")).to_contain_text("Pharmacies")
    for route in held:
        route.abort()
    expect(page.locator("h1")).to_contain_text("Pharmacies")
    expect(page.locator("#status")).to_be_hidden()


def test_a_level_without_territory_is_said(desk: Visit) -> None:
    page = desk.page
    empty = {"release": {"id": 1, "vintage": "2025-11-03"}, "count": 0, "items": [], "unlocated": 0}
    words = {"title": "Titre", "unit": "pour 100 000 habitants", "population_label": "habitants"}
    page.route(DENSITIES, lambda route: route.fulfill(json={**empty, **words}))
    page.goto(f"{desk.address}/")
    expect(page.locator("#status")).to_contain_text("Aucun territoire à cette échelle")


def test_a_map_without_base_tiles_still_answers(desk: Visit) -> None:
    page = desk.page
    page.route("**/tiles/**", lambda route: route.fulfill(status=404, body="{}"))
    desk.open().wait_for_load_state("networkidle")
    assert page.locator(".leaflet-data-pane path[data-class]").count() == 60
    assert [error for error in desk.errors if "404" not in error] == []


def test_a_release_published_meanwhile_is_drawn_whole(desk: Visit) -> None:
    page = desk.open()
    page.wait_for_load_state("networkidle")
    before = len(desk.asked("/territories?level=iris"))

    def next_release(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(json={**answer.json(), "release": {"id": 99, "vintage": "2026-01-05"}})

    page.route("**/api/v1/**", next_release)
    page.select_option("#profession", "infirmier")
    expect(page.locator("#date option:checked")).to_have_text("5 janvier 2026")
    assert len(desk.asked("/territories?level=iris")) == before + 1
    expect(page.locator("#status")).to_be_hidden()
    page.unroute_all(behavior="wait")


def test_a_phone_shows_map_legend_and_panel_without_sideways_scroll(visit: Callable[..., Visit]) -> None:
    phone = visit(PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    page = phone.open()
    phone.keep("phone")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    expect(page.locator("#controls")).to_be_hidden()
    page.tap("#rail-toggle")
    page.select_option("#profession", "infirmier")
    expect(page.locator("h1")).to_contain_text("Infirmiers")
    page.tap("#rail-toggle")
    for button in page.locator(".rail-toggle, .tools .button:visible").all():
        size = button.bounding_box()
        assert size
        assert size["height"] >= 40
    box = page.locator("#map").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    panel = page.locator("#panel").bounding_box()
    assert panel
    assert panel["width"] == PHONE[0]
    assert panel["y"] + panel["height"] == PHONE[1]
    chosen = page.locator(".selected-outline").bounding_box()
    assert chosen
    assert chosen["y"] >= 0
    assert chosen["y"] < panel["y"]
    shown = page.locator("#map").bounding_box()
    assert shown
    assert panel["y"] - shown["y"] >= 0.4 * PHONE[1]
    assert page.evaluate("document.documentElement.scrollHeight") == PHONE[1]
    phone.keep("phone-panel")


def test_paper_holds_the_map_its_legend_and_its_sources_on_one_sheet(desk: Visit) -> None:
    page = desk.open("?territoire=iris:001010101")
    expect(page.locator(".marks li").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    sheet = page.pdf(prefer_css_page_size=True, print_background=True)
    assert sheet.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    page.emulate_media(media="print")
    expect(page.locator("#controls")).to_be_hidden()
    expect(page.locator("#print-foot")).to_contain_text("Sources")
    expect(page.locator("#print-foot")).to_contain_text("Version")
    page.emulate_media(media="screen")
    expect(page.locator("#controls")).to_be_visible()
    expect(page.locator("#map")).not_to_have_attribute("style", re.compile("scale"))
