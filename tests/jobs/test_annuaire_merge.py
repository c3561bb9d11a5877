"""Vintages of the annuaire merged into the history of practices: who is counted, from when until when."""

import hashlib
import hmac
import re
from datetime import date

import pytest
from small_registers import GP, NURSE, activity, annuaire, at, communes, finess
from sqlalchemy.exc import IntegrityError
from store import Store, stored_rows

from app.db import migrate
from app.db.sql import load
from app.errors import CheckError
from app.jobs.refresh import TEMPORARY
from app.supply import annuaire as merging

FIRST, SECOND, THIRD = date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1)

ARRIVES = activity("810000000001", GP, at("1", "DU MOLE"))
LEAVES = activity("810000000002", GP, at("2", "DU MOLE"), family="ZZPARTIE", company="CABINET DU DR ZZPARTIE")
MOVES = activity("810000000003", GP, at("3", "DU MOLE"))
MOVED = activity("810000000003", GP, at("30", "DU PHARE"))
CHANGES = activity("810000000004", NURSE, at("4", "DU MOLE"))
CHANGED = activity("810000000004", NURSE, at("4", "DU MOLE"), mode="S", sector="SA05")
RETURNS = activity("810000000005", GP, at("5", "DU MOLE"))
STAYS = activity("810000000006", GP, at("6", "DU MOLE"))


def keyed(store: Store, identity: str) -> bytes:
    secret = store.settings.hash_key.get_secret_value().encode()
    return hmac.new(secret, identity.encode(), hashlib.sha256).digest()


def ranges(store: Store, identity: str) -> list[tuple[str, str]]:
    """Return (address number, validity) of a person's practices, in order of time."""
    found = store.rows(
        "SELECT s.number, p.valid::text AS valid FROM supply.practice p"
        " JOIN supply.practitioner r ON r.id = p.practitioner_id JOIN supply.site s ON s.id = p.site_id"
        " WHERE r.key = :key ORDER BY lower(p.valid), s.number",
        key=keyed(store, identity),
    )
    return [(row.number, row.valid) for row in found]


@pytest.fixture(scope="module")
def three(module_store: Store) -> Store:
    """Return a store that took three vintages, six months apart."""
    folder = module_store.folder
    module_store.load(annuaire(folder, FIRST, [LEAVES, MOVES, CHANGES, RETURNS, STAYS]))
    module_store.load(annuaire(folder, SECOND, [ARRIVES, MOVED, CHANGES, STAYS]))
    module_store.load(annuaire(folder, THIRD, [ARRIVES, MOVED, CHANGED, RETURNS, STAYS]))
    return module_store


def test_who_stays_has_one_open_range(three: Store) -> None:
    assert ranges(three, "810000000006") == [("6", "[2024-01-01,)")]


def test_who_arrives_begins_on_the_vintage_that_shows_them(three: Store) -> None:
    assert ranges(three, "810000000001") == [("1", "[2024-07-01,)")]


def test_who_leaves_ends_on_the_vintage_that_no_longer_shows_them(three: Store) -> None:
    assert ranges(three, "810000000002") == [("2", "[2024-01-01,2024-07-01)")]


def test_a_move_closes_one_practice_and_opens_another_the_same_day(three: Store) -> None:
    assert ranges(three, "810000000003") == [("3", "[2024-01-01,2024-07-01)"), ("30", "[2024-07-01,)")]


def test_a_change_of_mode_starts_a_new_range_at_the_same_site(three: Store) -> None:
    assert ranges(three, "810000000004") == [("4", "[2024-01-01,2025-01-01)"), ("4", "[2025-01-01,)")]
    flags = three.rows(
        "SELECT liberal, ambulatory, modes FROM supply.practised WHERE profession_code = '60'"
        " ORDER BY lower(valid)"
    )
    assert [tuple(row) for row in flags] == [(True, True, ["L"]), (False, True, ["S"])]


def test_who_returns_has_two_ranges_with_a_gap(three: Store) -> None:
    assert ranges(three, "810000000005") == [("5", "[2024-01-01,2024-07-01)"), ("5", "[2025-01-01,)")]


