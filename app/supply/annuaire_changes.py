"""Whose lines a vintage has otherwise than the last one, found before anything is parsed."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, delete, insert

from app.db.sql import load
from app.db.tables import line_mark
from app.sources.annuaire import Annuaire, person_blocks, person_runs
from app.staging.load import raw_connection
from app.supply.annuaire_reading import LineMarks, Piece

type Marks = npt.NDArray[np.int64]
type Known = npt.NDArray[np.void]  # of KNOWN

# To be raised when the same line is read otherwise than before: the next vintage is then read whole.
EDITION = 1
# Practitioner, head of their key, mark of their lines in the newest vintage: 0 when it is unknown.
KNOWN = np.dtype([("id", ">i4"), ("mark", ">i8"), ("content", ">i8")])
PIECES_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Changes:
    """What to read of a file: byte ``ranges`` (start, end, number of the first line), in its order.

    ``practitioners`` are those of the store whose lines changed or are gone, ``same`` what it remembers of
    the others; ``same_lines`` counts the lines that are as they were, all of them usable; ``last_line`` is
    the number of the last line.
    """

    ranges: npt.NDArray[np.int64]
    practitioners: npt.NDArray[np.int64]
    same: Known
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
        offset = 0
        with source.table.content.open() as stream:
            for start, end, number in self.ranges.tolist():
                while offset < start and (passed := stream.read(min(start - offset, PIECES_BYTES))):
                    offset += len(passed)
                lines = b""
                while offset < end and (more := stream.read(end - offset)):
                    lines += more
                    offset += len(more)
                yield number, lines


@dataclass(frozen=True, slots=True)
class Runs:
    """Lines of one person that follow each other: mark of the lines, where, first line.

    ``person`` is the mark of the person where the store knows no such lines, 0 elsewhere.
    """

    content: Marks
    person: Marks
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
    known = _people(connection, "annuaire_known_content")
    mark, content = known["mark"].astype(np.int64), known["content"].astype(np.int64)
    runs = _marked(source, LineMarks(secret), np.sort(content), progress)
    same = _same(runs, mark, content)
    end = np.append(runs.start[1:] - 1, runs.size)
    after = np.append(runs.number[1:], runs.last_line + 1)
    ranges = np.stack([runs.start, end, runs.number], axis=1)[~same]
    gone_or_changed = ~np.isin(content, runs.content[same])
    return Changes(
        ranges=ranges,
        practitioners=known["id"][gone_or_changed].astype(np.int64),
        same=known[~gone_or_changed],
        same_lines=int((after - runs.number)[same].sum()),
        last_line=runs.last_line,
    )


def remember(connection: Connection, changes: Changes | None = None) -> None:
    """Remember the lines of those whom the newest vintage ``told`` of, and of those who are as they were."""
    told = _people(connection, "annuaire_marks")
    remember_people(connection, told if changes is None else np.concatenate([changes.same, told]))


def remember_people(connection: Connection, people: Known) -> None:
    """Replace what the store remembers of the lines of the newest vintage."""
    # In order but for those told, once: nearly sorted is what this sort is quick at.
    ordered = people[np.argsort(people["content"].astype(np.int64), kind="stable")].astype(KNOWN)
    connection.execute(delete(line_mark))
    connection.execute(insert(line_mark), {"people": ordered.tobytes()})


def _people(connection: Connection, name: str) -> Known:
    """Return the value of a statement as ``KNOWN``; in binary, which a country's worth takes half of."""
    query = load("app.supply", name).text
    with raw_connection(connection).cursor(binary=True) as cursor:
        found = cursor.execute(query.encode()).fetchone()
    return np.frombuffer(cast(bytes, found[0] if found else None) or b"", KNOWN)


def _same(runs: Runs, mark: Marks, content: Marks) -> npt.NDArray[np.bool_]:
    """Return which runs say what is known of their person: all together, once, and not otherwise.

    Lines hold their person's identifier, so that the mark of the lines is enough to know whose they are.
    """
    order = np.argsort(content)
    mark, content = mark[order], content[order]
    same = np.zeros(len(runs.content), np.bool_)
    place = np.searchsorted(content, runs.content)
    # Two people of the store under one mark, which chance all but excludes, are read every time.
    same[np.searchsorted(content, runs.content, side="right") - place == 1] = True
    ascending = np.argsort(runs.content)
    repeated = np.flatnonzero(runs.content[ascending][1:] == runs.content[ascending][:-1])
    same[ascending[repeated]] = same[ascending[repeated + 1]] = False
    # The same lines as before, and others elsewhere in the file.
    same[same] = ~np.isin(mark[place[same]], runs.person)
    return same


def _among(values: Marks, ascending: Marks) -> npt.NDArray[np.bool_]:
    """Return which values are among others, that are in order: faster than ``np.isin``, which sorts them."""
    if not len(ascending):
        return np.zeros(len(values), np.bool_)
    place = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    found: npt.NDArray[np.bool_] = ascending[place] == values
    return found


def _marked(source: Annuaire, marks: LineMarks, known: Marks, progress: Callable[[int, int], None]) -> Runs:
    """Mark the runs of a file; ``known`` are the marks of the lines of the store, ascending."""
    content, person, start, number = [], [], [], []
    offset, first, block = 0, 1, b""
    for first, block in person_blocks(source):
        identities, begin, end, lines = zip(*person_runs(block, first, source.person), strict=True)
        found = np.frombuffer(marks.contents(block, begin, end), ">i8").astype(np.int64)
        found[found == 0] = 1
        theirs = np.zeros(len(found), np.int64)
        new = ~_among(found, known)
        keys = b"".join([marks.key(identities[rank])[:8] for rank in np.flatnonzero(new).tolist()])
        theirs[new] = np.frombuffer(keys, ">i8")
        content.append(found)
        person.append(theirs)
        start.append(np.array(begin, np.int64) + offset)
        number.append(np.array(lines, np.int64))
        offset += len(block) + 1
        progress(offset, source.table.content.size)
    return Runs(
        content=np.concatenate(content),
        person=np.concatenate(person),
        start=np.concatenate(start),
        number=np.concatenate(number),
        size=offset - 1,
        last_line=first + block.count(b"\n"),
    )
