"""What changed between two releases, worked out by hand on a small city of two communes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from small_registers import GP, NURSE, activity, annuaire, at, ban, communes, finess
from sqlalchemy import text
from store import Outcome, Store

from app.indicators.changes import COUNTS, Comparison, counted, find_place, find_side, listed, unlocated

FIRST, SECOND, THIRD = date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1)
NORTH, SOUTH = {"commune": "00101"}, {"commune": "00201", "postcode": "00200", "town": "Ville 00201"}


def person(rank: int, *parts: dict[str, str], **fields: str) -> dict[str, str]:
    return activity(f"81000000000{rank}", *parts, **fields)


def mole(number: int) -> dict[str, str]:
    return at(str(number), "DU MOLE") | NORTH


def phare(number: int) -> dict[str, str]:
    return at(str(number), "DU PHARE") | SOUTH


BEFORE = [
    person(1, GP, mole(1)),
    person(2, GP, mole(2)),
    person(3, GP, mole(3)),
    person(4, GP, mole(4)),
    person(5, NURSE, mole(5)),
    person(6, GP, {"postcode": "00100", "town": "Aubrelle"} | NORTH),
    person(7, GP, mole(7), mode="S", sector="SA01"),
]
AFTER = [
    person(1, GP, mole(1)),  # stays
    # 2 leaves
    person(3, GP, mole(8)),  # moves inside the commune
    person(4, GP, phare(4)),  # moves to the other commune
    person(5, NURSE, mole(5), mode="S", sector="SA05"),  # changes of mode
    # 6, known by commune only, leaves
    person(8, GP, phare(8)),  # arrives
    # 7, out of the scope, leaves
]


@pytest.fixture(scope="module")
def city(module_store: Store) -> Store:
    """Return a city with three releases; in the middle one the city was empty but for one person."""
    store = module_store
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000), "00201": (1000, 0, 2000, 1000)}))
    houses: list[dict[str, Any]] = [
        {"number": str(number), "street": "Rue du Mole", "place": (10 * number, 10)} for number in range(1, 9)
    ]
    houses += [
        {"number": str(number), "street": "Rue du Phare", "place": (1500 + number, 10)}
        | {"commune": "00201", "postcode": "00200", "town": "Ville 00201"}
        for number in range(1, 9)
    ]
    store.load(ban(store.folder, houses))
    shops = [{"finess": f"00000001{rank}", "place": (100 * rank, 50)} for rank in (1, 2, 3)]
    store.load(finess(store.folder, FIRST, [shops[0], shops[1]]))
    store.load(finess(store.folder, THIRD, [shops[0] | {"place": (400, 50)}, shops[2]]))
    for day, lines in ((FIRST, BEFORE), (SECOND, [person(1, GP, mole(1))]), (THIRD, AFTER)):
        store.load(annuaire(store.folder, day, lines))
        store.release(day)
    return store


def changes(
    store: Store, a: int, b: int, level: str | None = None, **asked: Any
) -> dict[Any, dict[str, int]]:
    with store.engine.connect() as connection:
        connection.execute(text("SET LOCAL ROLE observatoire_reader"))
        before, after = find_side(connection, "a", a), find_side(connection, "b", b)
        comparison = Comparison(before, after, **{"scope": "liberal"} | asked)
        rows = counted(connection, comparison, level)
        return {
            (row.code, row.profession) if level else row.profession: {
                kind: getattr(row, kind) for kind in COUNTS if getattr(row, kind)
            }
            for row in rows
        }


def test_counts_of_the_whole_by_profession(city: Store) -> None:
    assert changes(city, 1, 3) == {
        "medecin_generaliste": {"opened": 1, "closed": 2, "moved": 2},
        "infirmier": {"changed": 1},
        "pharmacie": {"opened": 1, "closed": 1, "moved": 1},
    }


def test_counts_of_territories_tell_who_came_from_elsewhere(city: Store) -> None:
    found = changes(city, 1, 3, "commune", profession="medecin_generaliste")
    assert found == {
        ("00101", "medecin_generaliste"): {"closed": 2, "moved": 1, "moved_out": 1},
        ("00201", "medecin_generaliste"): {"opened": 1, "moved_in": 1},
    }


def test_within_a_territory_moves_are_those_of_its_inside(city: Store) -> None:
    with city.engine.connect() as connection:
        south = find_place(connection, 3, "commune", "00201")
    assert changes(city, 1, 3, within=south)["medecin_generaliste"] == {"opened": 1, "moved_in": 1}


def test_changes_agree_with_the_published_counts(city: Store) -> None:
    found = changes(city, 1, 3, "commune", profession="medecin_generaliste")
    for code in ("00101", "00201"):
        of = (code, "medecin_generaliste")
        net = (
            found[of].get("opened", 0)
            + found[of].get("moved_in", 0)
            - found[of].get("closed", 0)
            - found[of].get("moved_out", 0)
        )
        heads = [
            city.one(
                "SELECT coalesce(sum(c.headcount), 0) FROM indicator.count c"
                " JOIN territory.territory t ON t.id = c.territory_id"
                " JOIN indicator.profession p ON p.id = c.profession_id"
                " WHERE c.release_id = :release AND t.code = :code AND c.scope = 'liberal'"
                " AND t.level = 'commune' AND p.slug = 'medecin_generaliste'",
                release=release,
                code=code,
            )
            for release in (1, 3)
        ]
        assert heads[1] - heads[0] == net


def test_who_left_and_came_back_the_same_has_not_changed(city: Store) -> None:
    assert changes(city, 1, 1) == {}
    gone = changes(city, 1, 2)["medecin_generaliste"]
    assert gone == {"closed": 4}


def test_the_other_way_round_openings_are_closures(city: Store) -> None:
    assert changes(city, 3, 1)["medecin_generaliste"] == {"opened": 2, "closed": 1, "moved": 2}


def test_ambulatory_looks_at_salaried_people_of_centres_too(city: Store) -> None:
    assert changes(city, 1, 3, scope="ambulatory")["infirmier"] == {"changed": 1}


def test_the_list_tells_places_and_what_practices_were(city: Store) -> None:
    with city.engine.connect() as connection:
        asked = Comparison(find_side(connection, "a", 1), find_side(connection, "b", 3), "liberal")
        rows = listed(connection, asked, 100)
        assert unlocated(connection, asked) == 1
    nurse = next(row for row in rows if row.profession == "infirmier")
    assert (nurse.modes_before, nurse.modes_after) == (["L"], ["S"])
    assert (nurse.sectors_before, nurse.sectors_after) == (["SA07"], ["SA05"])
    moved = {(row.from_address, row.to_address) for row in rows if row.kind == "moved" and row.modes_before}
    assert moved == {("3 Rue DU MOLE", "8 Rue DU MOLE"), ("4 Rue DU MOLE", "4 Rue DU PHARE")}


def test_the_command_line_tells_the_same(city: Store, command: Callable[..., Outcome]) -> None:
    told = command(city, "release", "diff", "1", "3", "--within", "commune:00201", "--detail")
    assert told.code == 0, told.err
    assert "Médecins généralistes" in told.out
    assert "4 Rue DU MOLE" in told.out
    assert command(city, "release", "diff", "1", "99").code == 1
