"""Queries on places of practice: sites of a profession, and people who could not be placed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, any_, func, or_, select
from sqlalchemy.sql.selectable import FromClause

from app.api import views
from app.api.frames import Box
from app.api.history import days
from app.api.lookup import ESTABLISHMENT, PERSON, Profession, Territory
from app.api.queries import LOCATED_CLASSES
from app.indicators.wording import Level
from app.supply.convention import CONVENTIONS, Convention

WGS84 = 4326
# Levels that may hold a place of which not even the commune is known.
WITHOUT_COMMUNE = ("departement", "region", "france")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which places: of one profession or all, in one scope, on one day, in a territory or a frame."""

    profession: Profession | None
    scope: str
    day: date
    within: Territory | None = None
    box: Box | None = None
    located_only: bool = False
    convention: Convention | None = None
    # The sector is that of the release's own day: of another day nothing is known.
    sectors_known: bool = False

    def subjects(self) -> Sequence[str]:
        """Return what is looked for: persons, establishments, or both when no profession is named."""
        if self.convention is not None:
            return (PERSON,)
        return (PERSON, ESTABLISHMENT) if self.profession is None else (self.profession.subject,)


def sites(connection: Connection, wanted: Wanted, most: int, *, chunk: int | None = None) -> Iterator[Any]:
    """Yield at most ``most`` rows, one a site and a profession; coordinates only where it is located.

    With ``chunk``, so many are held at a time: for lists that do not fit in memory.
    """
    known = days(connection)
    options = {"yield_per": chunk} if chunk else {}
    for subject in wanted.subjects():
        statement = _sites(subject, wanted, known.in_force(subject, wanted.day)).limit(most)
        for row in connection.execute(statement, execution_options=options):
            yield row
            most -= 1


def unlocated(connection: Connection, wanted: Wanted) -> int:
    """Return how many distinct people (or establishments) have a place known no better than its commune."""
    known = days(connection)
    return sum(
        connection.execute(_unlocated(subject, wanted, known.in_force(subject, wanted.day))).scalar_one()
        for subject in wanted.subjects()
    )


def whereabouts(connection: Connection, wanted: Wanted) -> list[Any]:
    """Return (who, site_id, lon, lat) of everybody who is located, once a site, in the order of sites."""
    known = days(connection)
    rows: list[Any] = []
    for subject in wanted.subjects():
        joined, place, who, _ = _parts(subject)
        conditions = _conditions(subject, place, wanted, known.in_force(subject, wanted.day))
        conditions += [place.location_class.in_(LOCATED_CLASSES), place.geom.is_not(None)]
        at = (func.ST_X(place.geom).label("lon"), func.ST_Y(place.geom).label("lat"))
        rows += connection.execute(
            select(who.label("who"), place.site_id, *at)
            .select_from(joined)
            .where(*conditions)
            .distinct()
            .order_by(place.site_id, who)
        )
    return rows


def outside(connection: Connection, wanted: Wanted, level: Level) -> int:
    """Return how many distinct people (or establishments) are placed, but in no territory of ``level``.

    Every place of theirs over ``within`` is located; territories that do not cover the ground leave them out.
    """
    known = days(connection)
    return sum(
        connection.execute(_outside(subject, wanted, known.in_force(subject, wanted.day), level)).scalar_one()
        for subject in wanted.subjects()
    )


def nowhere(connection: Connection, wanted: Wanted) -> int | None:
    """Return how many distinct people (or establishments) have no place of which the commune is known.

    Over ``within``, or the whole release; None when ``within`` is smaller than a département, where nobody
    can say who is.
    """
    if wanted.within is not None and wanted.within.level not in WITHOUT_COMMUNE:
        return None
    known = days(connection)
    number: int = sum(
        connection.execute(_nowhere(subject, wanted, known.in_force(subject, wanted.day))).scalar_one()
        for subject in wanted.subjects()
    )
    return number


def _parts(subject: str) -> tuple[FromClause, Any, ColumnElement[Any], ColumnElement[Any]]:
    """Return a subject's view joined with its professions, its columns, whom to count, the site's name."""
    m, p = views.profession_member.c, views.profession.c
    if subject == PERSON:
        place = views.practice.c
        member = and_(
            m.profession_code == place.profession_code,
            or_(m.skill_code.is_(None), m.skill_code == any_(place.skills)),
        )
        view, who, name = views.practice, place.practitioner_id, place.site_name
    else:
        place = views.establishment.c
        member = m.category_code == any_(place.kinds)
        view, who, name = views.establishment, place.id, place.name
    joined = view.join(views.profession_member, member).join(views.profession, p.id == m.profession_id)
    return joined, place, who, name


def _told_sector(joined: FromClause, place: Any) -> FromClause:  # noqa: ANN401 - a column collection
    """Return the practices with their conventional sector, NULL where it is unknown."""
    c = views.convention.c
    same = (
        *(c.practitioner_id == place.practitioner_id, c.site_id == place.site_id),
        c.profession_code == place.profession_code,
    )
    return joined.outerjoin(views.convention, and_(*same))


