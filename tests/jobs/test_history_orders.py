"""Vintages loaded in any order, again, or replaced: the history is theirs, not that of the loading."""

from collections.abc import Sequence
from datetime import date
from itertools import permutations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_registers import GP, NURSE, activity, annuaire, at, finess
from sqlalchemy import text
from store import Store, emptied

DAYS = (date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1))
PRACTICES = """
    SELECT encode(r.key, 'hex') AS person, s.key AS site, p.profession_code, p.skills, p.modes, p.sectors,
           p.liberal, p.ambulatory, p.valid::text
    FROM supply.practised p
    JOIN supply.practitioner r ON r.id = p.practitioner_id
    JOIN supply.site s ON s.id = p.site_id
    ORDER BY 1, 2, 3, lower(p.valid)"""
PEOPLE = "SELECT encode(key, 'hex'), civility, family_name, given_name FROM supply.practitioner ORDER BY 1"
SITE_NAMES = "SELECT key, name FROM supply.site WHERE name IS NOT NULL ORDER BY 1"
ESTABLISHMENTS = """
    SELECT finess, category_code, name, siret, ST_AsText(geom), valid::text
    FROM supply.establishment ORDER BY 1, lower(valid)"""

type Line = dict[str, str]
# What one vintage says of a person: nothing, or one of the ways below.
WAYS: tuple[Line, ...] = (
    GP | at("1", "DU MOLE") | {"company": "CABINET UN"},
    GP | at("1", "DU MOLE") | {"mode": "S", "sector": "SA05", "company": "CABINET DEUX"},
    GP | at("2", "DU PHARE") | {"family": "AUTRENOM"},
    NURSE | at("1", "DU MOLE"),
)
VINTAGE = st.lists(st.sampled_from((None, *range(len(WAYS)))), min_size=3, max_size=3)


def lines(ways: Sequence[int | None]) -> list[Line]:
    """Return a vintage: the way of each of three people, and one who is always there."""
    told = [activity(f"81000000000{rank}", WAYS[way]) for rank, way in enumerate(ways) if way is not None]
    return [*told, activity("810000000009", GP, at("9", "DU MOLE"))]


OVERLAPS = """
    SELECT count(*) FROM supply.practice p
    JOIN supply.practice o USING (practitioner_id, site_id, profession_code)
    WHERE p.id < o.id AND p.valid && o.valid"""


def state(store: Store) -> tuple[object, ...]:
    assert store.one(OVERLAPS) == 0
    return tuple(
        tuple(map(tuple, store.rows(query))) for query in (PRACTICES, PEOPLE, SITE_NAMES, ESTABLISHMENTS)
    )


