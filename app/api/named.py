"""People by name, with their places: read under the agents' own role, from the one view that holds names."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    and_,
    any_,
    column,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.sql.selectable import FromClause

from app.api import views
from app.api.history import days
from app.api.lookup import PERSON
from app.api.places import WGS84, Wanted
from app.api.queries import LOCATED_CLASSES

person = table(
    "person",
    column("practice_id", Integer),
    column("civility", Text),
    column("family_name", Text),
    column("given_name", Text),
    column("place_name", Text),
    schema="reserved",
)


def people(connection: Connection, wanted: Wanted, most: int) -> Iterator[Any]:
    """Yield at most ``most`` rows, one a person, a place and a profession, in the order of names."""
    yield from connection.execute(_people(connection, wanted).limit(most))


def _people(connection: Connection, wanted: Wanted) -> Select[Any]:
    place, profession, named = views.practice.c, views.profession.c, person.c
    names = (named.family_name, named.given_name)
    return (
        select(
            *(named.civility, *names, named.place_name, profession.slug.label("profession")),
            *(place.site_id, place.location_class, place.finess),
            *(place.number, place.repetition, place.street, place.postcode, place.town),
            *(func.ST_X(place.geom).label("lon"), func.ST_Y(place.geom).label("lat")),
        )
        .select_from(_joined())
        .where(*_conditions(connection, wanted))
        .distinct()
        .order_by(*names, place.site_id, profession.slug)
    )


def _joined() -> FromClause:
    place, profession, member = views.practice.c, views.profession.c, views.profession_member.c
    counted = and_(
        member.profession_code == place.profession_code,
        or_(member.skill_code.is_(None), member.skill_code == any_(place.skills)),
    )
    return (
        views.practice.join(person, person.c.practice_id == place.id)
        .join(views.profession_member, counted)
        .join(views.profession, profession.id == member.profession_id)
    )


def _conditions(connection: Connection, wanted: Wanted) -> list[ColumnElement[bool]]:
    place, profession, member = views.practice.c, views.profession.c, views.profession_member.c
    conditions = [
        place.valid.contains(days(connection).in_force(PERSON, wanted.day)),
        profession.subject == PERSON,
        place.ambulatory if wanted.scope == "ambulatory" else place.liberal,
        # A group counts whom its professions count.
        member.profession_id == wanted.profession.id if wanted.profession else profession.members.is_(None),
    ]
    if wanted.within is not None:
        conditions.append(place.territories.contains([wanted.within.id]))
    if wanted.located_only or wanted.box is not None:
        conditions.append(place.location_class.in_(LOCATED_CLASSES))
    if wanted.box is not None:
        box = wanted.box
        frame = func.ST_MakeEnvelope(box.west, box.south, box.east, box.north, WGS84)
        conditions.append(place.geom.op("&&")(frame))
    return conditions