def test_the_stored_key_is_python_s_hmac_of_the_national_id(three: Store) -> None:
    stored = {bytes(row.key) for row in three.rows("SELECT key FROM supply.practitioner")}
    assert stored == {keyed(three, f"81000000000{rank}") for rank in range(1, 7)}


def test_a_key_longer_than_a_block_is_hashed_first_as_rfc_2104_says() -> None:
    from app.supply.pads import hmac_pads

    secret = "é" * 70
    inner, outer = hmac_pads(secret)
    found = hashlib.sha256(outer + hashlib.sha256(inner + b"810000000001").digest()).digest()
    assert found == hmac.new(secret.encode(), b"810000000001", hashlib.sha256).digest()


def test_the_name_of_who_left_is_nowhere_in_the_database(three: Store) -> None:
    tables = three.rows(
        "SELECT table_schema || '.' || table_name AS name FROM information_schema.tables"
        " WHERE table_schema IN ('ops', 'staging', 'supply', 'territory', 'indicator', 'published')"
    )
    for row in tables:
        found = three.one(f"SELECT count(*) FROM {row.name} v WHERE v::text ILIKE '%ZZPARTIE%'")
        assert found == 0, row.name


def test_a_practice_takes_the_name_of_who_is_left_there(store: Store) -> None:
    leaves = activity("810000000001", GP, at("1", "DU MOLE"), company="CABINET DU DR ZZPARTIE")
    stays = activity("810000000002", GP, at("1", "DU MOLE"), company="SELARL DU MOLE")
    hospital = activity("810000000003", GP, at("2", "DU MOLE"), finess="000000011", company="DR ZZPARTIE")
    store.load(finess(store.folder, FIRST, [{"finess": "000000011", "name": "HOPITAL ZZ"}]))
    store.load(annuaire(store.folder, FIRST, [leaves, stays, hospital]))
    store.load(annuaire(store.folder, SECOND, [stays]))
    names = store.rows("SELECT name FROM supply.site ORDER BY name")
    assert [row.name for row in names] == ["HOPITAL ZZ", "SELARL DU MOLE"]


def test_the_practitioner_who_left_stays_as_a_key_without_name(three: Store) -> None:
    found = three.rows(
        "SELECT civility, family_name, given_name FROM supply.practitioner WHERE key = :key",
        key=keyed(three, "810000000002"),
    )
    assert [tuple(row) for row in found] == [(None, None, None)]


def test_two_ranges_of_one_practice_cannot_overlap(three: Store) -> None:
    with pytest.raises(IntegrityError, match="uq_practice_lasting"):
        three.run(
            "INSERT INTO supply.practice (practitioner_id, site_id, exercise_id, profession_code, valid)"
            " SELECT practitioner_id, site_id, exercise_id, profession_code, '[2030-01-01,)'"
            " FROM supply.practice WHERE upper_inf(valid) LIMIT 1"
        )


def test_the_same_vintage_twice_changes_nothing(three: Store) -> None:
    again = annuaire(three.folder, THIRD, [ARRIVES, MOVED, CHANGED, RETURNS, STAYS])
    before = stored_rows(three)
    assert three.load(again).status == "unchanged"
    assert stored_rows(three) == before
    assert three.last_run().status == "unchanged"


def test_another_content_of_the_same_date_is_refused_then_replaces_when_forced(store: Store) -> None:
    store.load(annuaire(store.folder, FIRST, [STAYS, LEAVES]))
    store.load(annuaire(store.folder, SECOND, [MOVED]))
    other = annuaire(store.folder, SECOND, [STAYS, ARRIVES])
    with pytest.raises(CheckError, match="porte déjà la date du 01/07/2024") as refused:
        store.load(other)
    assert "--force" in refused.value.message()
    assert ranges(store, "810000000003") == [("30", "[2024-07-01,)")]

    assert store.load(other, force=True).status == "done"

    assert ranges(store, "810000000003") == []
    assert ranges(store, "810000000006") == [("6", "[2024-01-01,)")]
    assert ranges(store, "810000000001") == [("1", "[2024-07-01,)")]
    assert ranges(store, "810000000002") == [("2", "[2024-01-01,2024-07-01)")]
    files = store.rows("SELECT vintage, superseded FROM ops.source_file ORDER BY id")
    assert [row.superseded for row in files] == [False, True, False]


