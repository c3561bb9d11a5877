"""The professions of the code, and groups of them, brought into the database, where counts refer to them."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, select, update

from app.db.sql import load
from app.db.tables import profession, profession_member, release_input, release_profession, source_file
from app.supply.nomenclature import PRESETS, PROFESSIONS, Group, Profession

KNOWN = {entry.slug: entry for entry in PROFESSIONS}


def store_professions(connection: Connection, release_id: int) -> None:
    """Bring ``indicator.profession`` to the code's nomenclature, and say which of it a release counts.

    What nothing of the release tells is not listed: it would be counted 0. Groups are the shipped ones, and
    those of the release's own file, which stand first. Numbers of known professions stay. One that nothing
    lists any more goes; a group that has other members is another one, so that a release that counted the
    first still shows it.
    """
    counted = _counted(connection, release_id)
    listed = [
        _store(connection, entry, position) for position, entry in enumerate(PROFESSIONS) if entry in counted
    ]
    groups = [
        group
        for group in _groups(connection, release_id)
        if all(KNOWN[slug] in counted for slug in group.members)
    ]
    for position, group in enumerate(groups, len(PROFESSIONS)):
        listed.append(_store_group(connection, group, position))
    connection.execute(
        insert(release_profession),
        [{"release_id": release_id, "profession_id": identity} for identity in listed],
    )
    connection.execute(load("app.indicators", "profession_forget"))
    _store_members(connection)


def _counted(connection: Connection, release_id: int) -> tuple[Profession, ...]:
    """Return the professions that a release can count: authorised activities only where it has their file."""
    told: bool = connection.execute(
        select(
            exists(
                select(source_file.c.id)
                .join(release_input, release_input.c.source_file_id == source_file.c.id)
                .where(release_input.c.release_id == release_id, source_file.c.register == "activites")
            )
        )
    ).scalar_one()
    return tuple(entry for entry in PROFESSIONS if told or not entry.authorised)


def _groups(connection: Connection, release_id: int) -> Iterable[Group]:
    rows = connection.execute(load("app.indicators", "group_of_release"), {"release_id": release_id}).all()
    own = [Group(row.slug, row.label, tuple(slug for slug in row.members if slug in KNOWN)) for row in rows]
    return {group.slug: group for group in (*PRESETS, *own) if group.members}.values()


def _store(connection: Connection, entry: Profession, position: int) -> int:
    values: dict[str, object] = {
        "label": entry.label,
        "feminine": entry.feminine,
        "subject": entry.subject,
        "recourse": entry.recourse,
        "population_age": entry.age,
        "population_sex": entry.sex,
        "position": position,
        "part_of": entry.part_of,
    }
    known = and_(profession.c.slug == entry.slug, profession.c.members.is_(None))
    return _kept(connection, known, {"slug": entry.slug, **values})


def _kept(connection: Connection, known: ColumnElement[bool], values: dict[str, object]) -> int:
    """Bring the row that ``known`` finds to ``values``, or insert it; return its number.

    Not an upsert, which takes a number of the sequence each time: they are small, and a build is frequent.
    One build runs at a time.
    """
    identity: int | None = connection.execute(
        update(profession).where(known).values(**values).returning(profession.c.id)
    ).scalar_one_or_none()
    if identity is not None:
        return identity
    made: int = connection.execute(
        insert(profession).values(**values).returning(profession.c.id)
    ).scalar_one()
    return made


def _store_group(connection: Connection, group: Group, position: int) -> int:
    """Store a group; it is compared with the people whom all its members are for, else with everybody."""
    members = [KNOWN[slug] for slug in group.members]
    people = {(entry.age, entry.sex) for entry in members}
    age, sex = people.pop() if len(people) == 1 else ("all", "T")
    values: dict[str, object] = {
        "label": group.label,
        "feminine": all(entry.feminine for entry in members),
        "subject": members[0].subject,
        "population_age": age,
        "population_sex": sex,
        "position": position,
    }
    slugs = sorted(group.members)
    known = and_(profession.c.slug == group.slug, profession.c.members == slugs)
    return _kept(connection, known, {"slug": group.slug, "members": slugs, **values})


def _store_members(connection: Connection) -> None:
    """Say what each stored profession is made of; a group is made of what its professions are."""
    connection.execute(delete(profession_member))
    stored = connection.execute(select(profession.c.id, profession.c.slug, profession.c.members)).all()
    rows = [
        {"profession_id": row.id, "profession_code": code, "skill_code": skill, "category_code": category}
        for row in stored
        for code, skill, category in dict.fromkeys(
            made_of
            for slug in row.members or [row.slug]
            if slug in KNOWN
            for made_of in _made_of(KNOWN[slug])
        )
    ]
    connection.execute(insert(profession_member), rows)


def _made_of(entry: Profession) -> list[tuple[str | None, str | None, str | None]]:
    if entry.categories:
        return [(None, None, code) for code in entry.categories]
    return [(entry.code, skill, None) for skill in entry.skills or (None,)]
