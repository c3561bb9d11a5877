"""The counts of a release: read as arrays, counted, written back with one binary COPY a scope."""

import struct
from datetime import date

import numpy as np
from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import Connection

from app.db.sql import load
from app.indicators.headcount import Counts, Integers, Places, Retained, ascending, count
from app.staging.load import raw_connection

ESTABLISHMENT = "establishment"
COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
COPY_TRAILER = struct.pack(">h", -1)
ARRAY_HEADER, EMPTY_ARRAY = 5, 3  # words of PostgreSQL's array_send


def count_release(connection: Connection, release_id: int, vintage: date, finess_vintage: date) -> None:
    """Fill ``indicator.count`` of a release, whose sites are placed."""
    places = places_of(*columns_of(connection, "placed_territories", release_id=release_id))
    person, site, profession, liberal = practices_on(connection, release_id, vintage)
    for scope, kept in (("liberal", liberal == 1), ("ambulatory", slice(None))):
        retained = retained_of(person[kept], site[kept], profession[kept])
        _store(connection, release_id, scope, count(retained, places))
    found = columns_of(
        connection, "retained_establishments", release_id=release_id, finess_vintage=finess_vintage
    )
    retained = retained_of(*found)
    _store(connection, release_id, ESTABLISHMENT, count(retained, places))


def practices_on(
    connection: Connection, release_id: int, vintage: date
) -> tuple[Integers, Integers, Integers, Integers]:
    """Return person, site, profession and whether liberal: a practice once for each of its professions."""
    person, site, liberal, kind = columns_of(connection, "retained_practices", vintage=vintage)
    named = connection.execute(load("app.indicators", "retained_kinds"), {"release_id": release_id}).all()
    kinds = np.array([row.kind for row in named], dtype=np.int64)
    professions = np.array([row.profession_id for row in named], dtype=np.int64)
    first = np.searchsorted(kinds, kind, side="left")
    times = np.searchsorted(kinds, kind, side="right") - first
    step = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    profession = professions[np.repeat(first, times) + step]
    return np.repeat(person, times), np.repeat(site, times), profession, np.repeat(liberal, times)


def retained_of(person: Integers, site: Integers, profession: Integers) -> Retained:
    """Return each (person, site, profession) once."""
    wide_site, wide_profession = (int(column.max(initial=0)) + 1 for column in (site, profession))
    once = ascending((person * wide_site + site) * wide_profession + profession)
    pair = once // wide_profession
    return Retained(pair // wide_site, pair % wide_site, once % wide_profession)


def places_of(site: Integers, located: Integers, length: Integers, arrays: Integers) -> Places:
    """Return the places in ascending order of site.

    ``arrays`` are the int4 words of PostgreSQL's binary arrays, one after the other: three words of header
    when empty, otherwise five and then a length and a value an element.
    """
    words = np.where(length > 0, ARRAY_HEADER + 2 * length, EMPTY_ARRAY)
    start = np.cumsum(words) - words
    order = np.argsort(site, kind="stable")
    times = length[order]
    first = np.repeat(start[order] + ARRAY_HEADER + 1, times)
    step = np.arange(len(first)) - np.repeat(np.cumsum(times) - times, times)
    return Places(site[order], located[order], times, arrays[first + 2 * step])


def columns_of(connection: Connection, name: str, **values: object) -> tuple[Integers, ...]:
    """Return the columns of a packaged statement; read in binary, since text would double every byte."""
    statement = load("app.indicators", name).compile(dialect=connection.dialect)
    with raw_connection(connection).cursor(binary=True, row_factory=dict_row) as cursor:
        row = cursor.execute(str(statement).encode(), values).fetchone() or {}
    return tuple(
        np.frombuffer(column, dtype=">i8" if key == "kind" else ">i4").astype(np.int64)
        for key, column in row.items()
    )


def _store(connection: Connection, release_id: int, scope: str, counts: Counts) -> None:
    fields: list[tuple[str, str, object]] = [
        ("release_id", ">i4", release_id),
        ("territory_id", ">i4", counts.territory),
        ("profession_id", ">i2", counts.profession),
        ("scope", f"S{len(scope)}", scope.encode()),
        ("headcount", ">i4", counts.headcount),
        ("weight", ">f8", counts.weight),
        ("sites", ">i4", counts.sites),
        ("unlocated", ">i4", counts.unlocated),
    ]
    rows = _binary_rows(fields, len(counts.territory))
    columns = sql.SQL(", ").join(sql.Identifier(name) for name, _, _ in fields)
    statement = sql.SQL("COPY indicator.count ({}) FROM STDIN (FORMAT BINARY)").format(columns)
    with raw_connection(connection).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(COPY_HEADER + rows + COPY_TRAILER)


def _binary_rows(fields: list[tuple[str, str, object]], length: int) -> bytes:
    """Return rows in PostgreSQL's binary COPY format: field count, then each field's length and value."""
    layout = [("fields", ">i2")]
    for name, form, _ in fields:
        layout += [(f"{name} length", ">i4"), (name, form)]
    rows = np.zeros(length, dtype=np.dtype(layout))
    rows["fields"] = len(fields)
    for name, form, values in fields:
        rows[f"{name} length"] = np.dtype(form).itemsize
        rows[name] = values
    return rows.tobytes()
