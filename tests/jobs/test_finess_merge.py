"""Vintages of FINESS merged into the history of establishments, département by département."""

from datetime import date

import pytest
from small_registers import GP, activity, annuaire, communes, finess
from store import Store

from app.errors import CheckError

FIRST, SECOND, THIRD = date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1)
STAYS = {"finess": "000000011", "place": (100, 100)}
CLOSES = {"finess": "000000022", "place": (200, 100)}
CHANGES = {"finess": "000000033", "place": (300, 100), "category": "603"}
CHANGED = CHANGES | {"category": "124"}
OPENS = {"finess": "000000044", "place": (400, 100)}
ELSEWHERE = {"finess": "990000055", "place": (900, 100)}


def ranges(store: Store) -> dict[str, list[tuple[str, str]]]:
    """Return (category, validity) of each establishment in order of time."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in store.rows(
        "SELECT finess, category_code, valid::text AS valid FROM supply.establishment"
        " ORDER BY finess, lower(valid)"
    ):
        found.setdefault(row.finess, []).append((row.category_code, row.valid))
    return found


def test_establishments_stay_close_change_and_open_on_the_vintage_that_shows_it(store: Store) -> None:
    store.load(finess(store.folder, FIRST, [STAYS, CLOSES, CHANGES]))
    store.load(finess(store.folder, SECOND, [STAYS, CHANGED, OPENS]))
    assert ranges(store) == {
        "000000011": [("620", "[2024-01-01,)")],
        "000000022": [("620", "[2024-01-01,2024-07-01)")],
        "000000033": [("603", "[2024-01-01,2024-07-01)"), ("124", "[2024-07-01,)")],
        "000000044": [("620", "[2024-07-01,)")],
    }


def test_a_file_of_one_departement_closes_nothing_in_another(store: Store) -> None:
    store.load(finess(store.folder, FIRST, [STAYS, ELSEWHERE]))
    store.load(finess(store.folder, SECOND, [OPENS]))
    assert ranges(store)["990000055"] == [("620", "[2024-01-01,)")]
    assert ranges(store)["000000011"] == [("620", "[2024-01-01,2024-07-01)")]


def test_a_forced_file_replaces_its_own_date_only(store: Store) -> None:
    store.load(finess(store.folder, FIRST, [STAYS, CLOSES]))
    store.load(finess(store.folder, SECOND, [OPENS]))
    other = finess(store.folder, SECOND, [STAYS, CHANGED])
    with pytest.raises(CheckError, match="porte déjà la date"):
        store.load(other)
    store.load(other, force=True)
    assert ranges(store) == {
        "000000011": [("620", "[2024-01-01,)")],
        "000000022": [("620", "[2024-01-01,2024-07-01)")],
        "000000033": [("124", "[2024-07-01,)")],
    }


def test_an_establishment_that_moved_counts_where_it_is_and_was_where_it_was(store: Store) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 500, 500), "00201": (500, 0, 1000, 500)}))
    store.load(finess(store.folder, FIRST, [STAYS]))
    store.load(finess(store.folder, SECOND, [STAYS | {"place": (700, 100), "commune": "00201"}]))
    for day, here in ((SECOND, "00201"), (FIRST, "00101")):
        store.release(day)
        counts = store.counts("pharmacie", "establishment")
        assert [code for level, code in counts if level == "commune"] == [here]


def test_practitioners_of_an_establishment_are_placed_with_it_before_and_after(store: Store) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    store.load(annuaire(store.folder, FIRST, [activity("810000000001", GP, finess="000000011")]))
    store.release()
    assert ("commune", "00101") not in store.counts("medecin_generaliste")
    store.load(finess(store.folder, FIRST, [STAYS]))
    store.release()
    assert store.counts("medecin_generaliste")["commune", "00101"].headcount == 1
    assert store.one("SELECT location_class FROM published.practice") == "finess"


def test_establishments_without_coordinates_are_kept(store: Store) -> None:
    store.load(finess(store.folder, FIRST, [STAYS | {"place": None}]))
    assert store.one("SELECT geom IS NULL FROM supply.establishment")
