"""What changed between two releases: practices opened, closed, moved, changed, by profession and territory.

Read from the published views alone, so that the API's role and the command line see the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Text,
    and_,
    any_,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from app.db.sql import load
from app.errors import NotFoundError

# Classes of location good enough for an infra-communal count (METHODS 2).
LOCATED = ("finess", "housenumber", "street")
COUNTS = ("opened", "closed", "moved", "moved_in", "moved_out", "changed")
STATES = ("modes", "skills", "sectors")

_PUBLISHED = "published"
history = table(
    "release_history",
    *(column(name) for name in ("id", "vintage", "status", "register", "file_vintage")),
    schema=_PUBLISHED,
)
placement = table(
    "release_placement",
    column("release_id", Integer),
    column("site_id", Integer),
    column("location_class", Text),
    column("territories", ARRAY(Integer)),
    schema=_PUBLISHED,
)
territory = table(
    "release_territory",
    column("release_id", Integer),
    column("id", Integer),
    column("level", Text),
    column("code", Text),
    column("name", Text),
    schema=_PUBLISHED,
)
profession = table(
    "profession",
    *(column(name) for name in ("id", "slug", "label", "position", "members", "part_of")),
    schema=_PUBLISHED,
)
site = table(
    "site",
    *(column(name) for name in ("id", "number", "repetition", "street", "postcode", "town")),
    schema=_PUBLISHED,
)


@dataclass(frozen=True, slots=True)
class Side:
    """A release that is compared: its date, and the days of its registers of people and of establishments.

    ``held`` is True for one that guards keep back until a person accepts it.
    """

    id: int
    vintage: date
    people: date
    establishments: date
    held: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two releases, and what of them is asked: a scope, a profession, a territory of the newer one."""

    before: Side
    after: Side
    scope: str
    profession: str | None = None
    within: int | None = None

    @property
    def places(self) -> tuple[int, int]:
        """Return the release whose places and territories are used, which knows the past, and the other."""
        first, last = sorted((self.before, self.after), key=lambda side: (side.vintage, side.id))
        return last.id, first.id


def find_side(connection: Connection, parameter: str, number: int) -> Side:
    """Return a release to compare; raise NotFoundError for an unknown one."""
    c = history.c
    rows = connection.execute(
        select(c.vintage, c.status, c.register, c.file_vintage).where(c.id == number)
    ).all()
    if not rows:
        raise NotFoundError(
            parameter, f"La version {number} n'existe pas.", hint="La liste est à l'adresse /api/v1/releases."
        )
    days = {
        register: max((row.file_vintage for row in rows if row.register == register), default=rows[0].vintage)
        for register in ("annuaire", "finess")
    }
    held = rows[0].status == "held"
    return Side(number, rows[0].vintage, days["annuaire"], days["finess"], held)


def find_place(connection: Connection, release_id: int, level: str, code: str) -> int:
    """Return the number of a territory of a release; raise NotFoundError when it has none of that code."""
    c = territory.c
    found = connection.execute(
        select(c.id).where(c.release_id == release_id, c.level == level, c.code == code).limit(1)
    ).scalar_one_or_none()
    if found is None:
        raise NotFoundError(
            "within",
            f"La version {release_id} n'a aucun territoire « {level}:{code} ».",
            hint=f"La liste est à l'adresse /api/v1/territories?level={level}.",
        )
    return int(found)


def known_professions(connection: Connection) -> frozenset[str]:
    """Return the slugs of the professions and groups that can be asked for."""
    return frozenset(connection.execute(select(profession.c.slug)).scalars())


def counted(connection: Connection, asked: Comparison, level: str | None) -> Sequence[Row[Any]]:
    """Return counts by profession, and by territory of ``level`` when named, where anything changed."""
    told = _told(asked)
    group: tuple[ColumnElement[Any], ...] = (profession.c.slug, profession.c.label, profession.c.position)
    inside = _inside(asked)
    joined = told.join(profession, profession.c.id == told.c.profession_id)
    code: ColumnElement[Any] = literal(None)
    name: ColumnElement[Any] = literal(None)
    if level is not None:
        t = territory.c
        ids = told.c.from_territories.op("||")(told.c.to_territories)
        joined = joined.join(
            territory,
            and_(t.release_id == asked.places[0], t.level == level, t.id == any_(ids)),
        )
        inside = [*inside, t.id]
        code, name = t.code, t.name
        group = (*group, code, name)
    counts = _counts(told, inside)
    return connection.execute(
        select(
            profession.c.slug.label("profession"),
            profession.c.label,
            code.label("code"),
            name.label("name"),
            *(count.label(kind) for kind, count in zip(COUNTS, counts, strict=True)),
        )
        .select_from(joined)
        .group_by(*group)
        .having(sum(counts[1:], counts[0]) > 0)
        .order_by(*([code] if level else []), profession.c.position, profession.c.slug)
    ).all()


