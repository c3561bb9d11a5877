"""Every page, and every state of the map: axe-core finds nothing, and nothing leaves this machine."""

from collections.abc import Callable

import pytest
from visit import PHONE, Visit

from app.settings import PROJECT

pytestmark = pytest.mark.browser

AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
IRIS = "territoire=iris:001010101"
MAPS = {
    "carte": "?",
    "fiche du territoire": f"?{IRIS}",
    "comparaison": "?contre=qui:infirmier",
    "couverture": "?quoi=couverture",
    "besoins et offre": "?quoi=besoin",
    "point de départ": "?depart=46.40/-3.29&points=1",
}
PAGES = (
    "qualite",
    "methode",
    "historique",
    "mentions",
    "accessibilite",
    "connexion",
    "docs",
    "territoires/commune/00101",
    "territoires/qpv/QN00001M",
    "integrer?echelle=iris",
)


def faults(visit: Visit) -> list[str]:
    """Return what axe finds, one line a rule and place."""
    # Evaluated, not written into the page: its policy allows no script of others.
    visit.page.evaluate(AXE.read_text("utf-8"))
    found = visit.page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
    )
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(node['target'])}"
        for rule in found
        for node in rule["nodes"]
    ]


def kept_here(visit: Visit) -> None:
    """Check that a page asked nothing of another machine, and that its policy refused nothing."""
    assert visit.outside == []
    assert visit.errors == []
    assert visit.page.evaluate("window.refusedByPolicy") == []


@pytest.mark.parametrize("query", MAPS.values(), ids=MAPS.keys())
def test_axe_finds_nothing_on_the_map(desk: Visit, query: str) -> None:
    page = desk.page
    page.goto(f"{desk.address}/{query}")
    page.wait_for_selector(".legend-row, .cross-cell", state="attached")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.click("#table-toggle")
    assert faults(desk) == []
    kept_here(desk)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_a_page(desk: Visit, path: str) -> None:
    answer = desk.page.goto(f"{desk.address}/{path}")
    assert answer is not None
    assert answer.ok
    desk.page.wait_for_load_state("networkidle")
    # The description of the API is a hundred times the same block.
    if path != "docs":
        desk.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert faults(desk) == []
    kept_here(desk)


def test_axe_finds_nothing_on_a_phone(visit: Callable[..., Visit]) -> None:
    phone = visit(PHONE)
    phone.open(f"?{IRIS}")
    phone.page.wait_for_load_state("networkidle")
    assert faults(phone) == []
    phone.page.goto(f"{phone.address}/territoires/commune/00101")
    assert faults(phone) == []


def test_axe_sees_what_is_wrong(desk: Visit) -> None:
    page = desk.open()
    page.evaluate("document.body.append(document.createElement('button'))")
    assert any(line.startswith("button-name") for line in faults(desk))


def test_what_would_leave_this_machine_is_refused_and_reported(desk: Visit) -> None:
    page = desk.open()
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://ailleurs.example/a.png'}))")
    page.wait_for_function("window.refusedByPolicy.length > 0")
    assert page.evaluate("window.refusedByPolicy") == ["img-src https://ailleurs.example/a.png"]
    assert desk.errors != []
