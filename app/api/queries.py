"""Pieces of queries that several routes share: populations, counts, territories within another, unlocated."""

from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Select, and_, case, func, literal, or_, select
from sqlalchemy.sql.selectable import FromClause, Subquery

from app.api import views
from app.api.lookup import Profession, Territory
from app.indicators.wording import INFRA_COMMUNAL, Level, Scope

# Classes of location good enough for an infra-communal count (METHODS 2).
LOCATED_CLASSES = ("finess", "housenumber", "street")


def inside(territory: Territory, columns: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a column collection
    """Return the condition that a territory is ``territory`` or is held by it."""
    return or_(columns.id == territory.id, columns.parents.contains([territory.id]))


def everybody() -> FromClause:
    """Return the total population of each territory, to be joined on ``territory_id``."""
    return people("all", "T")


def people(age_class: str, sex: str) -> Subquery:
    """Return the population of one age class and sex, one row a territory."""
    c = views.population.c
    return (
        select(c.territory_id, c.value, c.imputed_share, c.method, c.coverage)
        .where(c.age_class == age_class, c.sex == sex)
        .subquery("people")
    )


def counts(profession_id: int, scope: str) -> Subquery:
    """Return the counts of one profession and scope, one row a territory that has any."""
    c = views.count.c
    return (
        select(c.territory_id, c.headcount, c.weight, c.sites, c.unlocated)
        .where(c.profession_id == profession_id, c.scope == scope)
        .subquery("counts")
    )


def known_count(counted: ColumnElement[Any], loaded: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return a count: 0 where nobody is counted, null where the register was never loaded."""
    return case((loaded, func.coalesce(counted, 0)))


def commune_unlocated(profession_id: int, scope: str) -> CTE:
    """Return (commune id, unlocated) for every published commune, 0 where nothing is counted."""
    commune, counted = views.territory, counts(profession_id, scope)
    return (
        select(commune.c.id, func.coalesce(counted.c.unlocated, 0).label("unlocated"))
        .select_from(commune.outerjoin(counted, counted.c.territory_id == commune.c.id))
        .where(commune.c.level == "commune")
        .cte("commune")
        .prefix_with("MATERIALIZED")
    )


def unlocated_of_parents(targets: CTE, commune: CTE) -> Subquery:
    """Return, for each list of parents among ``targets``, its communes' sum; no row where none is known.

    By list, because neighbours share theirs.
    """
    lists = select(targets.c.parents).distinct().subquery("lists")
    link = select(lists.c.parents, func.unnest(lists.c.parents).label("parent_id")).subquery("link")
    return (
        select(link.c.parents, func.sum(commune.c.unlocated).label("unlocated"))
        .select_from(link.join(commune, commune.c.id == link.c.parent_id))
        .group_by(link.c.parents)
        .subquery("left_out")
    )


def density_rows(level: Level, within: Territory | None, profession: Profession, scope: Scope) -> Select[Any]:
    """Return code, name, population and counts of each territory of ``level``, in the order of codes.

    ``unlocated`` is the territory's own from the commune up, its communes' sum below, null when unknown.
    Every count is null when the profession's register was never loaded.
    """
    t = views.territory.c
    targets = select(t.id, t.code, t.name, t.parents).where(limited_to(level, within)).cte("targets")
    population = people(profession.population_age, profession.population_sex)
    counted = (profession.id, profession.stored_scope(scope))
    count, loaded = counts(*counted), literal(profession.loaded)
    joined: FromClause = targets.outerjoin(population, population.c.territory_id == targets.c.id).outerjoin(
        count, count.c.territory_id == targets.c.id
    )
    unlocated = known_count(count.c.unlocated, loaded)
    if level in INFRA_COMMUNAL:
        left_out = unlocated_of_parents(targets, commune_unlocated(*counted))
        joined = joined.outerjoin(left_out, left_out.c.parents == targets.c.parents)
        unlocated = case((loaded, left_out.c.unlocated))
    return (
        select(
            targets.c.id,
            targets.c.code,
            targets.c.name,
            population.c.value.label("population"),
            population.c.imputed_share,
            *(known_count(count.c[name], loaded).label(name) for name in ("headcount", "weight", "sites")),
            unlocated.label("unlocated"),
        )
        .select_from(joined)
        .order_by(targets.c.code)
    )


def shapes(band: int) -> Subquery:
    """Return the GeoJSON of each territory in one zoom band."""
    c = views.shape.c
    return select(c.territory_id, c.geojson).where(c.band == band).subquery("shapes")


def outlines_of(
    connection: Connection, condition: ColumnElement[bool], band: int, key: str = "id"
) -> dict[Any, str]:
    """Return the GeoJSON of each territory that meets a condition and has one, by its id or its code."""
    t, outline = views.territory.c, shapes(band)
    drawn = select(t[key], outline.c.geojson).select_from(
        views.territory.join(outline, outline.c.territory_id == t.id)
    )
    return {row[0]: row[1] for row in connection.execute(drawn.where(condition))}


def limited_to(level: str, within: Territory | None) -> ColumnElement[bool]:
    """Return the condition on the territories of a list: their level and, when limited, what holds them."""
    t = views.territory.c
    return t.level == level if within is None else and_(t.level == level, inside(within, t))


def vintages_of(connection: Connection) -> dict[str, date]:
    """Return the newest vintage of each register of the published release."""
    c = views.source.c
    newest = select(c.register, func.max(c.vintage)).group_by(c.register).order_by(c.register)
    return {row[0]: row[1] for row in connection.execute(newest)}
