"""One person's own rights: what is held of them, and that they are gone and stay away once they objected."""

import hmac
import json
from datetime import date

import pytest
from pydantic import SecretStr
from searching import found_in
from small_registers import GP, activity, annuaire, at, communes, finess
from sqlalchemy import text
from store import Store

from app.errors import CheckError, NotFoundError, ParameterError
from app.supply.person import held_of, key_of, oppose

FIRST, SECOND, THIRD = date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1)
RPPS, FAMILY, GIVEN = "19999999999", "ZZOPPOSE", "Zénon"
STAYS = activity("810000000001", GP, at("1", "DU MOLE"), family="ZZRESTE", company="CABINET ZZRESTE")


def opponent(**fields: str) -> dict[str, str]:
    """Return a line of somebody who will object, at a place that bears their name."""
    place = at("3", "DU MOLE")
    return activity(
        f"8{RPPS}", GP, place, family=FAMILY, given=GIVEN, company=f"CABINET DU DR {FAMILY}", **fields
    )


@pytest.fixture
def known(store: Store) -> Store:
    """Return a published store that knows two people."""
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    store.load(annuaire(store.folder, FIRST, [STAYS, opponent()]))
    store.release()
    return store


def object_to(store: Store, number: str = RPPS) -> None:
    with store.engine.begin() as connection:
        oppose(connection, key_of(connection, store.settings, number))


def held(store: Store, number: str = RPPS) -> dict:
    with store.engine.begin() as connection:
        return held_of(connection, key_of(connection, store.settings, number))


def test_a_person_gets_all_that_is_held_of_them(known: Store) -> None:
    told = held(known)
    assert (told["nom"], told["prenom"]) == (FAMILY, GIVEN)
    assert told["exercices"][0]["nom_du_lieu"] == f"CABINET DU DR {FAMILY}"
    assert told["exercices"][0]["adresse"].startswith("3 ")
    assert told["exercices"][0]["depuis"] == "2024-01-01"
    assert held(known, f"8{RPPS}") == told
    # Nothing is found that the export does not hold.
    assert found_in(known, (FAMILY, GIVEN)) >= {"supply.practitioner.family_name", "supply.practice.name"}


def test_who_objects_is_nowhere_in_the_database_but_for_their_keyed_hash(known: Store) -> None:
    object_to(known)
    assert found_in(known, (FAMILY, GIVEN, RPPS)) == set()
    assert known.one("SELECT count(*) FROM supply.opposition") == 1
    assert known.one("SELECT count(*) FROM supply.practice") == 1
    told = held(known)
    assert (told["nom"], told["exercices"]) == (None, [])
    assert told["opposition"] is not None


POINT = """
    INSERT INTO indicator.tile_place (release_id, band, site_id, sites, geom)
    SELECT r.id, 0, s.id, 1, ST_SetSRID(ST_MakePoint(0, 0), 3857) FROM supply.site s, ops.release r"""


def test_the_place_where_they_worked_alone_tells_nothing_more_of_them(known: Store) -> None:
    with known.engine.begin() as connection:
        connection.execute(text("UPDATE supply.site SET siret = '1999999999' || id"))
        connection.execute(text(POINT))
    mark = known.one("SELECT fingerprint FROM published.release")
    object_to(known)
    kept = "SELECT s.number, s.siret IS NOT NULL AS business, t.site_id IS NOT NULL AS point"
    places = known.rows(f"{kept} FROM supply.site s LEFT JOIN published.tile_place t ON t.site_id = s.id")
    assert {tuple(row) for row in places} == {("1", True, True), ("3", False, False)}
    # ETags, kept answers and folders of tiles are named by it.
    assert known.one("SELECT fingerprint FROM published.release") != mark


def test_no_later_vintage_brings_them_back(known: Store) -> None:
    object_to(known)
    known.load(annuaire(known.folder, SECOND, [STAYS, opponent()]))
    assert found_in(known, (FAMILY, GIVEN)) == set()
    known.load(annuaire(known.folder, THIRD, [STAYS, opponent(mode="S"), opponent(finess="000000011")]))
    known.release()
    assert found_in(known, (FAMILY, GIVEN)) == set()
    assert known.one("SELECT max(headcount) FROM published.count") == 1


def test_the_same_vintage_loaded_again_or_a_late_one_does_not_either(known: Store) -> None:
    object_to(known)
    known.load(annuaire(known.folder, FIRST, [STAYS, opponent()]), force=True)
    known.load(annuaire(known.folder, date(2023, 1, 1), [STAYS, opponent()]))
    known.load(finess(known.folder, SECOND, [{"finess": "000000011", "name": "HOPITAL"}]))
    assert found_in(known, (FAMILY, GIVEN)) == set()


def test_who_objects_before_being_known_never_enters(store: Store) -> None:
    object_to(store)
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    store.load(annuaire(store.folder, FIRST, [STAYS, opponent()]))
    assert found_in(store, (FAMILY, GIVEN)) == set()
    assert store.one("SELECT count(*) FROM supply.practice") == 1


def test_the_others_keep_their_names_and_places(known: Store) -> None:
    object_to(known)
    known.load(annuaire(known.folder, SECOND, [STAYS, opponent()]))
    assert found_in(known, ("CABINET ZZRESTE",)) >= {"supply.site.name", "supply.practice.name"}


@pytest.mark.parametrize("number", ["", "123", "1999999999x", "²" * 11, "' OR 1=1 --"])
def test_what_is_no_register_number_is_refused(store: Store, number: str) -> None:
    with pytest.raises(ParameterError):
        object_to(store, number)


def test_an_unknown_number_and_another_key_are_told(store: Store) -> None:
    object_to(store)  # the store knows its key from then on
    with pytest.raises(NotFoundError):
        held(store, "10000000000")
    other = store.settings.model_copy(update={"hash_key": SecretStr("une-autre-clef-assez-longue")})
    with store.engine.begin() as connection, pytest.raises(CheckError):
        key_of(connection, other, RPPS)


def test_the_commands_export_purge_and_leave_a_line_without_a_number_in_the_log(
    known: Store, command
) -> None:
    told = command(known, "person", "export", RPPS)
    assert json.loads(told.out)["nom"] == FAMILY
    assert command(known, "person", "purge", RPPS).code == 1
    assert command(known, "person", "purge", RPPS, "--yes").code == 0
    assert found_in(known, (FAMILY, GIVEN, RPPS)) == set()
    secret = known.settings.hash_key.get_secret_value().encode()
    head = hmac.digest(secret, f"8{RPPS}".encode(), "sha256").hex()[:8]
    lines = [tuple(row) for row in known.rows("SELECT action, subject FROM ops.audit ORDER BY id")]
    assert [line for line in lines if line[0].startswith("person")] == [
        ("person.export", head),
        ("person.purge", head),
    ]
    shown = command(known, "audit").out
    assert "personne effacée à sa demande" in shown
    assert "command:" in shown