@settings(
    max_examples=4,  # six orders each, four loads an order
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(vintages=st.lists(VINTAGE, min_size=3, max_size=3), again=st.integers(0, 2))
def test_any_order_of_three_vintages_gives_the_same_tables(
    store: Store, vintages: list[list[int | None]], again: int
) -> None:
    files = [annuaire(store.folder, day, lines(ways)) for day, ways in zip(DAYS, vintages, strict=True)]
    found: list[tuple[object, ...]] = []
    for order in permutations(range(3)):
        emptied(store)
        for rank in order:
            store.load(files[rank])
        store.load(files[again], force=True)
        found.append(state(store))
    assert all(one == found[0] for one in found)


def ranges(store: Store, number: str) -> list[str]:
    found = store.rows(
        "SELECT p.valid::text AS valid FROM supply.practice p JOIN supply.site s ON s.id = p.site_id"
        " WHERE s.number = :number ORDER BY lower(p.valid)",
        number=number,
    )
    return [row.valid for row in found]


STAYS = activity("810000000006", GP, at("6", "DU MOLE"))
ABSENT = activity("810000000007", GP, at("7", "DU MOLE"))
BETWEEN = activity("810000000008", GP, at("8", "DU MOLE"), family="ZZENTRE", company="CABINET DU DR ZZENTRE")


@pytest.fixture
def inserted(store: Store) -> Store:
    """Return a store that took the second of three vintages last."""
    store.load(annuaire(store.folder, DAYS[0], [STAYS, ABSENT]))
    store.load(annuaire(store.folder, DAYS[2], [STAYS, ABSENT]))
    store.load(annuaire(store.folder, DAYS[1], [STAYS, BETWEEN]))
    return store


def test_who_is_absent_from_a_vintage_inserted_late_has_two_ranges(inserted: Store) -> None:
    assert ranges(inserted, "7") == ["[2024-01-01,2024-07-01)", "[2025-01-01,)"]


def test_who_is_only_in_a_vintage_inserted_late_leaves_on_the_next_one(inserted: Store) -> None:
    assert ranges(inserted, "8") == ["[2024-07-01,2025-01-01)"]


def test_who_is_in_all_of_them_keeps_one_range(inserted: Store) -> None:
    assert ranges(inserted, "6") == ["[2024-01-01,)"]


def test_a_vintage_older_than_all_carries_ranges_back(store: Store) -> None:
    store.load(annuaire(store.folder, DAYS[1], [STAYS]))
    store.load(annuaire(store.folder, DAYS[0], [STAYS, ABSENT]))
    assert ranges(store, "6") == ["[2024-01-01,)"]
    assert ranges(store, "7") == ["[2024-01-01,2024-07-01)"]


def test_a_vintage_inserted_late_brings_no_name_back(inserted: Store) -> None:
    assert inserted.one("SELECT count(*) FROM supply.practitioner WHERE family_name = 'ZZENTRE'") == 0
    assert inserted.one("SELECT count(*) FROM supply.site WHERE name LIKE '%ZZENTRE%'") == 0
    assert inserted.one("SELECT count(*) FROM supply.practitioner") == 3


def test_a_vintage_inserted_late_changes_no_name_of_today(store: Store) -> None:
    store.load(annuaire(store.folder, DAYS[1], [STAYS | {"Nom d'exercice": "MARIEE"}]))
    store.load(annuaire(store.folder, DAYS[0], [STAYS]))
    assert store.one("SELECT family_name FROM supply.practitioner") == "MARIEE"


def test_a_vintage_inserted_late_twice_changes_nothing(inserted: Store) -> None:
    before = state(inserted)
    again = annuaire(inserted.folder, DAYS[1], [STAYS, BETWEEN])
    assert inserted.load(again).status == "unchanged"
    assert inserted.load(again, force=True).status == "done"
    assert state(inserted) == before


def test_a_vintage_in_the_middle_is_replaced_when_forced(inserted: Store) -> None:
    other = annuaire(inserted.folder, DAYS[1], [STAYS, ABSENT])
    inserted.load(other, force=True)
    assert ranges(inserted, "7") == ["[2024-01-01,)"]
    assert ranges(inserted, "8") == []


HERE = {"finess": "000000011", "place": (100, 100)}
HERE_LATER = HERE | {"name": "AUTRE NOM"}
HERE_NOT = {"finess": "000000022", "place": (200, 100)}
THERE = {"finess": "990000055", "place": (900, 100)}
FINESS = (
    pytest.param([HERE, HERE_NOT, THERE], [HERE], [HERE, THERE], id="absent then present elsewhere"),
    pytest.param([THERE], [HERE, THERE], [HERE_NOT], id="départements of their own"),
    pytest.param([HERE, HERE_NOT], [HERE_LATER], [HERE, HERE_NOT], id="changed then changed back"),
)


@pytest.mark.parametrize(("first", "second", "third"), FINESS)
def test_finess_files_in_any_order_give_the_same_establishments(
    store: Store,
    first: list[dict[str, object]],
    second: list[dict[str, object]],
    third: list[dict[str, object]],
) -> None:
    written = zip(DAYS, (first, second, third), strict=True)
    files = [finess(store.folder, day, establishments) for day, establishments in written]
    found: list[tuple[object, ...]] = []
    for order in permutations(range(3)):
        emptied(store)
        for rank in order:
            store.load(files[rank])
        store.load(files[order[0]], force=True)
        found.append(state(store))
    assert all(one == found[0] for one in found)


def test_a_finess_file_that_replaces_a_wider_one_leaves_the_other_departement_as_it_was(store: Store) -> None:
    store.load(finess(store.folder, DAYS[0], [HERE, THERE]))
    store.load(finess(store.folder, DAYS[1], [HERE, THERE | {"category": "124"}]))
    store.load(finess(store.folder, DAYS[1], [HERE]), force=True)
    assert [tuple(row) for row in store.rows("SELECT finess, valid::text FROM supply.establishment")] == [
        ("000000011", "[2024-01-01,)"),
        ("990000055", "[2024-01-01,)"),
    ]


def test_a_finess_file_older_than_the_departement_of_another_ends_where_that_one_begins(store: Store) -> None:
    store.load(finess(store.folder, DAYS[1], [THERE]))
    store.load(finess(store.folder, DAYS[2], [HERE_NOT]))
    store.load(finess(store.folder, DAYS[0], [HERE]))
    assert [
        tuple(row) for row in store.rows("SELECT finess, valid::text FROM supply.establishment ORDER BY 1")
    ] == [
        ("000000011", "[2024-01-01,2025-01-01)"),
        ("000000022", "[2025-01-01,)"),
        ("990000055", "[2024-07-01,)"),
    ]


def test_what_is_published_stays_until_a_release_is_built(store: Store) -> None:
    store.load(annuaire(store.folder, DAYS[0], [STAYS]))
    store.load(annuaire(store.folder, DAYS[2], [STAYS, ABSENT]))
    store.release()
    in_force = text(
        "SELECT site_id, practitioner_id FROM published.practice WHERE valid @> :day ORDER BY 1, 2"
    )
    with store.engine.connect() as connection:
        before = connection.execute(in_force, {"day": DAYS[2]}).all()
    store.load(annuaire(store.folder, DAYS[1], [BETWEEN]))
    with store.engine.connect() as connection:
        assert connection.execute(in_force, {"day": DAYS[2]}).all() == before


def test_a_vintage_older_than_the_last_says_that_it_completes_the_history(store: Store) -> None:
    assert "ancien" not in store.load(annuaire(store.folder, DAYS[1], [STAYS])).told("annuaire.txt")
    told = store.load(annuaire(store.folder, DAYS[0], [STAYS, ABSENT])).told("annuaire.txt")
    days = f"{DAYS[0]:%d/%m/%Y}, plus ancien que celui du {DAYS[1]:%d/%m/%Y}"
    assert f"millésime du {days} : il complète l'historique" in told
