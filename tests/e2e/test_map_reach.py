"""Who can reach care, on the map: coverage, squares left out, times, accessibility, life around a point."""

import json
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect
from visit import PHONE, Visit

from app.settings import PROJECT

pytestmark = pytest.mark.browser

COVERAGE = "?quoi=couverture&echelle=qpv"
QUARTER = f"{COVERAGE}&territoire=qpv:QN00002M"
CENTRE = "?depart=46.4/-3.3"


def _digits(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def test_the_map_the_api_and_the_command_give_the_same_figure(
    desk: Visit, demo_environment: dict[str, str]
) -> None:
    page = desk.open(QUARTER)
    said = page.locator("#panel .panel-sentence").inner_text()
    covered, known = map(_digits, re.findall(r"([\d\s]+) habitants sur ([\d\s]+) ont", said)[0])
    question = {"profession": "medecin_generaliste", "level": "qpv", "mode": "walk", "minutes": "15"}
    asked = "&".join(f"{name}={value}" for name, value in question.items())
    served = page.request.get(f"{desk.address}/api/v1/coverage?{asked}").json()
    printed = subprocess.run(
        [sys.executable, "-m", "app.cli", "coverage"]
        + [part for name, value in question.items() for part in (f"--{name}", value)],
        env=demo_environment,
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    for answer in (served, json.loads(printed.stdout)):
        (item,) = (one for one in answer["items"] if one["code"] == "QN00002M")
        assert (covered, known) == (round(item["covered"]), round(item["known"]))
        assert page.locator("#panel .panel-value strong").inner_text() == f"{item['share']:.0%}".replace(
            "%", "\u202f%"
        )


def test_the_squares_left_out_are_drawn_counted_and_listed(desk: Visit) -> None:
    page = desk.open(COVERAGE)
    cells = page.request.get(
        f"{desk.address}/api/v1/coverage?profession=medecin_generaliste&level=qpv&mode=walk&minutes=15"
    ).json()["uncovered_cells"]
    assert cells
    expect(page.locator(".uncovered-cell")).to_have_count(len(cells))
    keys = page.locator(".legend-key:has(.swatch)").all_inner_texts()
    assert sum(_digits(key.split(":")[1]) for key in keys) == len(cells)
    page.click("#table-toggle")
    page.click(".drawer-tab:has-text('Carreaux non couverts')")
    rows = page.locator("#table tbody tr")
    expect(rows).to_have_count(len(cells))
    assert _digits(rows.first.locator("td").first.inner_text()) == round(cells[0]["people"])
    rows.first.locator("button").click()
    expect(page.locator(".leaflet-tooltip")).to_contain_text("habitants, premier lieu à")
    desk.keep("couverture-carreaux")


def test_the_headline_counts_as_many_people_left_out_as_the_territories_do(desk: Visit) -> None:
    page = desk.open("?quoi=couverture")
    answer = page.request.get(
        f"{desk.address}/api/v1/coverage?profession=medecin_generaliste&level=iris&mode=walk&minutes=15"
    ).json()
    uncovered = sum(item["uncovered"] for item in answer["items"])
    assert sum(cell["people"] for cell in answer["uncovered_cells"]) == pytest.approx(uncovered, abs=0.01)
    told = f"{uncovered:,.0f}".replace(",", "")
    shown = re.sub(r"(?<=\d)\s(?=\d)", "", page.locator("body").inner_text())
    assert f"{told} habitants sans lieu à portée" in re.sub(r"\s", " ", shown)


def test_coverage_is_one_sentence_its_classes_and_no_empty_promise(desk: Visit) -> None:
    page = desk.open("?quoi=couverture")
    expect(page.locator("h1")).to_have_text(
        "Médecins généralistes libéraux : habitants à moins de 15 minutes à pied d'un lieu d'exercice, "
        "par IRIS, au 3 novembre 2025"
    )
    expect(page.locator("#answer")).to_contain_text(re.compile(r"\d+\s% des habitants dans l'ensemble"))
    expect(page.locator(".legend-row[data-kind=class]").first).to_contain_text("99 à 100")
    assert page.locator(".leaflet-data-pane path[data-class]").count() == 60
    desk.keep("couverture")


def test_how_one_travels_is_asked_where_it_matters_only(desk: Visit) -> None:
    page = desk.open()
    expect(page.locator("#mode")).to_be_hidden()
    page.select_option("#indicator", "coverage")
    page.select_option("#minutes", "30")
    expect(page.locator("h1")).to_contain_text("30 minutes à pied")
    page.select_option("#mode", "bike")
    expect(page.locator("h1")).to_contain_text("20 minutes à vélo")
    assert page.locator("#minutes option").all_inner_texts()[-1] == "20 min"
    assert "quoi=couverture" in page.url
    assert "trajet=velo&minutes=20" in page.url
    page.go_back()
    expect(page.locator("h1")).to_contain_text("30 minutes à pied")
    page.select_option("#indicator", "access_time")
    expect(page.locator("#minutes")).to_be_hidden()


def test_a_short_time_is_dark_and_the_mean_can_be_asked(desk: Visit) -> None:
    page = desk.open("?quoi=temps&territoire=iris:001010101")
    first = page.locator(".legend-row[data-kind=class]").first
    expect(first).to_contain_text("moins de 5")
    expect(first.locator(".swatch")).to_have_class(re.compile("class-4"))
    expect(page.locator("#panel .panel-value")).to_contain_text("de temps médian à pied")
    expect(page.locator("#panel .bars")).to_contain_text("15 min ou moins")
    page.click(".more summary")
    before = len(desk.asked("/access-times?level=iris"))
    page.check("input[name=statistic][value=mean]")
    expect(page.locator("#panel .panel-value")).to_contain_text("en moyenne à pied")
    assert len(desk.asked("/access-times?level=iris")) == before


def test_the_official_score_has_its_official_classes(desk: Visit) -> None:
    page = desk.open("?quoi=accessibilite")
    expect(page.locator("h1")).to_contain_text("Consultations accessibles par an et par habitant")
    expect(page.locator(".legend-row[data-kind=class]").first).to_contain_text("4,0 ou plus")
    page.click(".more summary")
    page.select_option("#preset", "2sfca")
    expect(page.locator("h1")).not_to_contain_text("Consultations")
    expect(page.locator("input[name=breaks][value=fixed]")).to_be_hidden()
    page.select_option("#profession", "infirmier")
    expect(page.locator("h1")).to_contain_text("infirmiers")


def test_a_click_tells_who_lives_around_the_point(desk: Visit) -> None:
    page = desk.open()
    page.click("#reach-toggle")
    expect(page.locator("#hint")).to_contain_text("Cliquez un point")
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#panel")).to_be_focused()
    people = page.locator("#panel .panel-value strong")
    expect(people).to_have_text(re.compile(r"^[\d\s]+$"))
    expect(page.locator(".isochrone")).to_have_count(3)
    lat, lon = re.findall(r"depart=([\d.-]+)/([\d.-]+)", page.url)[0]
    asked = f"lat={lat}&lon={lon}&mode=walk&minutes=5,10,15&profession=medecin_generaliste"
    widest = page.request.get(f"{desk.address}/api/v1/isochrones?{asked}").json()["items"][-1]
    assert _digits(people.inner_text()) == int(widest["population"] + 0.5)
    sentence = page.locator("#panel .panel-sentence")
    expect(sentence).to_contain_text(f"médecins généralistes : {widest['headcount']}, dans")
    expect(sentence).to_contain_text(re.compile(r"rue la plus proche, à \d+\sm du point"))
    expect(page.locator("#panel")).to_contain_text("65 ans et plus")
    expect(page.locator(".nearest li")).to_have_count(3)
    desk.keep("isochrone")


def test_a_point_is_sent_as_a_link_and_its_question_can_be_changed(desk: Visit) -> None:
    page = desk.open(CENTRE)
    people = page.locator("#panel .panel-value strong")
    near = _digits(people.inner_text())
    page.focus("select[name=point-minutes]")
    page.select_option("select[name=point-minutes]", "30")
    expect(page.locator(".isochrone-30")).to_have_count(1)
    assert _digits(people.inner_text()) > near
    assert "minutes=30" in page.url
    expect(page.locator("select[name=point-minutes]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator(".isochrone")).to_have_count(0)
    assert "depart" not in page.url


def test_a_point_that_leads_nowhere_says_why(desk: Visit) -> None:
    page = desk.open("?depart=46.5/-4")
    expect(page.locator(".panel-problem")).to_contain_text("hors de ce que couvre le graphe")
    assert [error for error in desk.errors if "422" not in error] == []


def test_a_point_is_chosen_without_a_mouse(desk: Visit) -> None:
    page = desk.open()
    page.focus("#reach-toggle")
    page.keyboard.press("Enter")
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_focused()
    expect(page.locator("#live")).to_contain_text(re.compile(r"À moins de .* habitants"))


def _no_graph(route: Route) -> None:
    body = {"title": "Graphe absent", "status": 503, "detail": "Aucun graphe.", "hint": "Lancez graph build."}
    route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(body))


def test_without_travel_times_the_map_before_stays_and_says_what_to_do(desk: Visit) -> None:
    page = desk.open()
    page.route("**/api/v1/coverage?**", _no_graph)
    page.select_option("#indicator", "coverage")
    expect(page.locator("#status .card")).to_contain_text("Lancez graph build.")
    assert page.input_value("#indicator") == "density"
    assert "couverture" not in page.url


def test_coverage_and_a_point_fit_a_phone(visit: Callable[..., Visit]) -> None:
    phone = visit(PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
    page = phone.open(QUARTER)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    phone.keep("couverture-phone")
    phone.open(CENTRE)
    expect(page.locator("#panel .panel-value strong")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    phone.keep("isochrone-phone")
