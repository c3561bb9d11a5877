"""An annuaire into narrow staging tables: whole, or those people of whom it says something new."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from queue import SimpleQueue

from psycopg import sql
from sqlalchemy import Connection, select

from app.db.sql import load
from app.db.tables import line_mark, source_file
from app.settings import Settings
from app.sources.annuaire import Annuaire, person_blocks, refuse_broken
from app.sources.rows import RecognisedFile
from app.staging.load import StagedFile, raw_connection, refuse_unusable
from app.supply.annuaire_changes import Changes, line_marks, read_changes
from app.supply.annuaire_first import enter, is_first
from app.supply.annuaire_process import ReadingProcess
from app.supply.annuaire_reading import Piece, Reader, Reading
from app.supply.annuaire_whole import WholeRead
from app.supply.key import check_key
from app.supply.site import NEW_SITE

TABLES = {
    "people": (
        "staging.annuaire_person",
        ("line", "key", "content", "civility", "family_name", "given_name"),
    ),
    "activities": (
        "staging.annuaire_activity",
        ("person", "address", "site", "way", "profession_code", "name"),
    ),
    "ways": (
        "staging.annuaire_way",
        ("way", "skills", "modes", "sectors", "liberal", "ambulatory"),
    ),
    "addresses": ("staging.annuaire_address", ("line", "written", *NEW_SITE)),
}
# Starting processes costs half a second: what is read faster than that is read here.
SHARED_BYTES = 16 << 20
READERS = 2
NEARLY = 0.9
WAITING = 6

type Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class StagedAnnuaire(StagedFile):
    """What was staged; ``changes`` says of whom, or None when it is everybody.

    ``line_marks`` is how the lines are marked: only a file that marks them alike is compared with this one.
    ``merged`` says whether nothing is left to merge.
    """

    changes: Changes | None = None
    line_marks: str = ""
    merged: bool = False

    @property
    def nearly_same(self) -> bool:
        """Say whether so few lines changed that the store's statistics still hold."""
        return self.changes is not None and self.changes.same_lines > NEARLY * self.rows_in


def comparable(connection: Connection, source: Annuaire, vintage: date) -> bool:
    """Say whether a vintage follows all those loaded, and the store remembers lines marked as this file's."""
    c = source_file.c
    newest = connection.execute(
        select(c.vintage, c.line_marks)
        .where(c.register == "annuaire", ~c.superseded, select(line_mark).exists())
        .order_by(c.vintage.desc())
        .limit(1)
    ).one_or_none()
    return newest is not None and newest.vintage < vintage and newest.line_marks == line_marks(source)


def stage(
    connection: Connection,
    settings: Settings,
    recognised: RecognisedFile,
    source: Annuaire,
    vintage: date,
    *,
    progress: Progress,
    compare: bool,
) -> StagedAnnuaire:
    """Fill the staging tables; ``compare`` with the last vintage stages only those whose lines changed.

    The first annuaire of a store needs none: it is merged at once. Raises SourceError for an unusable file,
    CheckError under another key or when too little can be kept.
    """
    check_key(connection, settings)
    secret = settings.hash_key.get_secret_value()
    if is_first(connection):
        return _judged(recognised, source, enter(connection, source, secret, vintage, progress))
    connection.execute(load("app.supply", "annuaire_tables"))
    total, changes = Reading(), None

    def take(reading: Reading) -> None:
        _copy(connection, reading)
        _add(total, reading)

    if compare:
        changes = read_changes(connection, source, secret, take, progress)
    else:
        for reading in _readings(source, secret):
            take(reading)
            progress(total.read, source.table.content.size)
    same, last = (0, total.last) if changes is None else (changes.same_lines, changes.last_line)
    kept = same + total.kept
    refuse_broken(source, kept + total.rejects.total, last, total.rejects, total.broken)
    refuse_unusable(recognised, kept, total.rejects)
    connection.execute(load("app.supply", "annuaire_analyze"))
    tables, rows_in = tuple(name for name, _ in TABLES.values()), kept + total.rejects.total
    return StagedAnnuaire(tables, rows_in, kept, total.rejects, changes, line_marks(source))


def _judged(recognised: RecognisedFile, source: Annuaire, found: WholeRead) -> StagedAnnuaire:
    """Return what a first annuaire is, entered by now. Raises as ``stage`` does."""
    rejects, broken = found.refused.rejects, found.refused.broken
    rows_in = found.kept + rejects.total
    refuse_broken(source, rows_in, found.last, rejects, broken)
    refuse_unusable(recognised, found.kept, rejects)
    return StagedAnnuaire((), rows_in, found.kept, rejects, line_marks=line_marks(source), merged=True)


def _add(total: Reading, reading: Reading) -> None:
    total.kept += reading.kept
    total.read += reading.read
    total.last = reading.last
    total.rejects.absorb(reading.rejects)
    if reading.broken.number > total.broken.number:
        total.broken = reading.broken


def _copy(connection: Connection, reading: Reading) -> None:
    with raw_connection(connection).cursor() as cursor:
        for kind, (table, columns) in TABLES.items():
            statement = sql.SQL("COPY {} ({}) FROM STDIN (NULL '')").format(
                sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            if rows := getattr(reading, kind):
                with cursor.copy(statement) as copy:
                    copy.write(rows)


def _readings(source: Annuaire, secret: str) -> Iterator[Reading]:
    """Yield what the pieces of a file hold, in its order; a long file is read by several processes."""
    pieces: Iterable[Sequence[Piece]] = ([block] for block in person_blocks(source))
    if source.table.content.size < SHARED_BYTES or (os.cpu_count() or 1) < READERS:
        yield from map(Reader(source, secret).read, pieces)
        return
    processes = [ReadingProcess(source, secret) for _ in range(READERS)]
    try:
        yield from _in_order(processes, pieces)
    finally:
        for process in processes:
            process.close()


def _in_order(processes: Sequence[ReadingProcess], pieces: Iterable[Sequence[Piece]]) -> Iterator[Reading]:
    idle: SimpleQueue[ReadingProcess] = SimpleQueue()
    for process in processes:
        idle.put(process)

    def read(piece: Sequence[Piece]) -> Reading:
        process = idle.get()
        try:
            return process.read(piece)
        finally:
            idle.put(process)

    waiting: deque[Future[Reading]] = deque()
    with ThreadPoolExecutor(len(processes)) as pool:
        try:
            for piece in pieces:
                waiting.append(pool.submit(read, piece))
                if len(waiting) > WAITING:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
