"""Whose lines a vintage has otherwise than the last one, found before anything is parsed."""

import hashlib
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, delete

from app.db.sql import load
from app.db.tables import line_mark
from app.sources.annuaire import Annuaire
from app.sources.delimited import BLOCK_BYTES
from app.sources.streams import reading
from app.staging.load import raw_connection
from app.supply.annuaire_compared import Compared, Runs, Small, Stretch, person_runs, together
from app.supply.annuaire_process import WholeProcess, gathered, started
from app.supply.annuaire_reading import KNOWN, Piece, Reader, Reading, Sites

type Marks = npt.NDArray[np.int64]
type Known = npt.NDArray[np.void]  # of KNOWN

# A way of writing an address, as ``annuaire_known_addresses`` gives it.
WRITTEN = np.dtype([("md5", ">i8"), ("site", ">i4")])
# To be raised when the same line is read otherwise than before: the next vintage is then read whole.
EDITION = 2
# Starting processes costs half a second: what is read faster than that is read here.
SHARED_BYTES = 16 << 20
# How many people a row of marks holds.
MARKED = 1 << 14
# Whoever reads the second half counts the lines of the first.
FIRST_SHARE = 0.51


@dataclass(frozen=True, slots=True)
class Changes:
    """What a vintage says otherwise than the last one.

    ``practitioners`` are those of the store whose lines changed or are gone, ``same`` what it remembers of
    the others; ``same_lines`` counts the lines that are as they were, all of them usable; ``last_line`` is
    the number of the last line.
    """

    practitioners: npt.NDArray[np.int64]
    same: Known
    same_lines: int
    last_line: int


def line_marks(source: Annuaire) -> str:
    """Return how the lines of a file are marked and read: the edition of the reading, and its header."""
    header = "|".join(source.table.header)
    return f"{EDITION} {hashlib.sha256(header.encode()).hexdigest()}"


def read_changes(
    connection: Connection,
    source: Annuaire,
    secret: str,
    take: Callable[[Reading], None],
    progress: Callable[[int, int], None],
) -> Changes:
    """Compare a file with what the store remembers of the last vintage; ``take`` is given what differs.

    Raises what readers raise.
    """
    known, parts = _read(connection, source, secret, take, progress)
    # A part at a time: what is known of everybody, put together, is most of the memory.
    times = np.bincount(np.concatenate([part.place for part in parts]), minlength=len(known))
    heads = b"".join(part.reading.heads for part in parts)
    read = np.sort(np.frombuffer(heads, ">i8").astype(np.int64))
    again = [_again(part.place, times, known, read) for part in parts]
    runs = together([part.same[chosen] for part, chosen in zip(parts, again, strict=True)])
    if len(runs.start):
        take(Reader(source, secret).read(list(_pieces(source, runs))))
    still = np.zeros(len(known), np.bool_)
    for part, chosen in zip(parts, again, strict=True):
        still[part.place[~chosen]] = True
    return Changes(
        practitioners=np.sort(known["id"][~still].astype(np.int64)),
        same=known[still],
        same_lines=sum(
            int(part.same.lines[~chosen].sum()) for part, chosen in zip(parts, again, strict=True)
        ),
        last_line=max(part.last for part in parts),
    )


def _read(
    connection: Connection,
    source: Annuaire,
    secret: str,
    take: Callable[[Reading], None],
    progress: Callable[[int, int], None],
) -> tuple[Known, list[Compared]]:
    """Return what the store remembers of the last vintage, and the parts of a file compared with it.

    ``take`` is given what was read of each, of which the heads of keys alone are kept.
    """
    edges = _edges(source)
    parts: list[Compared] = []
    done = 0
    with started(len(edges) if len(edges) > 1 else 0, source.table.path.name) as processes:
        known = _people(connection, "annuaire_known_content")
        # Kept by nobody once it is handed over: what is known of everybody is most of the memory.
        whole = Stretch(source, secret, known["content"].astype(np.int64), _sites(connection))
        stretches = _stretches(whole, edges)
        del whole
        with closing(_compared(processes, stretches)) as compared:
            for part in compared:
                take(part.reading)
                done += part.gone
                progress(done, source.table.content.size)
                parts.append(replace(part, reading=Reading(heads=part.reading.heads)))
    return known, parts


def _again(place: Small, times: Marks, known: Known, read: Marks) -> npt.NDArray[np.bool_]:
    """Return which runs are to be read though they are as they were: their person has other lines elsewhere.

    Lines hold their person's identifier, so that the mark of the lines is enough to know whose they are:
    at which ``place`` of those known. ``times`` counts the runs of each place, ``read`` are the heads of the
    keys of those whose lines differ, ascending.
    """
    again: npt.NDArray[np.bool_] = times[place] > 1
    return again | _among(known["mark"][place].astype(np.int64), read)