def test_forcing_the_same_file_leaves_the_same_history(store: Store) -> None:
    store.load(annuaire(store.folder, FIRST, [STAYS, MOVES]))
    path = annuaire(store.folder, SECOND, [STAYS, MOVED])
    store.load(path)
    query = "SELECT practitioner_id, site_id, modes, valid::text FROM supply.practised ORDER BY 1, 2, 4"
    before = store.rows(query)
    store.load(path, force=True)
    assert store.rows(query) == before


def test_lines_of_one_person_at_one_place_fold_into_one_practice(store: Store) -> None:
    here = at("12", "DU MOLE")
    store.load(
        annuaire(
            store.folder,
            FIRST,
            [
                activity("810000000001", GP, here),
                activity("810000000001", GP, here, skill="SM26"),
                activity("810000000001", GP, here, mode="S", sector="SA05"),
                activity(
                    "810000000001", GP, {"number": "12", "street": "R DU MOLE", "office": "00100 AUBRELLE"}
                ),
            ],
        )
    )
    found = store.rows("SELECT skills, modes, sectors, liberal, ambulatory FROM supply.practised")
    assert [tuple(row) for row in found] == [
        (["SM26", "SM54"], ["L", "S"], ["SA05", "SA07"], True, True),
    ]


@pytest.mark.parametrize(
    ("fields", "liberal", "ambulatory"),
    [
        pytest.param({}, True, True, id="independent"),
        pytest.param({"mode": "S", "sector": "SA05"}, False, True, id="salaried in a health centre"),
        pytest.param({"mode": "S", "sector": "SA52"}, False, True, id="salaried in an MSP"),
        pytest.param({"mode": "S", "sector": "SA01"}, False, False, id="salaried in a hospital"),
        pytest.param({"mode": "B", "sector": "SA05"}, False, False, id="volunteer in a health centre"),
        pytest.param({"mode": ""}, False, False, id="mode not written"),
        pytest.param({"sector": "SA64"}, False, False, id="teleconsultation company"),
        pytest.param({"country": "99109"}, False, False, id="abroad"),
        pytest.param({"country": "99000"}, True, True, id="France written"),
        pytest.param({"category": "E"}, False, False, id="student"),
        pytest.param({"category": "M"}, False, False, id="military"),
        pytest.param({"category": ""}, True, True, id="category not written"),
    ],
)
def test_scopes_follow_codes(store: Store, fields: dict[str, str], liberal: bool, ambulatory: bool) -> None:
    store.load(annuaire(store.folder, FIRST, [activity("810000000001", NURSE, at("1", "DU MOLE"), **fields)]))
    found = store.rows("SELECT liberal, ambulatory FROM supply.practised")
    assert [tuple(row) for row in found] == [(liberal, ambulatory)]


def test_labels_have_no_say_in_the_scope(store: Store) -> None:
    line = activity("810000000001", GP, at("1", "DU MOLE"))
    other = activity("810000000002", GP, at("1", "DU MOLE"), mode="S")
    line["Libellé mode exercice"] = "Salarié"
    other["Libellé mode exercice"] = "Libéral"
    store.load(annuaire(store.folder, FIRST, [line, other]))
    found = store.rows("SELECT modes, liberal FROM supply.practised ORDER BY 1")
    assert [tuple(row) for row in found] == [(["L"], True), (["S"], False)]


def test_adeli_identifiers_keep_their_leading_zero(store: Store) -> None:
    line = activity("0359300028", {"profession": "93", "category": "C", "mode": "L"}, at("1", "DU MOLE"))
    line["Type d'identifiant PP"], line["Identifiant PP"] = "0", "359300028"
    store.load(annuaire(store.folder, FIRST, [line]))
    assert bytes(store.one("SELECT key FROM supply.practitioner")) == keyed(store, "0359300028")


