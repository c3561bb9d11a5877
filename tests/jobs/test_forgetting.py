"""Who left the register is nowhere in the database, whatever the column, the table or the schema."""

from datetime import date

import pytest
from searching import found_in
from small_registers import GP, activity, annuaire, at, communes, finess
from store import Store

from app.errors import CheckError

FIRST, SECOND, THIRD = date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1)
FAMILY, GIVEN, NUMBER, PHONE, EMAIL = "ZZPARTIE", "Zénaïde", "819999999999", "0199000099", "zz@partie.example"
LEFT = (FAMILY, GIVEN, NUMBER, PHONE, EMAIL)
STAYS = activity("810000000001", GP, at("1", "DU MOLE"), family="ZZRESTE")


def leaver(**fields: str) -> dict[str, str]:
    """Return a line that says all that a line can say of a person."""
    line = activity(NUMBER, GP, at("1", "DU MOLE"), family=FAMILY, given=GIVEN, **fields)
    return line | {
        "Identifiant PP": NUMBER,
        "Téléphone (coord. structure)": PHONE,
        "Téléphone 2 (coord. structure)": PHONE,
        "Adresse e-mail (coord. structure)": EMAIL,
        "Raison sociale site": f"CABINET DU DR {FAMILY}",
        "Enseigne commerciale site": FAMILY,
        "Complément destinataire (coord. structure)": f"DR {FAMILY}",
        "Complément point géographique (coord. structure)": f"CHEZ {FAMILY}",
    }


def broken(store: Store, line: dict[str, str], day: date) -> None:
    """Load a vintage where some lines of a person are refused: a field too many, a profession missing."""
    path = annuaire(store.folder, day, [STAYS, *[STAYS] * 20, line, line | {"Code profession": ""}])
    text = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*text, f"{text[-1]}|{FAMILY}", text[1]]) + "\n", encoding="utf-8")
    store.load(path)


@pytest.fixture
def known(store: Store) -> Store:
    """Return a store that knows a person by every way a line has, some of them refused."""
    store.load(communes(store.folder, {"00101": (0, 0, 1000, 1000)}))
    broken(store, leaver(), FIRST)
    return store


def test_the_search_finds_who_is_still_there(known: Store) -> None:
    assert {"supply.practitioner.family_name", "supply.practitioner.given_name", "supply.site.name"} <= (
        found_in(known, LEFT)
    )


def test_neither_phone_nor_email_nor_number_is_ever_kept(known: Store) -> None:
    known.release()
    assert found_in(known, (NUMBER, PHONE, EMAIL)) == set()


def test_refused_lines_are_told_without_what_they_say_of_a_person(known: Store) -> None:
    assert known.one("SELECT sum(rows_rejected) FROM ops.source_file WHERE register = 'annuaire'") == 2
    assert not {column for column in found_in(known, LEFT) if column.startswith("ops.")}


def test_who_left_is_nowhere_once_a_vintage_no_longer_shows_them(known: Store) -> None:
    known.release()
    known.load(annuaire(known.folder, SECOND, [STAYS]))
    known.release()
    assert found_in(known, LEFT) == set()
    assert known.one("SELECT count(*) FROM supply.practitioner") == 2


def test_a_place_with_a_finess_number_keeps_no_name_of_who_left(known: Store) -> None:
    known.load(annuaire(known.folder, SECOND, [STAYS, leaver(finess="000000011")]))
    known.load(annuaire(known.folder, THIRD, [STAYS]))
    assert found_in(known, LEFT) == set()
    known.load(finess(known.folder, THIRD, [{"finess": "000000011", "name": "HOPITAL"}]))
    assert known.one("SELECT name FROM supply.site WHERE finess = '000000011'") == "HOPITAL"


def test_a_vintage_inserted_late_or_loaded_again_brings_nobody_back(store: Store) -> None:
    store.load(annuaire(store.folder, THIRD, [STAYS]))
    broken(store, leaver(), SECOND)
    path = annuaire(store.folder, FIRST, [STAYS, leaver()])
    store.load(path)
    store.load(path, force=True)
    store.release()
    assert found_in(store, LEFT) == set()
    assert store.one("SELECT count(*) FROM supply.practitioner") == 2


def test_a_file_that_is_refused_leaves_nothing_of_what_it_said(store: Store) -> None:
    path = annuaire(store.folder, FIRST, [leaver() | {"Code profession": ""}, STAYS])
    with pytest.raises(CheckError):
        store.load(path)
    assert found_in(store, LEFT) == set()