def _pieces(source: Annuaire, runs: Runs) -> Iterator[Piece]:
    """Yield the lines of runs, in the order of the file."""
    offset = 0
    with source.table.content.open() as stream:
        for number, start, end in sorted(runs.rows()):
            while offset < start and (passed := stream.read(min(start - offset, BLOCK_BYTES))):
                offset += len(passed)
            lines = b""
            while offset < end and (more := stream.read(end - offset)):
                lines += more
                offset += len(more)
            yield number, lines


def _edges(source: Annuaire) -> list[tuple[int, int | None]]:
    """Return where both halves of a long file begin and end; of any other, where it does."""
    content = source.table.content
    plain = content.wrapping == "plain" and content.unpacked is None
    if plain and content.size >= SHARED_BYTES and (os.cpu_count() or 1) > 1:
        middle = _boundary(source, int(content.size * FIRST_SHARE))
        if middle is not None:
            return [(0, middle), (middle, None)]
    return [(0, None)]


def _stretches(whole: Stretch, edges: Sequence[tuple[int, int | None]]) -> Iterator[Stretch]:
    for start, end in edges:
        yield replace(whole, start=start, end=end)


def _boundary(source: Annuaire, offset: int) -> int | None:
    """Return where somebody's lines begin, not far after an offset."""
    with reading(source.table.path), source.table.path.open("rb") as stream:
        stream.seek(offset)
        text = stream.read(BLOCK_BYTES)
    begin = text.find(b"\n") + 1
    runs = person_runs(text[begin:], max(text.rfind(b"\n") - begin, 0), 1, source.person)
    # The first are perhaps the end of somebody's.
    return offset + begin + int(runs.start[1]) if len(runs.start) > 1 else None


def _compared(
    processes: Sequence[WholeProcess], stretches: Iterator[Stretch]
) -> Generator[Compared, None, None]:
    """Yield what stretches hold as it comes, each read by a process, or here when there are none."""
    if processes:
        detached = (replace(stretch, source=stretch.source.detached()) for stretch in stretches)
        yield from cast(Iterator[Compared], gathered(processes, detached))
    else:
        for stretch in stretches:
            yield from stretch.chunks()


@contextmanager
def remembering(connection: Connection, changes: Changes | None) -> Iterator[None]:
    """Remember the lines of those whom the newest vintage ``told`` of, and of those who are as they were.

    They are put in order beside what the caller does meanwhile, and entered at its end.
    """
    told = _people(connection, "annuaire_marks")
    with ThreadPoolExecutor(1) as beside:
        people = beside.submit(_in_order, told, changes)
        yield
        _enter(connection, people.result())


def remember_people(connection: Connection, people: Known) -> None:
    """Replace what the store remembers of the lines of the newest vintage."""
    _enter(connection, _in_order(people, None))


def _in_order(told: Known, changes: Changes | None) -> Known:
    # Numpy would put what it brings together in the machine's own order of bytes.
    people = told if changes is None else np.concatenate([changes.same, told], dtype=KNOWN)
    return people[np.argsort(people["content"].astype(np.int64))]


def _enter(connection: Connection, people: Known) -> None:
    connection.execute(delete(line_mark))
    statement = b"COPY supply.line_mark (people) FROM STDIN (FORMAT binary)"
    # In binary, from where it stands, and in parts: a country's worth at once takes both sides half a second,
    # most of it for memory that the system must clear first.
    with raw_connection(connection).cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["bytea"])
        for first in range(0, len(people), MARKED):
            copy.write_row([memoryview(people[first : first + MARKED].view(np.uint8))])


def _people(connection: Connection, name: str) -> Known:
    """Return what a statement gives as ``KNOWN``, the parts of it in the order of their first mark."""
    parts = [np.frombuffer(value, KNOWN) for value in _values(connection, name)]
    parts.sort(key=lambda part: int(part["content"][0]))
    return np.frombuffer(b"".join(parts), KNOWN)


def _sites(connection: Connection) -> Sites:
    """Return where the store has addresses."""
    rows = np.frombuffer(b"".join(_values(connection, "annuaire_known_addresses")), WRITTEN)
    return Sites.of(rows["md5"].astype(np.int64), rows["site"].astype(np.int32))


def _values(connection: Connection, name: str) -> list[bytes]:
    """Return the values of a statement, one a row; in binary, which a country's worth takes half of."""
    query = load("app.supply", name).text
    with raw_connection(connection).cursor() as cursor:
        return [cast(bytes, value) for (value,) in cursor.stream(query.encode(), binary=True) if value]


def _among(values: Marks, ascending: Marks) -> npt.NDArray[np.bool_]:
    """Return which values are among others, that are in order: faster than ``np.isin``, which sorts them."""
    if not len(ascending):
        return np.zeros(len(values), np.bool_)
    place = np.minimum(np.searchsorted(ascending, values), len(ascending) - 1)
    found: npt.NDArray[np.bool_] = ascending[place] == values
    return found
