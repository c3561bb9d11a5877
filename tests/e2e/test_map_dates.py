"""« Quand »: the map at a former vintage, where counts are kept; elsewhere it says why not."""

import re

import pytest
from playwright.sync_api import expect
from visit import Visit

pytestmark = pytest.mark.browser

THEN = "2023-11-06"


def test_the_map_shows_a_former_vintage_with_its_own_counts(desk: Visit) -> None:
    page = desk.open()
    page.select_option("#date", THEN)
    expect(page.locator("h1")).to_contain_text("au 6 novembre 2023")
    assert f"date={THEN}" in page.url
    expect(page.locator("#answer")).to_contain_text("population d'aujourd'hui")
    desk.territory("001010101")
    served = page.request.get(
        f"{desk.address}/api/v1/trends?profession=medecin_generaliste&level=iris&within=iris:001010101"
    ).json()["items"][0]
    (then,) = (point for point in served["points"] if point["vintage"] == THEN)
    expect(page.locator("#panel .panel-value strong")).to_have_text(str(round(then["density"])))
    expect(page.locator("#panel .facts")).to_contain_text(f"Praticiens{then['headcount']}")
    expect(page.locator("#panel .facts")).not_to_contain_text("Lieux d'exercice")
    expect(page.locator(".trend-shown")).to_have_count(1)
    page.select_option("#against", "date:2025-11-03")
    expect(page.locator("#against-head h2")).to_have_text("Au 3 novembre 2025")
    expect(page.locator(".panel-against").last).to_have_text(served["change"]["sentence"])
    assert desk.errors == []


def test_an_indicator_without_former_dates_says_so_and_comes_back(desk: Visit) -> None:
    page = desk.open(f"?date={THEN}")
    page.select_option("#indicator", "coverage")
    expect(page.locator("#notice")).to_contain_text(
        re.compile("« Couverture » ne se calcule qu'à la date publiée, 3 novembre 2025")
    )
    expect(page.locator("h1")).to_contain_text("au 3 novembre 2025")
    expect(page.locator("#date option:disabled")).to_have_count(3)
    assert "date=" not in page.url
    page = desk.open(f"?quoi=temps&date={THEN}")
    expect(page.locator("#notice")).to_contain_text("ne se calcule qu'à la date publiée")


@pytest.mark.parametrize(
    ("date", "said"), [("1999-01-01", "premier millésime"), ("2024-01-01", "gardé au 1er janvier 2024")]
)
def test_a_link_to_a_date_without_counts_shows_the_published_one_and_says_why(
    desk: Visit, date: str, said: str
) -> None:
    page = desk.open(f"?date={date}&qui=infirmier")
    expect(page.locator("#notice")).to_contain_text(said)
    expect(page.locator("h1")).to_contain_text(
        "Infirmiers libéraux pour 100 000 habitants, par IRIS, au 3 novembre 2025"
    )
    assert "date=" not in page.url
    expect(page.locator("#date option:checked")).to_have_text("3 novembre 2025")


def test_a_trend_is_drawn_told_and_tabled(desk: Visit) -> None:
    page = desk.open("?territoire=iris:001010101")
    trend = page.locator(".trend")
    expect(trend).to_have_attribute("aria-label", re.compile(r"248 au 6 novembre 2023, 165 au 3 novembre"))
    expect(page.locator(".trend-point")).to_have_count(4)
    page.click(".trend-figures summary")
    expect(page.locator(".trend-figures tbody tr")).to_have_count(4)
    expect(page.locator(".trend-figures tbody tr").first).to_contain_text("100 à 511")
    expect(page.locator(".panel-change")).to_contain_text("pas de changement établi")
    links = page.locator(".panel-links a")
    expect(links.first).to_have_attribute("href", re.compile(r"^/territoires/iris/001010101\?"))
