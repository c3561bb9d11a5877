"""Columns of a block say what its lines say when they are read one by one, whatever is written there."""

import random
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.errors import SourceError
from app.sources.annuaire import identity
from app.sources.recognise import recognise
from app.supply import annuaire_blocks, annuaire_lines
from app.supply.annuaire_first import hashed
from app.supply.annuaire_reading import LineMarks
from app.supply.annuaire_whole import COLUMNS, Rows, WholeAnnuaire, WholeRead
from geodata.demo.annuaire import HEADER

NAMES = HEADER.split("|")
ODD = [
    "",
    "",
    "A",
    "é",
    '"',
    'a"b',
    "\\",
    "\\N",
    "a\tb",
    " ",
    "\u2028",
    "\x0b",
    "\ufeff",
    "'",
    "\x1f",
    "0",
    "NULL",
]
WRITTEN = {
    "Identification nationale PP": [*(f"81000000000{rank}" for rank in range(6)), "810000000001 ", "é", ""],
    "Nom d'exercice": ["ZZUN", "ZZDEUX", *ODD],
    "Code profession": ["10", "10", "60", "\\"],
    "Code savoir-faire": ["", "SM54", "SM26", "A,B"],
    "Code mode exercice": ["L", "S", ""],
    "Code secteur d'activité": ["SA07", "SA05", "SA64"],
    "Code catégorie professionnelle": ["C", "E", ""],
    "Numéro SIRET site": ["", "00000000000011", "00000000000029"],
    "Numéro FINESS site": ["", "", "", "000000011"],
    "Numéro Voie (coord. structure)": ["", "1", "1 BIS", "12-14"],
    "Libellé Voie (coord. structure)": ["", "DU MOLE", "12 RUE DU MOLE", "DU \\ PORT", "..."],
    "Code postal (coord. structure)": ["", "00100"],
    "Bureau cedex (coord. structure)": ["", "00100 AUBRELLE CEDEX 2", "00100 AUBRELLE"],
    "Code pays (coord. structure)": ["", "", "99000", "99109"],
}


def hostile(folder: Path, seed: int) -> Path:
    """Write lines of which some are too short, too long, empty, of nobody, or end as elsewhere."""
    rng = random.Random(seed)
    share = rng.choice([0.0, 0.05, 0.3])
    lines = []
    for _ in range(rng.randrange(1, 80)):
        fields = [rng.choice(WRITTEN.get(name, ODD)) for name in NAMES]
        if rng.random() < 0.9:
            fields = [field if name in WRITTEN else "" for name, field in zip(NAMES, fields, strict=True)]
        if rng.random() < share:
            fields = rng.choice([fields[:-1], [*fields, "x"], [""], fields[:20]])
        lines.append("|".join(fields) + ("\r" if rng.random() < share / 4 else ""))
    lines.sort(key=lambda line: line.split("|")[2:3] if rng.random() < 0.7 else [""])
    path = folder / "PS_LibreAcces_Personne_activite_202401010800.txt"
    path.write_bytes(("\n".join([HEADER, *lines]) + rng.choice(["", "\n", "\n\n"])).encode())
    return path


def read(path: Path) -> tuple[list[list[bytes]], WholeRead]:
    annuaire = recognise(path, max_bytes=1 << 20).annuaire
    assert annuaire is not None
    tables = dict.fromkeys((*COLUMNS, "known"), b"")
    for chunk in WholeAnnuaire(annuaire, "k" * 32, date(2024, 1, 1), {"F|000000011": 7}).chunks():
        if isinstance(chunk, Rows):
            rows = hashed(chunk, LineMarks("k" * 32))
            for name in tables:
                tables[name] += getattr(rows, name)
        else:
            found = chunk
    # Addresses and ways of practising come in another order when fewer blocks are read together.
    ways = dict(way.split(b"\t", 1) for way in tables["exercise"].splitlines())
    tables["exercise"] = b"\n".join(ways.values())
    practices = [row.split(b"\t") for row in tables["practice"].split(b"\n") if row]
    tables["practice"] = b"\n".join(b"\t".join([*row[:3], ways[row[3]], *row[4:]]) for row in practices)
    return [sorted(rows.split(b"\n")) for rows in tables.values()], found


@settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), size=st.sampled_from([2_000, 5_000, 1 << 20]))
def test_blocks_in_columns_say_what_their_lines_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, size: int
) -> None:
    path = hostile(tmp_path, seed)
    with monkeypatch.context() as patched:
        patched.setattr(annuaire_blocks, "BLOCK_BYTES", size)
        in_columns = read(path)
        patched.setattr(annuaire_lines, "_regular", lambda *_: None)
        assert read(path) == in_columns


@pytest.mark.parametrize("size", [1_800, 3_000, 1 << 20])
@pytest.mark.parametrize("seed", range(5))
def test_blocks_are_the_file_and_cut_nobody_who_fits_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, size: int
) -> None:
    monkeypatch.setattr(annuaire_blocks, "BLOCK_BYTES", size)
    path = hostile(tmp_path, seed)
    annuaire = recognise(path, max_bytes=1 << 20).annuaire
    assert annuaire is not None
    found = [(block.number, bytes(block.view()), block.last) for block in annuaire_blocks.blocks(annuaire)]
    assert b"\n".join(text for _, text, _ in found) == path.read_bytes()
    number = 1
    for first, text, last in found:
        assert (first, last) == (number, number + text.count(b"\n"))
        number = last + 1
    for (_, before, _), (_, after, _) in pairwise(found[1:]):
        ending, beginning = before.split(b"\n")[-1], after.split(b"\n")[0]
        cut = identity(ending, annuaire.person)
        if cut and cut == identity(beginning, annuaire.person):
            assert {identity(line, annuaire.person) for line in before.split(b"\n")} == {cut}


def test_a_line_longer_than_a_block_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hostile(tmp_path, 0)
    path.write_text("\n".join([HEADER, "8|1", "x" * 9_000]), encoding="utf-8")
    annuaire = recognise(path, max_bytes=1 << 20).annuaire
    assert annuaire is not None
    monkeypatch.setattr(annuaire_blocks, "BLOCK_BYTES", 4_000)
    with pytest.raises(SourceError, match="La ligne dépasse") as refused:
        list(annuaire_blocks.blocks(annuaire))
    assert refused.value.place.line == 3


def test_lines_like_the_others_are_read_in_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = ["A" if name not in WRITTEN else WRITTEN[name][0] for name in NAMES]
    path = hostile(tmp_path, 0)
    path.write_text("\n".join([HEADER, *(["|".join(fields)] * 50)]), encoding="utf-8")
    monkeypatch.setattr(annuaire_blocks, "BLOCK_BYTES", 5000)
    kept, one_by_one = [], annuaire_lines._one_by_one
    monkeypatch.setattr(
        annuaire_lines, "_one_by_one", lambda *told: kept.append(told[1].number) or one_by_one(*told)
    )
    read(path)
    assert kept == [1]  # the block that holds the header
