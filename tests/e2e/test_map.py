"""What the map answers: the sentence, the classes, a territory's panel, the points, the table."""

import re

import pytest
from playwright.sync_api import expect
from visit import Visit

pytestmark = pytest.mark.browser

TITLE = re.compile(r"^Médecins généralistes libéraux pour 100\s000 habitants, par IRIS, au 3 novembre 2025$")
IRIS_COUNT = 60


def test_the_title_is_the_answers_full_sentence(desk: Visit) -> None:
    page = desk.open()
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page).to_have_title(TITLE)
    expect(page.locator("#answer")).to_have_text(
        re.compile(
            r"^\d+ dans l'ensemble \(Métropole fictive d'Aubrelle\)\s; la moitié des IRIS ont \d+ ou moins"
            r" \(de 0 à [\d\s]+\)(\s; \d+\spraticiens? non localisés?, comptés? à la commune et au-dessus"
            r"|\s; tous les praticiens sont localisés)?(\s; \d+\s(hors des IRIS|sans adresse connue))*\.$"
        )
    )
    expect(page.locator("#date option:checked")).to_have_text("3 novembre 2025")
    desk.keep("map")


def test_the_demonstration_says_that_it_is_fictitious(desk: Visit) -> None:
    expect(desk.open().locator("#banner")).to_be_visible()


@pytest.mark.parametrize(
    "query", ["", "?classes=amplitudes", "?quoi=praticiens", "?qui=pharmacie&quoi=lieux"]
)
def test_every_territory_is_in_one_class_of_the_legend(desk: Visit, query: str) -> None:
    page = desk.open(query)
    rows = page.locator(".legend-row").all()
    assert sum(int(row.get_attribute("data-count") or 0) for row in rows) == IRIS_COUNT
    assert len(page.locator(".legend-row[data-kind=class]").all()) <= 5
    assert page.locator(".leaflet-data-pane path[data-class]").count() == IRIS_COUNT


def test_an_unknown_population_is_hatched_and_never_zero(desk: Visit) -> None:
    page = desk.open()
    unknown = page.locator(".leaflet-data-pane path[data-class=unknown]")
    assert unknown.count() > 0
    assert unknown.first.get_attribute("fill") == "url(#hatch)"
    assert page.locator(".leaflet-data-pane path[data-class=zero]").first.get_attribute("fill") == "#ffffff"


def test_a_territory_of_few_people_keeps_its_value_but_not_its_colour(desk: Visit) -> None:
    page = desk.open()
    few = page.locator(".leaflet-data-pane path[data-class=few]")
    expect(few.first).to_have_attribute("fill", "url(#dots)")
    expect(page.locator(".legend-row[data-kind=few]")).to_contain_text("moins de 200 habitants")
    page.click("#table-toggle")
    row = page.locator("#table tbody tr", has_text="population très faible").first
    row.locator("button").click()
    expect(page.locator("#panel .panel-value")).to_contain_text("population très faible")
    expect(page.locator("#panel .panel-value strong")).to_have_text(re.compile(r"^\d"))
    page.select_option("#indicator", "headcount")
    expect(page.locator(".legend-row[data-kind=few]")).to_have_count(0)


def test_changing_the_profession_keeps_the_geometry(desk: Visit) -> None:
    page = desk.open()
    page.wait_for_load_state("networkidle")
    before, shapes = (
        desk.asked("/territories?"),
        page.locator(".leaflet-data-pane path").first.get_attribute("d"),
    )
    fills = page.eval_on_selector_all(
        ".leaflet-data-pane path", "paths => paths.map(p => p.getAttribute('fill'))"
    )
    page.select_option("#profession", "infirmier")
    expect(page.locator("h1")).to_contain_text("Infirmiers libéraux")
    assert desk.asked("/territories?") == before
    assert page.locator(".leaflet-data-pane path").first.get_attribute("d") == shapes
    assert fills != page.eval_on_selector_all(
        ".leaflet-data-pane path", "paths => paths.map(p => p.getAttribute('fill'))"
    )


def test_changing_the_measure_asks_the_server_nothing(desk: Visit) -> None:
    page = desk.open()
    page.wait_for_load_state("networkidle")
    before = len(desk.asked("/api/"))
    page.select_option("#indicator", "headcount")
    expect(page.locator("h1")).to_contain_text("nombre de praticiens, par IRIS")
    assert page.locator(".leaflet-circles-pane path").count() > 0
    assert len(desk.asked("/api/")) == before


def test_a_click_opens_the_territorys_panel(desk: Visit) -> None:
    page = desk.open()
    page.mouse.click(*_middle_of_a_class(desk))
    panel = page.locator("#panel")
    expect(panel.locator(".panel-value strong")).to_have_text(re.compile(r"^\d"))
    expect(panel.locator(".panel-sentence")).to_have_text(
        re.compile(
            r"Entre [\d,]+ et \d+ avec 95\s% de confiance\s; \d+\spraticiens? pour [\d\s]+\shabitants"
            r"\s; (\d+\snon localisés?|tous localisés) dans la commune\."
        )
    )
    expect(panel.locator(".interval-range")).to_be_visible()
    expect(panel.locator(".interval-mark").first).to_be_visible()
    expect(panel.locator(".marks")).to_contain_text("Aubrelle-la-Fictive")
    expect(panel.locator(".places li").first).to_be_visible()
    assert page.locator(".selected-outline").count() == 1
    desk.keep("panel")


