"""Public transport on the map: offered where a timetable is loaded, its departure always said."""

import re

import pytest
from playwright.sync_api import Route, expect
from visit import Visit

pytestmark = pytest.mark.browser

DEPARTURE = re.compile(r"départ le \d+ \S+ \d{4} entre 8\sh et 9\sh")


def test_coverage_by_bus_says_when_one_leaves_and_outlines_what_is_within_reach(desk: Visit) -> None:
    page = desk.open("?quoi=couverture")
    expect(page.locator(".covered-key")).to_contain_text("Contour à 15 minutes", timeout=20_000)
    assert page.locator(".covered-outline").count() > 0
    page.select_option("#mode", "transit")
    expect(page.locator("h1")).to_contain_text(DEPARTURE)
    expect(page.locator("#minutes option")).to_have_count(6)
    page.select_option("#indicator", "density")
    expect(page.locator(".covered-key")).to_have_count(0)
    assert page.locator(".covered-outline").count() == 0
    assert desk.errors == []


def test_what_a_bus_reaches_from_a_point_says_when_one_leaves(desk: Visit) -> None:
    page = desk.open("?depart=46.4/-3.3&trajet=transports")
    expect(page.locator(".panel-departure")).to_have_text(re.compile(r"^Départ le .* entre 8\sh et 9\sh\.$"))
    expect(page.locator("select[name=point-mode] option:checked")).to_have_text("en transports en commun")
    expect(page.locator(".nearest li")).to_have_count(3)


def _without_timetable(route: Route) -> None:
    answer = route.fetch().json()
    kept = [item for item in answer["items"] if item["register"] != "gtfs"]
    route.fulfill(json={**answer, "items": kept})


def test_without_a_timetable_no_bus_is_offered_and_a_link_to_one_says_so(desk: Visit) -> None:
    desk.page.route("**/api/v1/sources", _without_timetable)
    page = desk.open("?quoi=couverture&trajet=transports")
    expect(page.locator("#notice")).to_contain_text("Aucun horaire de transports en commun")
    expect(page.locator("#mode option")).to_have_text(["À pied", "À vélo", "En voiture"])
    expect(page.locator("h1")).to_contain_text("à pied")
