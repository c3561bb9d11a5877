"""Territories: who lives there, their outline, and the portrait of one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection, Integer, Row, Text, any_, cast, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from starlette.requests import Request
from starlette.responses import Response

from app.api import views
from app.api.answers import to_csv, to_features, to_json, to_list
from app.api.deps import Ask, published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.lookup import Territory, find_territory, find_within
from app.api.measured import DIGITS
from app.api.parameters import (
    BANDS,
    MAP_FORMS,
    MAX_ROWS,
    PLACE_FORMS,
    CodePath,
    LevelPath,
    PlaceQuery,
    TerritoriesQuery,
)
from app.api.portrait import portrait
from app.api.queries import everybody, limited_to, shapes
from app.api.schemas.territories import Portrait, TerritoryList
from app.api.snapshot import Release
from app.errors import ParameterError
from app.indicators.wording import LEVELS

router = APIRouter(prefix="/api/v1", tags=["Territoires"], dependencies=[Depends(refuse_doubtful)])

COLUMNS = (
    "id",
    "level",
    "code",
    "name",
    "kind",
    "area_km2",
    "population",
    "population_method",
    "imputed_share",
    "coverage",
    "parents",
)


@router.get(
    "/territories",
    operation_id="territories",
    **documented("Territoires d'un niveau", TerritoryList, MAP_FORMS),
)
def territories(request: Request, query: Annotated[TerritoriesQuery, Query()]) -> Response:
    """Territoires d'un niveau : population (habitants), superficie (km²), territoires qui les contiennent.

    En geojson, avec leur tracé (WGS 84, six décimales au plus).
    """
    with published(request, release=query.release, form=query.format, offered=MAP_FORMS) as ask:
        within = find_within(ask.connection, query.within)
        condition = limited_to(query.level, within)
        band = BANDS[query.detail] if ask.form == "geojson" else None
        rows = ask.connection.execute(_listed(condition, band)).all()
        refuse_too_many(rows)
        items = list(described(ask.connection, rows))
        if ask.form == "csv":
            return ask.answer(to_csv(COLUMNS, items), file_name=f"territoires-{query.level}")
        echoed = {"level": query.level, "within": query.within}
        if ask.form == "geojson":
            outlined = ((row.id, item, row.geojson) for row, item in zip(rows, items, strict=True))
            return ask.answer(to_features(ask.envelope(), outlined, count=len(items), **echoed))
        return ask.answer(to_list(ask.envelope(), items, **echoed))


@router.get(
    "/territories/{level}/{code}",
    operation_id="territory",
    **documented("Portrait d'un territoire", Portrait, PLACE_FORMS),
)
def territory(
    request: Request, level: LevelPath, code: CodePath, query: Annotated[PlaceQuery, Query()]
) -> Response:
    """Portrait d'un territoire : ses habitants, et chaque indicateur avec son rang et ce qui l'entoure.

    Chaque valeur vient avec son intervalle à 95 %, son rang dans la commune (ou dans le territoire qui le
    contient), les valeurs de la commune, de l'intercommunalité, du département et de la France où elles sont
    connues, son évolution et une phrase. Praticiens libéraux, ou établissements.
    """
    with published(request, release=query.release, form=query.format, offered=PLACE_FORMS) as ask:
        found = find_territory(ask.connection, "code", level, code)
        full = whole_portrait(ask.connection, found, ask.release)
        if ask.form == "geojson":
            return ask.answer(_feature(ask, full, found))
        return ask.answer(to_json({**ask.envelope(), **full}))


def whole_portrait(connection: Connection, found: Territory, release: Release) -> dict[str, object]:
    """Return all that is told of a territory, to programs here and to people on its page."""
    rows = connection.execute(_listed(views.territory.c.id == found.id, None)).all()
    return {**next(described(connection, rows)), **portrait(connection, found, release.vintage)}


def _feature(ask: Ask, item: Mapping[str, object], found: Territory) -> bytes:
    outline = shapes(0)
    drawn = select(outline.c.geojson).where(outline.c.territory_id == found.id)
    geojson = ask.connection.execute(drawn).scalar_one_or_none()
    geometry = geojson.encode() if geojson else b"null"
    start = to_json({"type": "Feature", **ask.envelope(), "id": found.id, "properties": item})
    return b"".join((start[:-1], b',"geometry":', geometry, b"}"))


def _listed(condition: Any, band: int | None) -> Any:  # noqa: ANN401 - Core's expressions
    t, people = views.territory.c, everybody()
    columns = [
        *(t.id, t.level, t.code, t.name, t.kind, t.area_km2, cast(t.parents, Text).label("parents")),
        *(people.c.value, people.c.method, people.c.imputed_share, people.c.coverage),
    ]
    joined = views.territory.outerjoin(people, people.c.territory_id == t.id)
    if band is not None:
        outline = shapes(band)
        joined = joined.outerjoin(outline, outline.c.territory_id == t.id)
        columns.append(outline.c.geojson)
    return select(*columns).select_from(joined).where(condition).order_by(t.code).limit(MAX_ROWS + 1)


def refuse_too_many(rows: Sequence[object]) -> None:
    """Raise ParameterError when a list is longer than one answer may be."""
    if len(rows) > MAX_ROWS:
        raise ParameterError(
            "within",
            f"La réponse dépasserait {MAX_ROWS} territoires.",
            hint="Limitez-la à un territoire, par exemple within=commune:00101.",
        )


def described(connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[dict[str, object]]:
    """Yield the members of each territory, its parents written « level:code », the smallest first."""
    # Neighbours share their parents: each distinct list is written once.
    parents = _written(connection, {row.parents for row in rows})
    for identity, level, code, name, kind, area, above, value, method, imputed_share, coverage, *_ in rows:
        yield {
            "id": identity,
            "level": level,
            "code": code,
            "name": name,
            "kind": kind,
            "area_km2": None if area is None else round(area, DIGITS),
            "population": None if value is None else round(value, DIGITS),
            "population_method": method,
            "imputed_share": None if imputed_share is None else round(imputed_share, DIGITS),
            "coverage": None if coverage is None else round(coverage, DIGITS),
            "parents": parents[above],
        }


def _written(connection: Connection, lists: set[str]) -> dict[str, list[str]]:
    """Return the names of each list of territories, given as PostgreSQL writes an array: « {1,2} »."""
    numbers = {text: [int(part) for part in text[1:-1].split(",") if part] for text in lists}
    t = views.territory.c
    wanted = list({number for listed in numbers.values() for number in listed})
    # One array, not one parameter a number: PostgreSQL takes 65 535 of those at most.
    known = t.id == any_(literal(wanted, ARRAY(Integer)))
    rows = connection.execute(select(t.id, t.level, t.code).where(known))
    names = {identity: (LEVELS.index(level), f"{level}:{code}") for identity, level, code in rows}
    return {
        text: [name for _, name in sorted(names[number] for number in listed if number in names)]
        for text, listed in numbers.items()
    }
