"""The printed map and the page put the same territories in the same classes."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from visit import Visit

from app.maps.classes import Valued, bands_of

pytestmark = pytest.mark.browser

CLASSIFY = """async (a) => {
  const m = await import('/static/js/classes.js');
  const territories = a.map(([id, value, population]) =>
    ({ id, value, population, few: m.isFew(population) }));
  return m.classify(territories, { method: 'quantile' })
    .map(({ kind, rank, low, high, ids }) => [kind, rank, low, high, ids]);
}"""
values = st.one_of(
    st.none(), st.just(0.0), st.floats(min_value=0.01, max_value=1e5), st.sampled_from([12.5, 80.0, 80.0])
)
people = st.sampled_from([50.0, 1_500.0, 20_000.0])


@given(found=st.lists(st.tuples(values, people), max_size=40))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_page_and_the_paper_cut_the_same_classes(
    desk: Visit, found: list[tuple[float | None, float]]
) -> None:
    territories = [Valued(number, *one) for number, one in zip(count(1), found, strict=False)]
    if not desk.page.url.startswith(desk.address):
        desk.page.goto(f"{desk.address}/static/icon.svg")
    on_page = desk.page.evaluate(CLASSIFY, [[one.id, one.value, one.population] for one in territories])
    on_paper = [
        (
            band.kind,
            band.rank,
            pytest.approx(band.low),
            pytest.approx(band.high),
            [one.id for one in band.members],
        )
        for band in bands_of(territories)
    ]
    shown = [(kind, rank if kind == "class" else 0, low, high, ids) for kind, rank, low, high, ids in on_page]
    assert shown == on_paper


def test_the_panel_of_a_territory_leads_to_its_sheet(desk: Visit) -> None:
    desk.open("?qui=infirmier&echelle=qpv&territoire=qpv:QN00001M")
    link = desk.page.get_by_role("link", name="Fiche PDF")
    assert link.get_attribute("href") == "/atlas/qpv/QN00001M.pdf?profession=infirmier"
    answer = desk.page.request.get(f"{desk.address}{link.get_attribute('href')}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
