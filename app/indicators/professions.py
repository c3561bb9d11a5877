"""The professions of the code brought into the database, where counts and answers refer to them."""

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.db.tables import count, profession, profession_member
from app.supply.nomenclature import PROFESSIONS, Profession


def store_professions(connection: Connection) -> None:
    """Bring ``indicator.profession`` to the code's nomenclature; numbers of known professions stay.

    A profession that the code no longer has goes, unless a release still counts it.
    """
    connection.execute(delete(profession_member))
    for position, entry in enumerate(PROFESSIONS):
        identity = _store(connection, entry, position)
        connection.execute(
            insert(profession_member), [{"profession_id": identity, **member} for member in _members(entry)]
        )
    connection.execute(
        delete(profession).where(
            profession.c.slug.not_in([entry.slug for entry in PROFESSIONS]),
            profession.c.id.not_in(select(count.c.profession_id)),
        )
    )


def _store(connection: Connection, entry: Profession, position: int) -> int:
    values = {
        "label": entry.label,
        "feminine": entry.feminine,
        "subject": entry.subject,
        "recourse": entry.recourse,
        "population_age": entry.age,
        "population_sex": entry.sex,
        "position": position,
    }
    identity: int = connection.execute(
        upsert(profession)
        .values(slug=entry.slug, **values)
        .on_conflict_do_update(index_elements=["slug"], set_=values)
        .returning(profession.c.id)
    ).scalar_one()
    return identity


def _members(entry: Profession) -> list[dict[str, str | None]]:
    if entry.categories:
        return [
            {"profession_code": None, "skill_code": None, "category_code": code} for code in entry.categories
        ]
    skills: tuple[str | None, ...] = entry.skills or (None,)
    return [{"profession_code": entry.code, "skill_code": skill, "category_code": None} for skill in skills]
