"""A release is judged before it replaces the one that is read, and what the guards find is kept with it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection, column, delete, func, insert, select, table, update

from app.db.sql import load
from app.db.tables import finding, judgement, release, release_input, release_measure, source_file
from app.indicators import guards
from app.indicators.canaries import Canary, missed
from app.indicators.changes import LOCATED, find_side
from app.indicators.guards import Finding, Measure, Side
from app.settings import Settings

# What the API's role may read too.
_judgement = table(
    "judgement",
    *(column(name) for name in ("release_id", "against_id", "judged_at", "accepted_at")),
    schema="published",
)
_finding = table(
    "finding",
    *(column(name) for name in ("release_id", "rank", *Finding.__slots__)),
    schema="published",
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the guards found of a release, in the order they judge.

    ``against_id`` is the release it was compared with, None where there was none; ``accepted_at`` is when a
    person published it all the same.
    """

    against_id: int | None
    judged_at: datetime
    accepted_at: datetime | None
    findings: tuple[Finding, ...]


def findings(connection: Connection, release_id: int) -> Judgement | None:
    """Return what the guards found of a release, None for one that was never judged.

    Any role may ask: it reads the published views.
    """
    c = _judgement.c
    judged = connection.execute(
        select(c.against_id, c.judged_at, c.accepted_at).where(c.release_id == release_id)
    ).one_or_none()
    if judged is None:
        return None
    columns = [_finding.c[name] for name in Finding.__slots__]
    rows = connection.execute(
        select(*columns).where(_finding.c.release_id == release_id).order_by(_finding.c.rank)
    )
    return Judgement(*judged, tuple(Finding(*row) for row in rows))


def judge(
    connection: Connection, settings: Settings, release_id: int, canaries: tuple[Canary, ...] = ()
) -> tuple[Finding, ...]:
    """Judge a release against the one it would replace, keep and return what was found.

    The first release ever, or one with an older supply than any published before, has nothing to be compared
    with: it is judged on being plausible and on ``canaries`` alone.
    """
    vintage = connection.execute(select(release.c.vintage).where(release.c.id == release_id)).scalar_one()
    after = Side(release_id, vintage, _measures(connection, release_id))
    reference = connection.execute(
        load("app.indicators", "judgement_reference"), {"release_id": release_id}
    ).one_or_none()
    found = [*guards.plausible(after, _registers(connection, release_id))]
    if reference is not None:
        before = Side(reference.id, reference.vintage, _measures(connection, reference.id))
        found += _compared(connection, settings, before, after)
    found += missed(connection, release_id, vintage, canaries)
    _keep(connection, release_id, None if reference is None else reference.id, found)
    return tuple(found)


def accept(connection: Connection, release_id: int) -> None:
    """Note that a person publishes a release though guards did not let it through."""
    connection.execute(
        update(judgement).where(judgement.c.release_id == release_id).values(accepted_at=func.now())
    )


def measure(connection: Connection, release_id: int, vintage: date, finess_vintage: date) -> None:
    """Keep what a release counts, whose sites are placed: the next one is compared with it."""
    connection.execute(
        load("app.indicators", "release_measure"),
        {
            "release_id": release_id,
            "vintage": vintage,
            "finess_vintage": finess_vintage,
            "located": list(LOCATED),
        },
    )


def _compared(connection: Connection, settings: Settings, before: Side, after: Side) -> list[Finding]:
    ids = {"before": before.id, "release_id": after.id}
    files = connection.execute(load("app.indicators", "judgement_lines"), ids).all()
    days = {
        "people_before": before.vintage,
        "people_after": after.vintage,
        "places_before": find_side(connection, "release", before.id).establishments,
        "places_after": find_side(connection, "release", after.id).establishments,
    }
    trips = connection.execute(
        load("app.indicators", "judgement_moves"),
        ids | days | {"located": list(LOCATED), "metres": guards.MOVED_METRES},
    ).all()
    return [
        *guards.lines(files, settings),
        *guards.removed(before, after, {trip.subject: trip.kept for trip in trips}, settings),
        *guards.moved(before, trips, settings),
        *guards.located(before, after, settings),
        *guards.headcounts(before, after, settings),
    ]


def _measures(connection: Connection, release_id: int) -> dict[str, Measure]:
    """Return what was kept of a release; one built before measures were kept is measured now."""
    c = release_measure.c
    query = select(c.subject, c.headcount, c.practices, c.located).where(c.release_id == release_id)
    rows = connection.execute(query).all()
    if not rows:
        side = find_side(connection, "release", release_id)
        measure(connection, release_id, side.vintage, side.establishments)
        rows = connection.execute(query).all()
    return {row.subject: Measure(row.headcount, row.practices, row.located) for row in rows}


def _registers(connection: Connection, release_id: int) -> frozenset[str]:
    rows = connection.execute(
        select(source_file.c.register)
        .join(release_input, release_input.c.source_file_id == source_file.c.id)
        .where(release_input.c.release_id == release_id)
    )
    return frozenset(rows.scalars())


def _keep(connection: Connection, release_id: int, against_id: int | None, found: list[Finding]) -> None:
    connection.execute(delete(judgement).where(judgement.c.release_id == release_id))
    connection.execute(insert(judgement).values(release_id=release_id, against_id=against_id))
    if found:
        rows = [{"release_id": release_id, "rank": rank, **asdict(one)} for rank, one in enumerate(found, 1)]
        connection.execute(insert(finding), rows)