def test_the_panel_follows_the_measure(desk: Visit) -> None:
    page = desk.open("?territoire=iris:001010101")
    value = page.locator("#panel .panel-value")
    expect(value).to_contain_text("pour 100")
    page.select_option("#indicator", "headcount")
    expect(value).to_have_text(re.compile(r"^\d+ praticiens?$"))
    expect(page.locator("#panel .panel-rate")).to_contain_text("soit")
    expect(page.locator("#panel .places li").first).to_be_visible()
    page.select_option("#indicator", "sites")
    expect(value).to_have_text(re.compile(r"^\d+ lieux? d'exercice$"))


def _middle_of_a_class(desk: Visit) -> tuple[float, float]:
    """Return a point inside a territory of the darkest class."""
    x, y = desk.page.evaluate(
        """() => {
          for (const path of document.querySelectorAll('.leaflet-data-pane path[data-class="4"]')) {
            const box = path.getBoundingClientRect();
            const at = [box.x + box.width / 2, box.y + box.height / 2];
            if (document.elementFromPoint(...at) === path) return at;
          }
        }"""
    )
    return x, y


def test_a_difference_is_only_stated_when_the_interval_allows_it(desk: Visit) -> None:
    page = desk.open("?echelle=commune&territoire=commune:00101")
    expect(page.locator(".panel-comparison")).to_contain_text("Pas de différence établie avec l'ensemble")


def test_an_unknown_value_is_said_in_words(desk: Visit) -> None:
    page = desk.open()
    page.click("#table-toggle")
    row = page.locator("#table tbody tr", has_text="sans habitant").first
    row.locator("button").click()
    expect(page.locator("#panel .panel-value")).to_contain_text("Sans habitant")
    expect(page.locator("#panel .panel-sentence")).to_have_text(re.compile("^0\\spraticien"))
    expect(page.locator("#panel .facts")).not_to_contain_text("Part de la population estimée")
    assert "NaN" not in page.inner_text("body")
    assert "null" not in page.inner_text("body")


def test_a_legend_row_shows_its_territories(desk: Visit) -> None:
    page = desk.open()
    first = page.locator(".legend-row").first
    first.hover()
    faded = page.locator(".leaflet-data-pane path.faded").count()
    assert faded == IRIS_COUNT - int(first.get_attribute("data-count") or 0)
    page.mouse.move(700, 20)
    expect(page.locator(".leaflet-data-pane path.faded")).to_have_count(0)


def test_qpv_are_outlined_and_named_at_every_level(desk: Visit) -> None:
    for level in ("iris", "quartier", "qpv", "commune"):
        page = desk.open(f"?echelle={level}")
        expect(page.locator(".qpv-outline")).to_have_count(5)
        assert page.locator(".qpv-outline").first.get_attribute("stroke-width") == "2.5"
    expect(page.locator(".qpv-name span", has_text="Cité du Rail")).to_be_visible()


def test_every_scale_can_be_drawn(desk: Visit) -> None:
    page = desk.open()
    for level, count in (("quartier", 12), ("qpv", 5), ("carreau", None)):
        page.check(f"input[name=level][value={level}]", force=True)
        expect(page.locator("h1")).to_contain_text(
            f"par {'quartier' if level != 'carreau' else 'carreau de 200 m'}"
        )
        drawn = page.locator(".leaflet-data-pane path[data-class]")
        if count:
            expect(drawn).to_have_count(count)
        else:
            assert drawn.count() > 1000


def test_points_group_and_say_how_they_were_placed_without_a_name(desk: Visit) -> None:
    page = desk.open()
    page.click("#points-toggle")
    expect(page.locator(".site-group").first).to_be_visible()
    desk.keep("points")
    (site,) = page.request.get(
        f"{desk.address}/api/v1/practices?profession=medecin_generaliste&limit=1"
    ).json()["items"]
    desk.open(f"?points=1&vue=17/{site['lat']}/{site['lon']}")
    page.locator(".site:not(.site-group)").first.wait_for()
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    popup = page.locator(".site-popup")
    expect(popup).to_contain_text(re.compile(r"\d+ praticiens?, (placé|non localisé)"))
    assert page.locator(".leaflet-popup-close-button").get_attribute("aria-label") == "Fermer"


def test_a_popup_names_the_establishment(desk: Visit) -> None:
    page = desk.page
    (site,) = page.request.get(f"{desk.address}/api/v1/practices?profession=pharmacie&limit=1").json()[
        "items"
    ]
    desk.open(f"?qui=pharmacie&points=1&vue=17/{site['lat']}/{site['lon']}")
    page.locator(f".site[title^='{site['site_name']}']").click()
    expect(page.locator(".site-popup strong")).to_have_text(site["site_name"])
    expect(page.locator(".site-popup")).to_contain_text("1 établissement")


def test_the_table_holds_the_same_territories_and_sorts(desk: Visit) -> None:
    page = desk.open()
    page.click("#table-toggle")
    rows = page.locator("#table tbody tr")
    expect(rows).to_have_count(IRIS_COUNT)
    page.click("#table th button:has-text('Habitants')")
    assert page.locator("#table th[aria-sort=descending]").inner_text().startswith("Habitants")
    people = [
        int(re.sub(r"\D", "", cell))
        for cell in page.locator("#table tbody td:nth-child(7)").all_inner_texts()
        if cell[0].isdigit()
    ]
    assert people == sorted(people, reverse=True)
    with page.expect_download() as download:
        page.click("#table a:has-text('CSV')")
    assert download.value.path().read_text().startswith("id,code,name")
    desk.keep("table")


def test_sources_are_one_click_away(desk: Visit) -> None:
    page = desk.open()
    page.click("#about summary")
    expect(page.locator("#about")).to_contain_text("Annuaire santé")
    expect(page.locator("#about")).to_contain_text("au 3 novembre 2025")
