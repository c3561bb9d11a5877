"""A stretch of an annuaire compared with marks: every line is read or known, wherever the stretch is cut."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from small_registers import GP, activity, annuaire, at

from app.sources.annuaire import Annuaire, person_blocks, person_runs
from app.sources.recognise import recognise
from app.supply import annuaire_compared
from app.supply.annuaire_compared import Compared, Stretch
from app.supply.annuaire_reading import MARK_BYTES, LineMarks

SECRET = "0123456789abcdef0123456789abcdef"
NOTHING = np.empty(0, np.int64)


@pytest.fixture
def source(tmp_path: Path) -> Annuaire:
    """Return a file of 40 people with one to three lines, and an empty line among them."""
    lines = [
        activity(f"81000000{rank:04d}", GP, at(str(line), "DU MÔLE"))
        for rank in range(40)
        for line in range(1 + rank % 3)
    ]
    path = annuaire(tmp_path, date(2024, 1, 1), lines)
    text = path.read_bytes().split(b"\n")
    text.insert(10, b"")
    path.write_bytes(b"\n".join(text))
    found = recognise(path, max_bytes=1 << 30).annuaire
    assert found is not None
    return found


@pytest.fixture(params=[300, 1000, 1 << 17])
def part_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(annuaire_compared, "PART_BYTES", request.param)


def marks(source: Annuaire) -> np.ndarray:
    """Return the marks of everybody's lines as a whole reading gives them."""
    key = LineMarks(SECRET)
    return np.array(
        [
            key.content(block[start:end])
            for number, block in person_blocks(source)
            for _, start, end, _ in person_runs(block, number, source.person)
        ]
    )


def told(parts: list[Compared]) -> tuple[list[bytes], int]:
    """Return what was read in the order of the lines, and how many lines are as they were."""
    rows = sorted(row for part in parts for row in part.reading.people.splitlines())
    return rows, sum(int(part.same.lines.sum()) for part in parts)


@pytest.mark.usefixtures("part_bytes")
def test_a_file_compared_with_itself_has_nothing_to_read(source: Annuaire) -> None:
    known = np.unique(marks(source))
    parts = list(Stretch(source, SECRET, known).chunks())
    rows, same = told(parts)
    text = source.table.path.read_bytes()
    assert (rows, same, parts[-1].last) == ([], text.count(b"\n") + 1, text.count(b"\n") + 1)
    start = np.concatenate([part.same.start for part in parts])
    assert start.tolist() == [
        sum(len(line) + 1 for line in text.split(b"\n")[: number - 1])
        for part in parts
        for number in part.same.number.tolist()
    ]


@pytest.mark.usefixtures("part_bytes")
def test_only_those_who_are_not_known_are_read(source: Annuaire) -> None:
    every = marks(source)
    whole, _ = told(list(Stretch(source, SECRET, NOTHING).chunks()))
    parts = list(Stretch(source, SECRET, np.unique(np.delete(every, [5, 30]))).chunks())
    rows, _ = told(parts)
    assert len(rows) == 2
    assert set(rows) <= set(whole)
    assert sum(len(part.reading.heads) for part in parts) == 2 * MARK_BYTES


def test_two_stretches_read_what_one_reads_wherever_they_meet(source: Annuaire) -> None:
    one, _ = told(list(Stretch(source, SECRET, NOTHING).chunks()))
    size = source.table.content.size
    [whole] = Stretch(source, SECRET, np.unique(marks(source))).chunks()
    for middle in whole.same.start.tolist()[1:]:
        halves = (
            Stretch(source, SECRET, NOTHING, end=middle),
            Stretch(source, SECRET, NOTHING, start=middle),
        )
        parts = [part for half in halves for part in half.chunks()]
        assert told(parts)[0] == one
        assert (sum(part.gone for part in parts), parts[-1].last) == (size + 1, whole.last)


def test_lines_known_twice_are_read_since_they_are_nobody_s_alone(source: Annuaire) -> None:
    every = marks(source)
    known = np.sort(np.append(np.unique(every), every[7]))
    parts = list(Stretch(source, SECRET, known).chunks())
    assert sum(len(part.reading.heads) for part in parts) == 1 * MARK_BYTES
