"""Territories: who lives there, their outline, and the portrait of one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection, Integer, Row, Text, any_, cast, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from starlette.requests import Request
from starlette.responses import Response

from app.api import views
from app.api.answers import to_json
from app.api.cache import address
from app.api.deps import Ask, published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import MAP_FORMS, PLACE_FORMS, draws
from app.api.formats.listed import Listed
from app.api.lookup import Territory, find_territory, find_within
from app.api.measured import DIGITS
from app.api.parameters import (
    BANDS,
    MAX_ROWS,
    CodePath,
    LevelPath,
    PlaceQuery,
    TerritoriesQuery,
)
from app.api.portrait import PortraitShelf, holders, portrait
from app.api.queries import everybody, limited_to, outlines_of, shapes
from app.api.schemas.territories import Portrait, TerritoryItem, TerritoryList
from app.api.snapshot import Release
from app.errors import ParameterError
from app.indicators.portrait_values import Shared
from app.indicators.wording import LEVELS, Level

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
    with published(request, query, offered=MAP_FORMS) as ask:
        within = find_within(ask.connection, query.within)
        condition = limited_to(query.level, within)
        rows = ask.connection.execute(_listed(condition)).all()
        refuse_too_many(rows)
        drawn = outlines_of(ask.connection, condition, BANDS[query.detail]) if draws(ask.form) else {}
        listed = Listed(
            items=list(described(ask.connection, rows)),
            columns=COLUMNS,
            model=TerritoryItem,
            value="population",
            head={"level": query.level, "within": query.within},
            registers=("communes", query.level, "iris_population", "filosofi"),
            geometry="MultiPolygon",
            outlines=drawn,
        )
        return ask.answer(listed, file_name=f"territoires-{query.level}")


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

    def mark(connection: Connection, release: Release) -> str:
        # Times may be computed anew in one release.
        shown = views.release_graph.c
        graph = connection.execute(select(shown.fingerprint).where(shown.release_id == release.id))
        return f"{address(request)}\n{graph.scalar_one_or_none()}"

    with published(request, query, offered=PLACE_FORMS, mark=mark) as ask:
        found = find_territory(ask.connection, "code", level, code)
        shelf: PortraitShelf = request.app.state.portraits
        full = whole_portrait(ask.connection, found, shelf.of(ask.release))
        if ask.form == "geojson":
            return ask.answer(_feature(ask, full, found))
        return ask.answer(to_json({**ask.envelope(), **full}))


def whole_portrait(connection: Connection, found: Territory, shared: Shared) -> dict[str, object]:
    """Return all that is told of a territory, to programs here and to people on its page."""
    rows = connection.execute(_listed(views.territory.c.id == found.id)).all()
    held = holders(connection, found)
    parents = _named((place.id, place.level, place.code) for place in held)
    return {**next(_members(rows, parents)), **portrait(connection, found, held, shared)}


def _feature(ask: Ask, item: Mapping[str, object], found: Territory) -> bytes:
    outline = shapes(0)
    drawn = select(outline.c.geojson).where(outline.c.territory_id == found.id)
    geojson = ask.connection.execute(drawn).scalar_one_or_none()
    geometry = geojson.encode() if geojson else b"null"
    start = to_json({"type": "Feature", **ask.envelope(), "id": found.id, "properties": item})
    return b"".join((start[:-1], b',"geometry":', geometry, b"}"))


def _listed(condition: Any) -> Any:  # noqa: ANN401 - Core's expressions
    t, people = views.territory.c, everybody()
    columns = [
        *(t.id, t.level, t.code, t.name, t.kind, t.area_km2, cast(t.parents, Text).label("parents")),
        *(people.c.value, people.c.method, people.c.imputed_share, people.c.coverage),
    ]
    joined = views.territory.outerjoin(people, people.c.territory_id == t.id)
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
    t = views.territory.c
    wanted = list({number for text in {row.parents for row in rows} for number in _numbers(text)})
    # One array, not one parameter a number: PostgreSQL takes 65 535 of those at most.
    known = t.id == any_(literal(wanted, ARRAY(Integer)))
    named = _named(tuple(row) for row in connection.execute(select(t.id, t.level, t.code).where(known)))
    yield from _members(rows, named)


def _members(
    rows: Sequence[Row[*tuple[Any, ...]]], named: Mapping[int, tuple[int, str]]
) -> Iterator[dict[str, object]]:
    # Neighbours share their parents: each distinct list is written once.
    parents = {
        text: [name for _, name in sorted(named[one] for one in _numbers(text) if one in named)]
        for text in {row.parents for row in rows}
    }
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


def _numbers(written: str) -> list[int]:
    """Return the numbers of an array as PostgreSQL writes it: « {1,2} »."""
    return [int(part) for part in written[1:-1].split(",") if part]


def _named(places: Iterable[tuple[int, Level, str]]) -> dict[int, tuple[int, str]]:
    """Return territories by number: the rank of their level, and « level:code »."""
    return {identity: (LEVELS.index(level), f"{level}:{code}") for identity, level, code in places}
