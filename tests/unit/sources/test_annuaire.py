"""Annuaire santé: what each line gives, and what a broken line does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import SourceError
from app.sources.recognise import recognise
from app.sources.rows import Rejects
from tests.unit.sources.conftest import MAX_BYTES, Read, Write

Twin = Callable[[str], Path]


def repeated(text: str, times: int) -> list[str]:
    """Return the header, then the data lines again and again."""
    header, *lines = text.splitlines()
    return [header, *(lines * times)]


def test_quotes_and_backslashes_are_plain_characters(twin: Twin, read: Read) -> None:
    assert read(twin("annuaire_56.txt")).rows[0]["company_name"] == 'CABINET "LE PHARE" \\ NORD'


def test_the_national_id_keeps_the_zero_that_the_identifier_lost(twin: Twin, read: Read) -> None:
    osteopath = read(twin("annuaire_56.txt")).rows[1]
    assert osteopath["national_id"] == "0001234567"
    assert osteopath["identifier_type"] == "0"


def test_an_empty_field_is_none(twin: Twin, read: Read) -> None:
    nurse = read(twin("annuaire_56.txt")).rows[2]
    assert {nurse[name] for name in ("structure_id", "postcode", "commune_code", "bureau_cedex")} == {None}


def test_the_town_stays_in_bureau_cedex_when_there_is_no_commune_code(twin: Twin, read: Read) -> None:
    osteopath = read(twin("annuaire_56.txt")).rows[1]
    assert (osteopath["bureau_cedex"], osteopath["commune_code"]) == ("00112 AUBRELLE CEDEX", None)


def test_52_columns_give_the_same_rows_without_role(twin: Twin, read: Read) -> None:
    old, new = read(twin("annuaire_52.txt")), read(twin("annuaire_56.txt"))
    assert [row["role_code"] for row in new.rows] == ["FON-01", None, None]
    assert [row | {"role_code": None} for row in new.rows] == old.rows


def test_a_file_without_trailing_pipe_is_read(twin: Twin, read: Read, write: Write) -> None:
    lines = twin("annuaire_56.txt").read_text(encoding="utf-8").splitlines()
    bare = "\n".join(line.removesuffix("|") for line in lines) + "\n"
    assert read(write("a.txt", bare)).rows == read(twin("annuaire_56.txt")).rows


def test_columns_in_another_order_give_the_same_rows(twin: Twin, read: Read, write: Write) -> None:
    lines = twin("annuaire_56.txt").read_text(encoding="utf-8").splitlines()
    turned = ["|".join([*reversed(line.split("|")[:-1]), ""]) for line in lines]
    assert read(write("a.txt", "\n".join(turned) + "\n")).rows == read(twin("annuaire_56.txt")).rows


def test_a_line_with_a_wrong_number_of_fields_is_rejected_with_its_number(
    twin: Twin, read: Read, write: Write
) -> None:
    lines = repeated(twin("annuaire_56.txt").read_text(encoding="utf-8"), 40)
    lines[6] = lines[6].replace("|", "", 1)
    found = read(write("a.txt", "\n".join(lines) + "\n"))
    assert len(found.rows) == 119
    reason = "nombre de champs différent de celui de l'en-tête"
    assert found.rejects.examples == {reason: [(7, "56 champs au lieu de 57")]}


def test_a_line_without_profession_is_rejected(twin: Twin, read: Read, write: Write) -> None:
    text = twin("annuaire_56.txt").read_text(encoding="utf-8").replace("|71|Ostéopathe|", "||Ostéopathe|")
    found = read(write("a.txt", text))
    assert found.rejects.examples == {"valeur requise absente : « Code profession »": [(3, "")]}


def test_more_than_one_line_in_a_hundred_broken_refuses_the_file(
    twin: Twin, read: Read, write: Write
) -> None:
    lines = repeated(twin("annuaire_56.txt").read_text(encoding="utf-8"), 40)
    for number in (5, 50, 90):
        lines[number] += "|"
    with pytest.raises(SourceError, match="3 lignes sur 120 n'ont pas le bon nombre de champs") as caught:
        read(write("a.txt", "\n".join(lines) + "\n"))
    assert caught.value.place.line == 6


@pytest.mark.parametrize("lost", [1, 30, 60])
def test_a_file_cut_in_its_last_line_is_refused(lost: int, twin: Twin, read: Read, write: Write) -> None:
    text = "\n".join(repeated(twin("annuaire_56.txt").read_text(encoding="utf-8"), 200))
    with pytest.raises(SourceError, match="Le fichier est coupé : la dernière ligne") as caught:
        read(write("a.txt", text[:-lost]))
    assert caught.value.place.line == 601


def test_a_complete_last_line_needs_no_end_of_line(twin: Twin, read: Read, write: Write) -> None:
    text = twin("annuaire_56.txt").read_text(encoding="utf-8").rstrip("\n")
    assert len(read(write("a.txt", text)).rows) == 3


@pytest.mark.parametrize("name", ["annuaire_savoir_faire.txt", "annuaire_diplomes.txt"])
def test_a_companion_file_is_recognised_and_refuses_to_be_loaded(name: str, twin: Twin) -> None:
    found = recognise(twin(name), max_bytes=MAX_BYTES)
    assert "fichier compagnon" in found.variant
    assert not found.register.loadable
    with pytest.raises(SourceError, match="accompagne l'annuaire santé"):
        found.rows(Rejects())


def test_lines_across_block_borders_are_whole(twin: Twin, read: Read, write: Write) -> None:
    lines = repeated(twin("annuaire_56.txt").read_text(encoding="utf-8"), 3000)
    found = read(write("a.txt", "\n".join(lines) + "\n"))
    assert len(found.rows) == 9000
    assert found.rejects.total == 0
    assert found.rows[-3:] == found.rows[:3]
