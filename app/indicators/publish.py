"""Releases: a consistent set of vintages, built whole, then published in one transaction."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, insert, select, text, update
from sqlalchemy.engine import Row

from app.db.sql import load
from app.db.tables import PARTITIONED, release, release_input, release_supply, source_file
from app.errors import CheckError, NotFoundError
from app.indicators.counts import count_release
from app.indicators.gap_build import store_gaps
from app.indicators.households import store_needs
from app.indicators.judgement import measure
from app.indicators.placing import store_placing
from app.indicators.professions import store_professions
from app.indicators.projection_build import store_pyramids
from app.indicators.tile_places import store_tile_places
from app.indicators.trend_build import store_past
from app.indicators.unequal_build import store_unequal
from app.sources.rows import RecognisedFile
from app.supply.convention import FindList, tell_sectors
from app.supply.geoplateforme import Geocoder
from app.supply.nomenclature import PRESETS, PROFESSIONS
from app.supply.placement import place
from app.territory.population import choose, populate

# One build or publication at a time.
LOCK = 7_205_002
# What a release is built with; a change of method makes new releases of the same files.
METHOD = "8"
# Tables that every published view joins.
JOINED = (
    *("ops.release", "ops.release_input", "ops.release_supply", "ops.source_file"),
    *("territory.membership", "indicator.profession"),
)


@dataclass(frozen=True, slots=True)
class BuiltRelease:
    """A release that exists: ``fresh`` is False when the same files had already made it.

    ``lacking`` says in French why its travel times are missing, when they are.
    """

    id: int
    vintage: date
    fresh: bool
    lacking: str | None = None


def build(
    connection: Connection,
    vintage: date | None = None,
    geocoder: Geocoder | None = None,
    find_list: FindList | None = None,
) -> BuiltRelease:
    """Build the release of the files in force at ``vintage``, by default the newest supply.

    ``geocoder`` is asked for the addresses that the files do not place; ``find_list`` finds the health
    insurance's list again, without which no conventional sector is known.

    All of it in the caller's transaction: a failure leaves nothing.

    Raises CheckError when no file is loaded, or none as old as ``vintage``. The same files never make two
    releases.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    shown = _shown_day(connection, vintage)
    inputs = connection.execute(load("app.indicators", "release_inputs"), {"vintage": shown}).all()
    past = connection.execute(load("app.indicators", "release_supply"), {"vintage": shown}).all()
    fingerprint = _fingerprint([*inputs, *past], shown)
    known: int | None = connection.execute(
        select(release.c.id).where(release.c.fingerprint == fingerprint)
    ).scalar_one_or_none()
    if known is not None:
        return BuiltRelease(known, shown, fresh=False)
    release_id = _insert_release(connection, inputs, past, fingerprint, shown)
    finess_vintage = max((row.vintage for row in inputs if row.register == "finess"), default=shown)
    store_professions(connection, release_id)
    choose(connection, release_id)
    place(connection, release_id, shown, finess_vintage, geocoder)
    if (listed := _insured_list(inputs, find_list)) is not None:
        tell_sectors(connection, release_id, shown, listed)
    populate(connection, release_id)
    store_needs(connection, release_id)
    _count(connection, release_id, shown, finess_vintage)
    return BuiltRelease(release_id, shown, fresh=True)


def _shown_day(connection: Connection, vintage: date | None) -> date:
    """Return the day that a release shows: the one asked for, else that of the newest supply."""
    oldest, newest = _supply_span(connection)
    shown = vintage or newest
    if shown < oldest:
        raise CheckError(
            f"Aucune offre n'est connue au {shown:%d/%m/%Y} : le plus ancien fichier est du "
            f"{oldest:%d/%m/%Y}. Rien n'a été modifié.",
            hint="Choisissez une date plus récente.",
        )
    return shown


def _count(connection: Connection, release_id: int, shown: date, finess_vintage: date) -> None:
    """Count everything of a release that is placed, and give the planner its statistics."""
    for store in (count_release, store_gaps, measure, store_placing, store_tile_places):
        store(connection, release_id, shown, finess_vintage)
    store_past(connection, release_id)
    store_pyramids(connection, release_id)
    store_unequal(connection, release_id)
    # Answers follow at once, and no automatic statistics would be ready for them.
    fresh = [_partition(table, release_id) for table in PARTITIONED]
    connection.exec_driver_sql(f"ANALYZE {', '.join([*fresh, *JOINED])}")


