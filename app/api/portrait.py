"""The portrait of one territory: its people by age and sex, and every profession's density."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal, select

from app.api import views
from app.api.lookup import ESTABLISHMENT, Territory, loaded_subjects
from app.api.measured import counted, densities
from app.api.queries import known_count
from app.indicators.wording import population_label

PER = 100_000
SCOPE = "liberal"


def portrait(connection: Connection, territory: Territory) -> dict[str, object]:
    """Return the members that a portrait adds to a territory."""
    return {
        "populations": _populations(connection, territory.id),
        "densities": _densities(connection, territory),
    }


def _populations(connection: Connection, territory_id: int) -> list[dict[str, object]]:
    c = views.population.c
    rows = connection.execute(
        select(c.age_class, c.sex, c.value, c.imputed_share)
        .where(c.territory_id == territory_id)
        .order_by(c.age_class, c.sex)
    )
    return [
        {"age_class": age, "sex": sex, "value": round(value, 6), "imputed_share": share}
        for age, sex, value, share in rows
    ]


def _densities(connection: Connection, territory: Territory) -> list[dict[str, object]]:
    rows = connection.execute(_every_profession(territory, loaded_subjects(connection))).all()
    return [
        {
            "profession": row.slug,
            "label": row.label,
            "population_label": population_label(row.population_age, row.population_sex),
            **counted(row),
            "density": value,
            "per": PER,
            "ci_low": low,
            "ci_high": high,
            "unlocated": row.unlocated,
        }
        for row, (value, low, high) in zip(rows, densities(rows, PER, "weight"), strict=True)
    ]


def _every_profession(territory: Territory, loaded: frozenset[str]) -> Select[Any]:
    """Return each profession with the territory's population, and counts of the subjects that are loaded."""
    p, c, people = views.profession.c, views.count.c, views.population.c
    scope = case((p.subject == ESTABLISHMENT, ESTABLISHMENT), else_=SCOPE)
    joined = views.profession.outerjoin(
        views.count, and_(c.profession_id == p.id, c.scope == scope, c.territory_id == territory.id)
    ).outerjoin(
        views.population,
        and_(
            people.territory_id == territory.id,
            people.age_class == p.population_age,
            people.sex == p.population_sex,
        ),
    )
    known = p.subject.in_(loaded)
    unlocated: ColumnElement[Any] = known_count(c.unlocated, known)
    if territory.infra_communal:
        unlocated = case((known, _of_communes(territory)))
    return (
        select(
            *(p.slug, p.label, p.population_age, p.population_sex),
            people.value.label("population"),
            *(known_count(c[name], known).label(name) for name in ("headcount", "weight", "sites")),
            unlocated.label("unlocated"),
        )
        .select_from(joined)
        .order_by(p.position, p.slug)
    )


def _of_communes(territory: Territory) -> Any:  # noqa: ANN401 - a scalar of Core
    """Return what the communes of an infra-communal territory could not place, null when none is known."""
    p, t = views.profession.c, views.territory.c
    counts = views.count.alias("commune_count")
    c = counts.c
    return (
        select(func.sum(func.coalesce(c.unlocated, literal(0))))
        .select_from(
            views.territory.outerjoin(
                counts,
                and_(
                    c.territory_id == t.id,
                    c.profession_id == p.id,
                    c.scope == case((p.subject == ESTABLISHMENT, ESTABLISHMENT), else_=SCOPE),
                ),
            )
        )
        .where(t.level == "commune", t.id.in_(list(territory.parents)))
        .correlate(views.profession)
        .scalar_subquery()
    )
