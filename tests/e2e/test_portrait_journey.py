"""The portrait of a territory and what changed, as a resident, a phone, a keyboard and a printer see them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from visit import PHONE, Visit

pytestmark = pytest.mark.browser

PORTRAIT = "/territoires/qpv/QN00001M"
HISTORY = "/historique"
# 1280 x 1024 enlarged four times (WCAG 1.4.10).
ENLARGED = (320, 256)


def opened(visit: Visit, path: str) -> Page:
    visit.page.goto(f"{visit.address}{path}")
    visit.page.wait_for_load_state("networkidle")
    return visit.page


def test_a_portrait_is_read_in_five_seconds_then_block_by_block(desk: Visit) -> None:
    page = opened(desk, PORTRAIT)
    expect(page.locator("h1")).to_have_text("Les Hauts-Chênes")
    box = page.locator(".opening").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < desk.page.viewport_size["height"]  # type: ignore[index]
    expect(page.locator(".opening")).to_contain_text("médecins généralistes libéraux", ignore_case=True)
    expect(page.locator(".opening")).to_contain_text("à moins de 15 minutes à pied")
    titles = page.locator(".block h2").all_inner_texts()
    assert titles == [
        "L'offre aujourd'hui",
        "L'écart avec le reste de la commune",
        "Le temps pour se soigner",
        "Au fil du temps",
        "Qui habite ici",
        "Sources",
    ]
    assert page.locator("svg.chart").count() == 5
    desk.keep("portrait")
    assert (desk.errors, desk.outside) == ([], [])


def test_a_table_opens_under_each_figure_and_tells_its_numbers(desk: Visit) -> None:
    page = opened(desk, PORTRAIT)
    table = page.locator("section[aria-labelledby=offre] details").first
    expect(table.locator("tbody")).to_be_hidden()
    table.locator("summary").click()
    row = table.get_by_role("row", name=re.compile("^Médecins généralistes"))
    expect(row).to_contain_text("73,2")
    expect(row).to_contain_text("8,9 à 264")
    looks = page.evaluate(
        """() => ['.zero span', '.unknown span'].map((name) => {
             const style = getComputedStyle(document.querySelector(name));
             return [style.backgroundImage, style.borderStyle].join();
           })"""
    )
    assert len(set(looks)) == 2


def test_another_profession_is_looked_at_without_a_script(visit: Callable[..., Visit]) -> None:
    seen = visit(java_script_enabled=False)
    page = opened(seen, PORTRAIT)
    page.select_option("#profession", "infirmier")
    page.click("button:has-text('Afficher')")
    expect(page).to_have_url(re.compile(r"profession=infirmier$"))
    expect(page.locator(".opening")).to_contain_text("Infirmiers libéraux")
    assert seen.asked(".js") == []
    assert (seen.errors, seen.outside) == ([], [])


def test_a_portrait_leads_to_its_map_its_commune_and_its_neighbour(desk: Visit) -> None:
    page = opened(desk, PORTRAIT)
    page.click("a:has-text('Suivant')")
    expect(page.locator("h1")).to_have_text("La Sablonnière")
    page.click(".where a:has-text('Aubrelle-la-Fictive')")
    expect(page.locator("h1")).to_have_text("Aubrelle-la-Fictive")
    page.go_back()
    page.click("a:has-text('Voir sur la carte')")
    page.wait_for_selector(".legend-row", state="attached")
    expect(page.locator("#panel")).to_contain_text("La Sablonnière")


@pytest.mark.parametrize("size", [PHONE, ENLARGED], ids=["phone", "400 %"])
def test_pages_stay_in_the_width_of_a_phone_and_enlarged_four_times(
    visit: Callable[..., Visit], size: tuple[int, int]
) -> None:
    seen = visit(size)
    for path in (PORTRAIT, HISTORY, "/methode", "/qualite", "/mentions", "/accessibilite"):
        page = opened(seen, path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") == size[0], path


@pytest.mark.parametrize("path", [PORTRAIT, HISTORY])
def test_the_keyboard_alone_reaches_and_opens_everything_and_is_seen(desk: Visit, path: str) -> None:
    page = opened(desk, path)
    wanted = page.evaluate("document.querySelectorAll('a[href], button, select, summary').length")
    reached, opened_tables = 0, 0
    for _ in range(wanted + 30):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle]"
        )
        if name == "BODY":
            break
        assert outline == "solid"
        reached += 1
        if name == "SUMMARY":
            page.keyboard.press("Enter")
            opened_tables += 1
    assert reached >= wanted
    assert opened_tables == page.locator("details[open]").count() > 0


def test_on_paper_a_portrait_is_upright_without_buttons_and_with_its_tables(desk: Visit) -> None:
    page = opened(desk, PORTRAIT)
    page.emulate_media(media="print")
    for hidden in ("header nav", ".choice", ".links", ".beside"):
        assert page.locator(hidden).is_hidden()
    assert page.locator("section[aria-labelledby=offre] details").first.locator("tbody tr").first.is_visible()
    assert page.locator("details:not(.on-paper)").first.is_hidden()
    sheet = page.pdf(prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", sheet))
    assert {(round(float(w)), round(float(h))) for w, h in sizes} <= {(595, 842), (596, 842), (595, 841)}
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) <= 6


def test_what_changed_is_chosen_and_read_on_a_map(visit: Callable[..., Visit]) -> None:
    seen = visit(java_script_enabled=False)
    page = opened(seen, HISTORY)
    expect(page.locator(".opening")).to_contain_text("Du 4 novembre 2024 au 3 novembre 2025")
    assert page.locator(".changes .map text").filter(has_text=re.compile(r"^[+−]\d+$")).count() > 10
    seen.keep("historique")
    page.select_option("#profession", "infirmier")
    page.select_option("#niveau", "commune")
    page.click("button:has-text('Comparer')")
    expect(page.locator("figcaption")).to_contain_text("Infirmiers")
    page.click("summary:has-text('Communes où')")
    expect(page.locator("tbody").first).to_contain_text("Aubrelle-la-Fictive")
    assert (seen.errors, seen.outside) == ([], [])


def test_what_is_not_there_leads_back_to_the_map(desk: Visit) -> None:
    for path in ("/territoires/galaxie/1", "/historique?avant=99", "/territoires/iris/999"):
        expect(opened(desk, path).locator("h1")).to_have_text("Introuvable")
    desk.page.click("a:has-text('Revenir à la carte')")
    desk.page.wait_for_selector(".legend-row", state="attached")
