"""The first annuaire of a store: its rows go straight to their tables, there is nothing to compare with.

One process reads people, practices and places; this one hashes what is hashed of them, and copies it all.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import batched
from typing import cast

import numpy as np
from psycopg import sql
from sqlalchemy import Connection, select, text

from app.db.sql import load, run
from app.db.tables import exercise, practice, practitioner, site, written_address
from app.sources.annuaire import Annuaire
from app.staging.load import raw_connection
from app.supply.annuaire_changes import Known, remember_people
from app.supply.annuaire_process import gathered, started
from app.supply.annuaire_reading import KNOWN, MARK_BYTES, LineMarks, written_md5
from app.supply.annuaire_whole import COLUMNS, Rows, WholeAnnuaire, WholeRead
from app.supply.bulk import stripped

TABLES = (practitioner, site, written_address, exercise, practice)
# What folds those who stand in several places.
REPEATED = (
    *("annuaire_repeated_people", "annuaire_repeated_practised", "annuaire_folded"),
    *("annuaire_exercises", "annuaire_repeated_practices"),
)
# Starting a process costs half a second: what is read faster than that is read here.
SHARED_BYTES = 16 << 20
# Chunks copied at once: each COPY takes memory of its own, which the system clears first.
TOGETHER = 3


def is_first(connection: Connection) -> bool:
    """Say whether the store knows nobody yet."""
    empty = (select(table).limit(1) for table in (practitioner, written_address, practice))
    return not any(connection.execute(query).first() for query in empty)


def enter(
    connection: Connection, source: Annuaire, secret: str, vintage: date, progress: Callable[[int, int], None]
) -> WholeRead:
    """Fill the tables of people, places, ways of practising and practices; return what the whole file says.

    Whatever it says is to be judged by the caller, in whose transaction everything stands. Raises what
    readers raise.
    """
    run(connection, "app.supply", ("annuaire_memory",))
    with stripped(connection, TABLES):
        known = {row.key: row.id for row in connection.execute(select(site.c.key, site.c.id))}
        # COPY writes no log into a table emptied in its transaction, where the server keeps only its own.
        emptied = [table for table in TABLES if table is not site or not known]
        connection.execute(text(f"TRUNCATE {', '.join(table.fullname for table in emptied)}"))
        found, marks = _fill(connection, WholeAnnuaire(source, secret, vintage, known), progress)
        _complete(connection, found, known)
        remember_people(connection, _each_once(connection, marks))
    return found


def _fill(
    connection: Connection, whole: WholeAnnuaire, progress: Callable[[int, int], None]
) -> tuple[WholeRead, Known]:
    """Copy what a file holds to the tables; return what the whole of it says and what is remembered."""
    marks, remembered, done, found = LineMarks(whole.secret), bytearray(), 0, WholeRead()
    for chunks in batched(_chunks(whole), TOGETHER):
        rows: dict[str, list[bytes]] = {table.name: [] for table in TABLES}
        for chunk in chunks:
            if isinstance(chunk, WholeRead):
                found = chunk
                continue
            ready = hashed(chunk, marks)
            for name, parts in rows.items():
                parts.append(getattr(ready, name))
            remembered += ready.known
            done += chunk.read
        for table in TABLES:
            _copy(connection, table.fullname, table.name, rows[table.name])
        progress(done, whole.source.table.content.size)
    progress(whole.source.table.content.size, whole.source.table.content.size)
    return found, np.frombuffer(remembered, KNOWN)


def hashed(rows: Rows, marks: LineMarks) -> Rows:
    """Return rows with the hashes that they lack, made here while the process that reads goes on."""
    known = np.frombuffer(rows.known, KNOWN).copy()
    keys = marks.keys(_lines(rows.identities))
    known["mark"] = np.frombuffer(b"".join([key[:MARK_BYTES] for key in keys]), ">i8")
    return replace(
        rows,
        known=known.tobytes(),
        practitioner=_behind([f"\\\\x{key.hex()}" for key in keys], rows.practitioner),
        written_address=_behind(
            [written_md5(text).hex() for text in _lines(rows.texts)], rows.written_address
        ),
    )


def _lines(texts: bytes) -> list[bytes]:
    return texts.split(b"\n") if texts else []


def _behind(hashes: Sequence[str], rows: bytes) -> bytes:
    """Return rows, each behind its hash."""
    # Not ``splitlines``, which parts at other characters too.
    told = rows.decode().split("\n")[:-1]
    return "".join([f"{one}\t{row}\n" for one, row in zip(hashes, told, strict=True)]).encode()


def _complete(connection: Connection, found: WholeRead, known: Mapping[str, int]) -> None:
    """Bring to places what the end of the file alone tells, before they are checked."""
    values = {
        "known": max(known.values(), default=0),
        "renamed": found.renamed,
        "doubtful": found.doubtful,
        "last": max(found.last, 1),
        "last_exercise": found.last_exercise,
        "last_site": found.last_site,
    }
    run(connection, "app.supply", ("annuaire_numbers",), values)
    if found.better:
        run(connection, "app.supply", ("annuaire_better_table",))
        _copy(connection, "better_site", "site", [found.better])
        run(connection, "app.supply", ("annuaire_better_sites",), values)
        if known:
            steps = ("new_site_table", "annuaire_known_sites", "new_site_complete")
            run(connection, "app.supply", steps, values)
    if found.renamed:
        run(connection, "app.supply", ("annuaire_first_names",), values)
    if found.doubtful or known:
        run(connection, "app.supply", ("annuaire_abroad",), values)


def _each_once(connection: Connection, marks: Known) -> Known:
    """Fold the people who stand in several places of the file, and return what is to be remembered."""
    if not len(marks):
        return marks
    heads = marks["mark"].astype(np.int64)
    order = np.argsort(heads)
    same = heads[order][1:] == heads[order][:-1]
    repeated = order[np.append(same, False) | np.append(False, same)]
    if not len(repeated):
        return marks
    run(connection, "app.supply", ("annuaire_repeated",), {"people": marks["id"][repeated].tolist()})
    run(connection, "app.supply", REPEATED)
    once = connection.execute(load("app.supply", "annuaire_repeated_rows")).all()
    marks = marks.copy()
    marks["content"][np.isin(marks["id"], [row.kept for row in once])] = 0
    return marks[~np.isin(marks["id"], [row.id for row in once])]


def _chunks(whole: WholeAnnuaire) -> Iterator[Rows | WholeRead]:
    """Yield what a file holds as it comes, a long one read by a process of its own."""
    content = whole.source.table.content
    if content.size < SHARED_BYTES or content.unpacked is not None or (os.cpu_count() or 1) == 1:
        yield from whole.chunks()
        return
    detached = replace(whole, source=whole.source.detached())
    with started(1, whole.source.table.path.name) as processes:
        yield from cast(Iterator[Rows | WholeRead], gathered(processes, [detached]))


def _copy(connection: Connection, table: str, kind: str, rows: Sequence[bytes]) -> None:
    """Fill a table, which has the columns of the ``kind``, with rows in COPY's text form."""
    if not any(rows):
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN (NULL '')").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, COLUMNS[kind]))
    )
    with raw_connection(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for part in rows:
            copy.write(part)
