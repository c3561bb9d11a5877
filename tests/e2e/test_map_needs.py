"""Need crossed with supply: nine classes, their key, and the ranked list."""

import re

import pytest
from playwright.sync_api import expect
from visit import Visit

pytestmark = pytest.mark.browser


def test_nine_classes_have_the_servers_counts_and_show_their_territories(desk: Visit) -> None:
    page = desk.open("?quoi=besoin")
    served = page.request.get(f"{desk.address}/api/v1/needs?profession=medecin_generaliste&level=iris").json()
    cells = page.locator("#legend .cross-cell")
    expect(cells).to_have_count(9)
    for one in served["classes"]:
        rank = 3 * (one["need_class"] - 1) + 3 - one["supply_class"]
        expect(page.locator(f".cross-cell.cross-{rank}")).to_have_attribute(
            "data-count", str(one["territories"])
        )
        assert page.locator(f"#map path[data-class=cross-{rank}]").count() == one["territories"]
    worst = page.locator(".cross-cell.cross-8")
    expect(worst).to_have_attribute("aria-label", re.compile(r"^Besoin élevé, offre faible\s:"))
    worst.focus()
    faded = page.locator("#map path.faded").count()
    assert faded == 60 - len(served["short"])
    worst.blur()
    expect(page.locator("#answer")).to_contain_text(f"{len(served['short'])} IRIS")
    expect(page.locator("#answer")).to_contain_text(served["short"][0]["name"])


def test_the_ranked_list_opens_a_territory_that_says_what_makes_its_need(desk: Visit) -> None:
    page = desk.open("?quoi=besoin")
    page.click("#table-toggle")
    served = page.request.get(f"{desk.address}/api/v1/needs?profession=medecin_generaliste&level=iris").json()
    rows = page.locator("#table tbody th button")
    assert rows.all_inner_texts() == [one["name"] for one in served["short"]]
    rows.first.click()
    expect(page.locator("#panel .panel-value")).to_have_text("Besoin élevé, offre faible ")
    expect(page.locator("#panel .bars li")).to_have_count(len(served["components"]))
    with page.expect_download() as file:
        page.click("#table .drawer-links button")
    assert "prioritaires" in file.value.suggested_filename
    assert desk.errors == []


def test_a_scale_without_the_indicator_gives_way_and_says_so(desk: Visit) -> None:
    page = desk.open("?echelle=carreau")
    page.select_option("#indicator", "priority")
    expect(page.locator("h1")).to_contain_text("besoin et offre, par IRIS")
    expect(page.locator("#notice")).to_contain_text("n'existe pas à l'échelle « Carreau »")
    expect(page.locator("input[name=level][value=carreau]")).to_be_disabled()
    page = desk.open("?quoi=besoin&echelle=carreau")
    expect(page.locator("#notice")).to_contain_text("n'existe pas à l'échelle « Carreau »")
    assert desk.errors == []
