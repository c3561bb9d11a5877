"""Places of the past: a release places whoever practised before it, and counts only who practises now."""

from datetime import date

import pytest
from small_registers import GP, activity, annuaire, at, ban, communes, finess
from store import Store

FIRST, BETWEEN, SECOND = date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1)
STAYS = activity("810000000001", GP, at("1", "DU MOLE"))
LEFT = activity("810000000002", GP, at("2", "DU MOLE"))
HOSPITAL = activity("810000000003", GP, finess="000000011")
PLACED = (
    "SELECT s.key, pl.location_class FROM published.placement pl JOIN supply.site s ON s.id = pl.site_id"
    " ORDER BY 1"
)


@pytest.fixture
def city(store: Store) -> Store:
    """Return a city whose second vintage lost a practice and an establishment."""
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    houses = [
        {"number": str(number), "street": "Rue du Mole", "place": (10 * number, 10)} for number in (1, 2)
    ]
    store.load(ban(store.folder, houses))
    store.load(finess(store.folder, FIRST, [{"finess": "000000011", "place": (500, 500)}]))
    store.load(finess(store.folder, SECOND, [{"finess": "000000022", "place": (600, 500)}]))
    store.load(annuaire(store.folder, FIRST, [STAYS, LEFT, HOSPITAL]))
    store.load(annuaire(store.folder, SECOND, [STAYS]))
    store.release()
    return store


def test_places_that_closed_stay_placed_as_well_as_they_were(city: Store) -> None:
    assert {row.key: row.location_class for row in city.rows(PLACED)} == {
        "A|00100|AUBRELLE|1|RUE MOLE": "housenumber",
        "A|00100|AUBRELLE|2|RUE MOLE": "housenumber",
        "F|000000011": "finess",
        "F|000000022": "finess",
    }


def test_nobody_who_left_is_counted(city: Store) -> None:
    count = city.counts("medecin_generaliste")["commune", "00101"]
    assert (count.headcount, count.sites, count.weight, count.unlocated) == (1, 1, 1.0, 0)


def test_a_release_of_the_past_knows_nothing_of_what_came_after(city: Store) -> None:
    city.release(FIRST)
    assert "F|000000022" not in {row.key for row in city.rows(PLACED)}
    assert {row.vintage for row in city.rows("SELECT vintage FROM published.supply_vintage")} == {FIRST}


def test_a_vintage_inserted_late_is_only_known_to_the_next_release(city: Store) -> None:
    known = "SELECT vintage FROM published.supply_vintage WHERE register = 'annuaire' ORDER BY 1"
    first = city.one("SELECT id FROM published.release")
    city.load(annuaire(city.folder, BETWEEN, [STAYS, LEFT]))
    assert [row.vintage for row in city.rows(known)] == [FIRST, SECOND]
    built = city.release()
    assert (built.fresh, built.id == first) == (True, False)
    assert [row.vintage for row in city.rows(known)] == [FIRST, BETWEEN, SECOND]
    assert not city.release().fresh
