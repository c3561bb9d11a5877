"""Whose lines a vintage has otherwise than the last one, found before anything is parsed."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from app.db.sql import load
from app.sources.annuaire import Annuaire, person_blocks, person_runs
from app.staging.load import raw_connection
from app.supply.annuaire_reading import LineMarks, Piece

type Marks = npt.NDArray[np.int64]

# To be raised when the same line is read otherwise than before: the next vintage is then read whole.
EDITION = 1
KNOWN = np.dtype([("id", ">i4"), ("mark", ">i8"), ("content", ">i8")])
PIECES_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Changes:
    """What to read of a file: byte ``ranges`` (start, end, number of the first line), in its order.

    ``practitioners`` are those of the store whose lines changed or are gone; ``same_lines`` counts the lines
    that are as they were, all of them usable; ``last_line`` is the number of the last line.
    """

    ranges: npt.NDArray[np.int64]
    practitioners: npt.NDArray[np.int64]
    same_lines: int
    last_line: int

    @property
    def bytes(self) -> int:
        """Return how many bytes are to be read."""
        return int((self.ranges[:, 1] - self.ranges[:, 0]).sum())

    def pieces(self, source: Annuaire) -> Iterator[Sequence[Piece]]:
        """Yield the lines to read, a megabyte at a time."""
        batch: list[Piece] = []
        size = 0
        for piece in self._pieces(source):
            batch.append(piece)
            size += len(piece[1])
            if size > PIECES_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _pieces(self, source: Annuaire) -> Iterator[Piece]:
        wanted = iter(self.ranges.tolist())
        start, end, number = next(wanted, (0, 0, 0))
        offset = 0
        for _, block in person_blocks(source):
            while start < end <= offset + len(block):
                yield number, block[start - offset : end - offset]
                start, end, number = next(wanted, (0, 0, 0))
            offset += len(block) + 1


@dataclass(frozen=True, slots=True)
class Runs:
    """Lines of one person that follow each other: mark of the person, of the lines, where, first line."""

    mark: Marks
    content: Marks
    start: Marks
    number: Marks
    size: int
    last_line: int


def line_marks(source: Annuaire) -> str:
    """Return how the lines of a file are marked and read: the edition of the reading, and its header."""
    header = "|".join(source.table.header)
    return f"{EDITION} {hashlib.sha256(header.encode()).hexdigest()}"


def find_changes(
    connection: Connection, source: Annuaire, secret: str, progress: Callable[[int, int], None]
) -> Changes:
    """Compare a file with what the store remembers of the last vintage."""
    runs = _marked(source, LineMarks(secret), progress)
    known = _known(connection)
    mark, content = known["mark"].astype(np.int64), known["content"].astype(np.int64)
    same = _same(runs, mark, content)
    end = np.append(runs.start[1:] - 1, runs.size)
    after = np.append(runs.number[1:], runs.last_line + 1)
    ranges = np.stack([runs.start, end, runs.number], axis=1)[~same]
    gone_or_changed = ~np.isin(mark, runs.mark[same])
    return Changes(
        ranges=ranges,
        practitioners=known["id"][gone_or_changed].astype(np.int64),
        same_lines=int((after - runs.number)[same].sum()),
        last_line=runs.last_line,
    )


def _known(connection: Connection) -> npt.NDArray[np.void]:
    """Return who is in the newest vintage, as ``KNOWN``; in binary, which a country's worth takes half of."""
    query = load("app.supply", "annuaire_known_content").text
    with raw_connection(connection).cursor(binary=True) as cursor:
        found = cursor.execute(query.encode()).fetchone()
    return np.frombuffer(cast(bytes, found[0] if found else None) or b"", KNOWN)


def _same(runs: Runs, mark: Marks, content: Marks) -> npt.NDArray[np.bool_]:
    """Return which runs say what is known of their person: all together, once, and not otherwise."""
    order = np.argsort(mark)
    mark, content = mark[order], content[order]
    if not len(mark):
        return np.zeros(len(runs.mark), np.bool_)
    place = np.minimum(np.searchsorted(mark, runs.mark), len(mark) - 1)
    once = np.ones(len(runs.mark), np.bool_)
    ascending = np.argsort(runs.mark)
    repeated = np.flatnonzero(runs.mark[ascending][1:] == runs.mark[ascending][:-1])
    once[ascending[repeated]] = once[ascending[repeated + 1]] = False
    # Two people of the store under one mark, which chance all but excludes, are read every time.
    alone = np.searchsorted(mark, runs.mark, side="right") - np.searchsorted(mark, runs.mark) == 1
    alike = (mark[place] == runs.mark) & (content[place] == runs.content)
    same: npt.NDArray[np.bool_] = once & alone & alike
    return same


def _marked(source: Annuaire, marks: LineMarks, progress: Callable[[int, int], None]) -> Runs:
    person, content, start, number = [], [], [], []
    offset = line = 0
    for first, block in person_blocks(source):
        runs = list(person_runs(block, first, source.person))
        keys = b"".join([marks.key(identity)[:8] for identity, _, _, _ in runs])
        person.append(np.frombuffer(keys, ">i8").astype(np.int64))
        content.append(np.array([marks.content(block[begin:end]) for _, begin, end, _ in runs], np.int64))
        start.append(np.array([begin for _, begin, _, _ in runs], np.int64) + offset)
        number.append(np.array([first for _, _, _, first in runs], np.int64))
        offset += len(block) + 1
        line = first + block.count(b"\n")
        progress(offset, source.table.content.size)
    return Runs(
        mark=np.concatenate(person),
        content=np.concatenate(content),
        start=np.concatenate(start),
        number=np.concatenate(number),
        size=offset - 1,
        last_line=line,
    )