def _conditions(
    subject: str,
    place: Any,  # noqa: ANN401 - a column collection
    wanted: Wanted,
    vintage: date,
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        place.valid.contains(vintage),
        views.profession.c.subject == subject,
    ]
    if wanted.profession is not None:
        conditions.append(views.profession_member.c.profession_id == wanted.profession.id)
    else:
        # A group counts whom its professions count.
        conditions.append(views.profession.c.members.is_(None))
    if subject == PERSON:
        conditions.append(place.ambulatory if wanted.scope == "ambulatory" else place.liberal)
    return conditions


def _known_somewhere(place: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a column collection
    """Return the condition that leaves out an address that no territory published here holds."""
    return or_(place.geom.is_not(None), func.cardinality(place.territories) > 0)


def _sites(subject: str, wanted: Wanted, vintage: date) -> Select[Any]:
    joined, place, who, name = _parts(subject)
    conditions = [*_conditions(subject, place, wanted, vintage), _known_somewhere(place)]
    located = place.location_class.in_(LOCATED_CLASSES)
    if wanted.within is not None:
        conditions.append(place.territories.contains([wanted.within.id]))
    if wanted.box is not None:
        box = wanted.box
        conditions.append(
            place.geom.op("&&")(func.ST_MakeEnvelope(box.west, box.south, box.east, box.north, WGS84))
        )
    if wanted.located_only or wanted.box is not None:
        conditions.append(located)
    described = (
        *(place.site_id, place.location_class, place.method, place.score),
        *(place.number, place.repetition, place.street, place.postcode, place.town, place.finess),
        name.label("site_name"),
        func.ST_X(place.geom).label("lon"),
        func.ST_Y(place.geom).label("lat"),
        views.profession.c.slug.label("profession"),
        views.profession.c.subject,
    )
    counts = [func.count(who.distinct()).label("counted")]
    if subject == PERSON and wanted.sectors_known:
        joined, sector = _told_sector(joined, place), views.convention.c.convention
        counts += [func.count(who.distinct()).filter(sector == name).label(name) for name in CONVENTIONS]
    if wanted.convention is not None:
        conditions.append(views.convention.c.convention == wanted.convention)
    return (
        select(*described, *counts)
        .select_from(joined)
        .where(*conditions)
        .group_by(*described)
        .order_by(place.site_id, views.profession.c.slug)
    )


def _unlocated(subject: str, wanted: Wanted, vintage: date) -> Select[Any]:
    joined, place, who, _ = _parts(subject)
    conditions = [*_conditions(subject, place, wanted, vintage), _known_somewhere(place)]
    conditions.append(place.location_class.not_in(LOCATED_CLASSES))
    if wanted.within is not None:
        within = wanted.within
        # Inside a commune nobody unplaced belongs to one part: all of its communes' are told.
        inside = (
            place.commune_id.in_(list(within.parents))
            if within.infra_communal
            else place.territories.contains([within.id])
        )
        conditions.append(inside)
    if wanted.convention is not None:
        joined = _told_sector(joined, place)
        conditions.append(views.convention.c.convention == wanted.convention)
    return select(func.count(who.distinct())).select_from(joined).where(*conditions)


def _outside(subject: str, wanted: Wanted, vintage: date, level: Level) -> Select[Any]:
    joined, place, who, _ = _parts(subject)
    conditions = _conditions(subject, place, wanted, vintage)
    conditions.append(func.cardinality(place.territories) > 0)
    if wanted.within is not None:
        conditions.append(place.territories.contains([wanted.within.id]))
    located = place.location_class.in_(LOCATED_CLASSES).label("located")
    held = (
        select(who.label("who"), located, func.unnest(place.territories).label("territory_id"))
        .select_from(joined)
        .where(*conditions)
        .subquery("held")
    )
    t = views.territory.c
    targets = select(t.id).where(t.level == level).subquery("targets")
    # One hash join over all places: looking each one up would cost as many index scans.
    people = (
        select(held.c.who)
        .select_from(held.outerjoin(targets, targets.c.id == held.c.territory_id))
        .group_by(held.c.who)
        .having(func.bool_and(held.c.located), func.count(targets.c.id) == 0)
        .subquery("people")
    )
    return select(func.count()).select_from(people)


def _nowhere(subject: str, wanted: Wanted, vintage: date) -> Select[Any]:
    joined, place, who, _ = _parts(subject)
    conditions = _conditions(subject, place, wanted, vintage)
    if wanted.within is not None:
        conditions.append(place.territories.contains([wanted.within.id]))
    people = (
        select(who)
        .select_from(joined)
        .where(*conditions)
        .group_by(who)
        .having(func.bool_and(place.location_class == "none"))
        .subquery("people")
    )
    return select(func.count()).select_from(people)