def test_weights_add_up_to_persons_and_heads_count_once_a_territory(store: Store) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000), "00201": (1000, 0, 2000, 1000)}))
    elsewhere = at("9", "DU PHARE") | {"postcode": "00200", "commune": "00201", "town": "Ville 00201"}
    home = {"commune": "00101"}
    store.load(
        annuaire(
            store.folder,
            FIRST,
            [
                activity("810000000001", GP, at("1", "DU MOLE"), home),
                activity("810000000001", GP, at("2", "DU MOLE"), home),
                activity("810000000001", GP, elsewhere),
                activity("810000000002", GP, elsewhere),
                activity("810000000002", GP, elsewhere, skill="SM26"),
                activity("810000000003", GP, home | {"postcode": "00100"}, mode="S", sector="SA01"),
            ],
        )
    )
    store.release()
    counts = store.counts("medecin_generaliste")
    here, there = counts["commune", "00101"], counts["commune", "00201"]
    assert (here.headcount, here.sites, here.weight) == (1, 2, pytest.approx(2 / 3))
    assert (there.headcount, there.sites, there.weight) == (2, 1, pytest.approx(4 / 3))
    above = counts["epci", "000000001"]
    assert (above.headcount, above.weight) == (2, pytest.approx(2.0))


def test_practitioners_without_structure_are_kept_and_counted_nowhere(store: Store) -> None:
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    store.load(annuaire(store.folder, FIRST, [activity("810000000001", GP), activity("810000000002", GP)]))
    store.release()
    assert store.one("SELECT count(*) FROM supply.practice") == 2
    assert store.counts("medecin_generaliste") == {}


def test_a_foreign_place_without_address_does_not_send_others_abroad(store: Store) -> None:
    store.load(
        annuaire(
            store.folder,
            FIRST,
            [
                activity("810000000001", GP, country="99109"),
                activity("810000000002", GP),
                activity("810000000003", GP, at("1", "DU MOLE"), country="99109"),
                activity("810000000004", GP, at("1", "DU MOLE")),
            ],
        )
    )
    found = {
        bytes(row.key): row.liberal
        for row in store.rows(
            "SELECT r.key, p.liberal FROM supply.practised p"
            " JOIN supply.practitioner r ON r.id = p.practitioner_id"
        )
    }
    assert [found[keyed(store, f"81000000000{rank}")] for rank in range(1, 5)] == [False, True, False, True]


def test_structures_without_address_are_told_apart_by_their_siret(store: Store) -> None:
    store.load(
        annuaire(
            store.folder,
            FIRST,
            [
                activity("810000000001", GP, siret="00000000000011"),
                activity("810000000001", GP, siret="00000000000029"),
            ],
        )
    )
    found = store.rows("SELECT key FROM supply.site ORDER BY key")
    assert [row.key for row in found] == ["S|00000000000011", "S|00000000000029"]


def test_an_annuaire_older_than_the_last_is_welcome_in_an_empty_store(store: Store) -> None:
    assert store.load(annuaire(store.folder, FIRST, [STAYS])).vintage == FIRST


def test_practices_are_the_same_before_their_ways_of_practising_stood_apart_and_after(store: Store) -> None:
    store.load(annuaire(store.folder, FIRST, [LEAVES, MOVES, CHANGES, RETURNS, STAYS]))
    store.load(annuaire(store.folder, SECOND, [ARRIVES, MOVED, CHANGED, STAYS]))
    told = "SELECT * FROM published.practice_history ORDER BY practitioner_id, site_id, lower(valid)"
    rows = store.rows(told)
    migrate.downgrade(store.engine, "0035")
    assert store.rows(told) == rows
    migrate.upgrade(store.engine)
    assert store.rows(told) == rows
    assert migrate.differences(store.engine) is None
    # What was remembered of the lines is not: the next vintage is read whole, to the same end.
    store.load(annuaire(store.folder, THIRD, [ARRIVES, MOVED, CHANGED, RETURNS, STAYS]))
    assert ranges(store, "810000000005") == [("5", "[2024-01-01,2024-07-01)"), ("5", "[2025-01-01,)")]


def test_every_temporary_table_of_a_merge_is_dropped_before_another_in_its_transaction() -> None:
    steps = (
        merging.SITES,
        merging.PAST_PEOPLE,
        merging.PEOPLE,
        merging.INCOMING,
        merging.HISTORY,
        merging.NAMES,
    )
    statements = [load("app.supply", name).text for step in steps for name in step]
    made = {name for one in statements for name in re.findall(r"CREATE TEMP TABLE (\w+)", one)}
    assert len(made) > 5
    assert made <= set(TEMPORARY)