def listed(connection: Connection, asked: Comparison, limit: int) -> Sequence[Row[Any]]:
    """Return at most ``limit`` events with both addresses and what each practice was and became, no name."""
    told = _told(asked)
    old, new = site.alias("old"), site.alias("new")
    return connection.execute(
        select(
            told.c.kind,
            profession.c.slug.label("profession"),
            *_address("from", told.c.from_site, old.c),
            *_address("to", told.c.to_site, new.c),
            *(told.c[f"{state}_{when}"] for state in STATES for when in ("before", "after")),
        )
        .select_from(
            told.join(profession, profession.c.id == told.c.profession_id)
            .outerjoin(old, old.c.id == told.c.from_site)
            .outerjoin(new, new.c.id == told.c.to_site)
        )
        .where(_somewhere(told, asked))
        .order_by(profession.c.position, told.c.kind, told.c.from_site, told.c.to_site)
        .limit(limit)
    ).all()


def unlocated(connection: Connection, asked: Comparison) -> int:
    """Return how many events have a place known no better than its commune: no smaller territory has them."""
    told = _told(asked)
    found = connection.execute(
        select(func.count()).select_from(told).where(_somewhere(told, asked), told.c.unlocated)
    ).scalar_one()
    return int(found)


def _told(asked: Comparison) -> CTE:
    """Return events of the profession with the territories of both their places."""
    events = _events(asked)
    places = _placed(asked, events)
    old, new = places.alias("old_place"), places.alias("new_place")
    told = select(
        events,
        old.c.territories.label("from_territories"),
        new.c.territories.label("to_territories"),
        or_(old.c.location_class.not_in(LOCATED), new.c.location_class.not_in(LOCATED)).label("unlocated"),
    ).select_from(
        events.outerjoin(old, old.c.site_id == events.c.from_site).outerjoin(
            new, new.c.site_id == events.c.to_site
        )
    )
    if asked.profession is not None:
        wanted = select(profession.c.id).where(profession.c.slug == asked.profession).scalar_subquery()
        told = told.where(events.c.profession_id == wanted)
    else:
        # Neither a group nor a part of another profession: the same practice would be told twice.
        alone = select(profession.c.id).where(profession.c.members.is_(None), profession.c.part_of.is_(None))
        told = told.where(events.c.profession_id.in_(alone))
    return told.cte("told")


def _events(asked: Comparison) -> CTE:
    texts = [column(f"{state}_{when}", ARRAY(Text)) for state in STATES for when in ("before", "after")]
    return (
        load("app.indicators", "release_events")
        .bindparams(
            people_before=asked.before.people,
            people_after=asked.after.people,
            places_before=asked.before.establishments,
            places_after=asked.after.establishments,
            scope=asked.scope,
        )
        .columns(
            column("kind", Text),
            column("from_site", Integer),
            column("to_site", Integer),
            *texts,
            column("profession_id", Integer),
        )
        .cte("event")
    )


def _placed(asked: Comparison, events: CTE) -> CTE:
    """Return the place of each site in question, of the newer release where it has one."""
    newer, older = asked.places
    sites = select(events.c.from_site).union(select(events.c.to_site))
    c, known = placement.c, placement.alias("known").c
    placed = select(c.site_id, c.location_class, c.territories).where(c.site_id.in_(sites))
    elsewhere = exists().where(known.release_id == newer, known.site_id == c.site_id)
    return (
        placed.where(c.release_id == newer)
        .union_all(placed.where(c.release_id == older, ~elsewhere))
        .cte("place")
    )


def _inside(asked: Comparison) -> list[Any]:
    return [] if asked.within is None else [asked.within]


def _held(territories: ColumnElement[Any], inside: Sequence[Any]) -> ColumnElement[bool]:
    """Return whether a place lies in all of ``inside``, or in any territory; false without a place."""
    if not inside:
        return func.coalesce(func.cardinality(territories) > 0, False)
    return func.coalesce(territories.contains(array(inside)), False)


def _somewhere(told: CTE, asked: Comparison) -> ColumnElement[bool]:
    inside = _inside(asked)
    return or_(_held(told.c.from_territories, inside), _held(told.c.to_territories, inside))


def _counts(told: CTE, inside: Sequence[Any]) -> list[ColumnElement[int]]:
    """Return the counts of ``COUNTS``: moves inside, in and out are told apart."""
    before, after = _held(told.c.from_territories, inside), _held(told.c.to_territories, inside)
    kind = told.c.kind
    conditions = (
        and_(kind == "opened", after),
        and_(kind == "closed", before),
        and_(kind == "moved", before, after),
        and_(kind == "moved", after, ~before),
        and_(kind == "moved", before, ~after),
        and_(kind == "changed", after),
    )
    return [func.count().filter(condition) for condition in conditions]


def _address(side: str, number: ColumnElement[Any], c: Any) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401
    house = func.nullif(func.concat_ws(" ", c.number, c.repetition, c.street), "")
    town = func.nullif(func.concat_ws(" ", c.postcode, c.town), "")
    return number.label(f"{side}_site"), house.label(f"{side}_address"), town.label(f"{side}_town")
