"""The first annuaire of a store: its rows go straight to their tables, there is nothing to compare with.

One process reads the people, another their practices and places, and this one copies what both give.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import cast

import numpy as np
import psycopg
from psycopg import sql
from sqlalchemy import Connection, select, text

from app.db import binary
from app.db.sql import load, run
from app.db.tables import practice, practitioner, site, written_address
from app.sources.annuaire import Annuaire
from app.staging.load import raw_connection
from app.supply import annuaire_people, annuaire_places, annuaire_practices
from app.supply.annuaire_changes import Known, remember_people
from app.supply.annuaire_people import KNOWN, People, PeopleRows
from app.supply.annuaire_practices import PracticeRows, Practices, PracticesRead
from app.supply.annuaire_process import gathered, started
from app.supply.bulk import stripped

TABLES = (practitioner, site, written_address, practice)
# Starting processes costs half a second: what is read faster than that is read here.
SHARED_BYTES = 16 << 20
TEXT_FORM, BINARY_FORM = sql.SQL("(NULL '')"), sql.SQL("(FORMAT binary)")

type Chunk = PeopleRows | PracticeRows | PracticesRead


def is_first(connection: Connection) -> bool:
    """Say whether the store knows nobody yet."""
    empty = (select(table).limit(1) for table in (practitioner, written_address, practice))
    return not any(connection.execute(query).first() for query in empty)


def enter(
    connection: Connection, source: Annuaire, secret: str, vintage: date, progress: Callable[[int, int], None]
) -> PracticesRead:
    """Fill the tables of people, places and practices; return what the whole file says.

    Whatever it says is to be judged by the caller, in whose transaction everything stands. Raises what
    readers raise.
    """
    raw = raw_connection(connection)
    run(connection, "app.supply", ("annuaire_memory",))
    with stripped(connection, TABLES):
        known = {row.key: row.id for row in connection.execute(select(site.c.key, site.c.id))}
        # COPY writes no log into a table emptied in its transaction, where the server keeps only its own.
        emptied = [table for table in TABLES if table is not site or not known]
        connection.execute(text(f"TRUNCATE {', '.join(table.fullname for table in emptied)}"))
        marks, done, found = bytearray(), 0, PracticesRead()
        for chunk in _chunks(source, (People(source, secret), Practices(source, vintage, known))):
            if isinstance(chunk, PeopleRows):
                _copy(raw, "supply.practitioner", annuaire_people.COLUMNS, chunk.rows)
                marks += chunk.marks
            elif isinstance(chunk, PracticeRows):
                _copy(raw, "supply.practice", annuaire_practices.COLUMNS, chunk.practices)
                _copy(raw, "supply.written_address", ("md5", "site_id"), chunk.writings)
                _copy(raw, "supply.site", annuaire_places.COLUMNS, chunk.sites, TEXT_FORM)
                done += chunk.read
                progress(done, source.table.content.size)
            else:
                found = chunk
        _complete(connection, found, known)
        remember_people(connection, _each_once(connection, np.frombuffer(marks, KNOWN)))
    return found


def _complete(connection: Connection, found: PracticesRead, known: Mapping[str, int]) -> None:
    """Bring to places what the end of the file alone tells, before they are checked."""
    values = {
        "known": max(known.values(), default=0),
        "renamed": found.renamed,
        "doubtful": found.doubtful,
        "last": max(found.last, 1),
        "last_site": found.last_site,
    }
    if found.better:
        run(connection, "app.supply", ("annuaire_better_table",))
        _copy(raw_connection(connection), "better_site", annuaire_places.COLUMNS, found.better, TEXT_FORM)
        run(connection, "app.supply", ("annuaire_better_sites",), values)
        if known:
            steps = ("new_site_table", "annuaire_known_sites", "new_site_complete")
            run(connection, "app.supply", steps, values)
    if found.renamed:
        run(connection, "app.supply", ("annuaire_first_names",), values)
    if found.doubtful or known:
        run(connection, "app.supply", ("annuaire_abroad",), values)
    run(connection, "app.supply", ("annuaire_numbers",), values)


def _each_once(connection: Connection, marks: Known) -> Known:
    """Fold the people who stand in several places of the file, and return what is to be remembered."""
    heads = marks["mark"].astype(np.int64)
    order = np.argsort(heads)
    same = heads[order][1:] == heads[order][:-1]
    repeated = order[np.append(same, False) | np.append(False, same)]
    if not len(repeated):
        return marks
    run(connection, "app.supply", ("annuaire_repeated",), {"people": marks["id"][repeated].tolist()})
    run(connection, "app.supply", ("annuaire_repeated_people", "annuaire_repeated_practices"))
    once = connection.execute(load("app.supply", "annuaire_repeated_rows")).all()
    marks = marks.copy()
    marks["content"][np.isin(marks["id"], [row.kept for row in once])] = 0
    return marks[~np.isin(marks["id"], [row.id for row in once])]


def _chunks(source: Annuaire, tasks: Sequence[People | Practices]) -> Iterator[Chunk]:
    """Yield what tasks read, a long file in a process each, as it comes."""
    content = source.table.content
    if content.size < SHARED_BYTES or content.unpacked is not None or (os.cpu_count() or 1) < len(tasks):
        for task in tasks:
            yield from task.chunks()
        return
    detached = [replace(task, source=source.detached()) for task in tasks]
    with started(len(detached), source.table.path.name) as processes:
        yield from cast(Iterator[Chunk], gathered(processes, detached))


def _copy(
    raw: psycopg.Connection[tuple[object, ...]],
    table: str,
    columns: Sequence[str],
    rows: bytes,
    form: sql.SQL = BINARY_FORM,
) -> None:
    if not rows:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN {}").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns)), form
    )
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        if form is BINARY_FORM:
            copy.write(binary.HEADER)
        copy.write(rows)
        if form is BINARY_FORM:
            copy.write(binary.TRAILER)
