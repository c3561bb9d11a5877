"""Counts at every vintage that a release can go back to, stored with the release.

A person who practises in a territory at a vintage and not at the one before it came; the other way round
they left. Hence the head-count always moves by entries less exits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from psycopg import sql
from sqlalchemy import Column, Connection, func, select

from app.db.tables import establishment, practitioner, profession, release_supply, source_file
from app.indicators.counts import (
    COPY_HEADER,
    COPY_TRAILER,
    ESTABLISHMENT,
    columns_of,
    places_of,
    practices_on,
    retained_of,
)
from app.indicators.density import Floats
from app.indicators.headcount import Places, Retained, ascending, held, shared_weights
from app.indicators.trend import Integers, Observed, Stays
from app.staging.load import raw_connection

INT4, FLOAT8 = 23, 701  # PostgreSQL's numbers of its types, as its binary arrays name them


@dataclass(slots=True)
class _Seen:
    """One scope over the vintages: by vintage, groups with their head-counts and weights, comings, goings."""

    professions: int
    people: int
    observed: Observed = field(init=False)
    counts: list[tuple[Integers, Integers, Floats]] = field(default_factory=list)
    moves: list[tuple[Integers, Integers]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.observed = Observed(self.people)


def store_past(connection: Connection, release_id: int) -> None:
    """Fill ``indicator.past`` of a release, whose sites are placed."""
    places = places_of(*columns_of(connection, "placed_territories", release_id=release_id))
    # As wide for every vintage: a presence must have the same number in all of them.
    professions = _width(connection, profession.c.id)
    people = max(_width(connection, one.c.id) for one in (practitioner, establishment))
    scopes = {name: _Seen(professions, people) for name in ("liberal", "ambulatory")}
    for day in _vintages(connection, release_id, "annuaire"):
        person, site, members, liberal = practices_on(connection, release_id, day)
        for scope, kept in (("liberal", liberal == 1), ("ambulatory", slice(None))):
            retained = retained_of(person[kept], site[kept], members[kept])
            _see(scopes[scope], day, retained, places)
    shops = _Seen(professions, people)
    for day in _vintages(connection, release_id, "finess"):
        found = columns_of(connection, "retained_finess", release_id=release_id, finess_vintage=day)
        _see(shops, day, retained_of(*found), places)
    for scope, seen in (*scopes.items(), (ESTABLISHMENT, shops)):
        if seen.counts:
            _store(connection, release_id, scope, seen)


def _width(connection: Connection, identity: Column[int]) -> int:
    """Return one more than the largest number in a column."""
    largest: int = connection.execute(select(func.coalesce(func.max(identity), 0))).scalar_one()
    return largest + 1


def _vintages(connection: Connection, release_id: int, register: str) -> list[date]:
    return list(
        connection.execute(
            select(source_file.c.vintage)
            .distinct()
            .join(release_supply, release_supply.c.source_file_id == source_file.c.id)
            .where(release_supply.c.release_id == release_id, source_file.c.register == register)
            .order_by(source_file.c.vintage)
        ).scalars()
    )


def _see(seen: _Seen, day: date, retained: Retained, places: Places) -> None:
    practice, territory = held(retained, places)
    group = territory * seen.professions + retained.profession[practice]
    keys = ascending(group * seen.people + retained.person[practice])
    groups, headcount = np.unique(keys // seen.people, return_counts=True)
    weight = np.bincount(
        np.searchsorted(groups, group), weights=shared_weights(retained)[practice], minlength=len(groups)
    )
    seen.counts.append((groups, headcount, weight))
    seen.moves.append(seen.observed.see(day, keys))


def _store(connection: Connection, release_id: int, scope: str, seen: _Seen) -> None:
    stays = seen.observed.stays()
    shape = (len(stays.group), len(seen.counts))
    headcount, entries, exits = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    weight = np.zeros(shape)
    for rank, (groups, heads, weights) in enumerate(seen.counts):
        at = np.searchsorted(stays.group, groups)
        headcount[at, rank], weight[at, rank] = heads, weights
        for counts, moved in zip((entries, exits), seen.moves[rank], strict=True):
            which, times = np.unique(moved, return_counts=True)
            counts[np.searchsorted(stays.group, which), rank] = times
    arrays = {"headcount": headcount, "weight": weight, "entries": entries, "exits": exits}
    rows = _rows(release_id, scope, stays, arrays, seen.professions)
    names = ("release_id", "territory_id", "profession_id", "scope", *arrays)
    names += ("stays", "ongoing", "begun_before", "median_days")
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in names)
    statement = sql.SQL("COPY indicator.past ({}) FROM STDIN (FORMAT BINARY)").format(columns)
    with raw_connection(connection).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(COPY_HEADER)
        for row in rows:
            copy.write(row)
        copy.write(COPY_TRAILER)


def _rows(
    release_id: int, scope: str, stays: Stays, arrays: Mapping[str, NDArray[np.generic]], professions: int
) -> tuple[bytes, bytes]:
    """Return the rows in PostgreSQL's binary COPY format: those without a median, then those with one.

    Two shapes, because an unknown field has a length of -1 and no bytes.
    """
    unknown = np.isnan(stays.median_days)
    parts = []
    for chosen, with_median in ((unknown, False), (~unknown, True)):
        fields: list[tuple[str, str, object]] = [
            ("release_id", ">i4", release_id),
            ("territory_id", ">i4", stays.group[chosen] // professions),
            ("profession_id", ">i2", stays.group[chosen] % professions),
            ("scope", f"S{len(scope)}", scope.encode()),
            *((name, "array", values[chosen]) for name, values in arrays.items()),
            ("stays", ">i4", stays.stays[chosen]),
            ("ongoing", ">i4", stays.ongoing[chosen]),
            ("begun_before", ">i4", stays.begun_before[chosen]),
        ]
        if with_median:
            fields.append(("median_days", ">i4", stays.median_days[chosen].astype(np.int64)))
        parts.append(_packed(fields, int(chosen.sum()), missing=not with_median))
    return parts[0], parts[1]


def _packed(fields: list[tuple[str, str, object]], length: int, *, missing: bool) -> bytes:
    layout: list[tuple[str, object]] = [("fields", ">i2")]
    for name, form, values in fields:
        layout.append((f"{name} length", ">i4"))
        layout.append((name, _array_type(values) if form == "array" else form))
    if missing:
        layout.append(("missing", ">i4"))
    rows = np.zeros(length, dtype=np.dtype(layout))
    rows["fields"] = len(fields) + missing
    for name, form, values in fields:
        rows[f"{name} length"] = rows.dtype[name].itemsize
        if form == "array":
            _fill_array(rows[name], np.asarray(values))
        else:
            rows[name] = values
    if missing:
        rows["missing"] = -1
    return rows.tobytes()


def _array_type(values: object) -> np.dtype[np.void]:
    """Return the layout of one array of PostgreSQL: five words of header, then a length and a value each."""
    array = np.asarray(values)
    form = ">f8" if array.dtype.kind == "f" else ">i4"
    return np.dtype(
        [("header", ">i4", (5,)), ("elements", [("length", ">i4"), ("value", form)], (array.shape[1],))]
    )


def _fill_array(field: NDArray[np.void], values: NDArray[np.generic]) -> None:
    floating = values.dtype.kind == "f"
    # Dimensions, no null in it, type, length, and the number of its first element.
    field["header"] = (1, 0, FLOAT8 if floating else INT4, values.shape[1], 1)
    field["elements"]["length"] = 8 if floating else 4
    field["elements"]["value"] = values