def _insured_list(
    inputs: Sequence[Row[tuple[object, ...]]], find_list: FindList | None
) -> RecognisedFile | None:
    """Return the health insurance's list among the inputs of a release, or None when it is not at hand."""
    digest = next((row.sha256 for row in inputs if row.register == "ameli"), None)
    return find_list(digest) if digest and find_list else None


def locked_state(connection: Connection, release_id: int) -> tuple[str, date]:
    """Return the status and the date of a release that no one else publishes until the transaction ends.

    Raises NotFoundError for an unknown release.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    found = connection.execute(
        select(release.c.status, release.c.vintage).where(release.c.id == release_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError(
            "release",
            f"La version {release_id} n'existe pas.",
            hint="« observatoire release list » les montre.",
        )
    return found.status, found.vintage


def hold(connection: Connection, release_id: int) -> None:
    """Keep a release back until a person accepts it; what is published stays."""
    connection.execute(update(release).where(release.c.id == release_id).values(status="held"))


def publish(connection: Connection, release_id: int) -> None:
    """Make a built release the one that is read. An older one may be published again (rollback).

    Raises NotFoundError for an unknown release.
    """
    locked_state(connection, release_id)
    connection.execute(
        update(release)
        .where(release.c.status == "published", release.c.id != release_id)
        .values(status="retired")
    )
    connection.execute(
        update(release)
        .where(release.c.id == release_id, release.c.status != "published")
        .values(status="published", published_at=func.coalesce(release.c.published_at, func.now()))
    )


def rollback(connection: Connection) -> int:
    """Publish the release that was published before this one, and return its number.

    Raises CheckError when there is none.
    """
    current = select(release.c.published_at).where(release.c.status == "published").scalar_subquery()
    previous: int | None = connection.execute(
        select(release.c.id)
        .where(release.c.status == "retired", release.c.published_at < current)
        .order_by(release.c.published_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    if previous is None:
        raise CheckError("Aucune version plus ancienne n'a été publiée. Rien n'a été modifié.")
    publish(connection, previous)
    return previous


def _supply_span(connection: Connection) -> tuple[date, date]:
    """Return the dates of the oldest and the newest file of supply; of any file where there is no supply."""
    for registers in (("annuaire",), ("finess",), None):
        query = select(func.min(source_file.c.vintage), func.max(source_file.c.vintage))
        if registers:
            query = query.where(source_file.c.register.in_(registers))
        found = connection.execute(query).one()
        if found[0]:
            return found[0], found[1]
    raise CheckError(
        "Aucun fichier n'est chargé : il n'y a rien à publier.",
        hint="Chargez d'abord des sources avec « observatoire refresh --file FICHIER ».",
    )


def _fingerprint(inputs: Sequence[Row[tuple[object, ...]]], vintage: date) -> str:
    lines = sorted({f"{row.register}|{row.part}|{row.vintage}|{row.sha256}" for row in inputs})
    nomenclature = repr((PROFESSIONS, PRESETS))
    return hashlib.sha256("\n".join([METHOD, str(vintage), nomenclature, *lines]).encode()).hexdigest()


def _insert_release(
    connection: Connection,
    inputs: Sequence[Row[tuple[object, ...]]],
    past: Sequence[Row[tuple[object, ...]]],
    fingerprint: str,
    vintage: date,
) -> int:
    release_id: int = connection.execute(
        insert(release)
        .values(vintage=vintage, fingerprint=fingerprint, status="built")
        .returning(release.c.id)
    ).scalar_one()
    for made_of, files in ((release_input, inputs), (release_supply, past)):
        if files:
            rows = [{"release_id": release_id, "source_file_id": row.id} for row in files]
            connection.execute(insert(made_of), rows)
    for table in PARTITIONED:
        partition = _partition(table, release_id)
        # Attached, not made in place: CREATE ... PARTITION OF would keep every reader out until the end.
        connection.exec_driver_sql(
            f"CREATE TABLE {partition} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
        )
        connection.exec_driver_sql(
            f"ALTER TABLE {table} ATTACH PARTITION {partition} FOR VALUES IN ({release_id:d})"
        )
    return release_id


def _partition(table: str, release_id: int) -> str:
    return f"{table}_release_{release_id:d}"
