"""Densities of one profession by territory."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection, Row
from starlette.requests import Request
from starlette.responses import Response

from app.api.beside import Interval, verdicts
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import MAP_FORMS, draws
from app.api.formats.listed import Listed
from app.api.lookup import Profession, Territory, find_profession, find_within, refuse_none
from app.api.measured import counted, densities
from app.api.parameters import BANDS, MAX_ROWS, DensitiesQuery
from app.api.places import Wanted, nowhere, outside, unlocated
from app.api.queries import density_rows, limited_to, outlines_of
from app.api.routes.territories import refuse_too_many
from app.api.schemas.densities import DensityItem, DensityList
from app.api.snapshot import Release
from app.indicators.registry import INDICATORS
from app.indicators.wording import INFRA_COMMUNAL, Level, Scope, counted_label, density_title, density_unit

router = APIRouter(prefix="/api/v1", tags=["Indicateurs"], dependencies=[Depends(refuse_doubtful)])

COLUMNS = (
    *("id", "code", "name", "population", "headcount", "weight", "sites"),
    *("density", "per", "ci_low", "ci_high", "unlocated", "imputed_share", "compared_with", "verdict"),
)


@router.get(
    "/densities", operation_id="densities", **documented("Densités par territoire", DensityList, MAP_FORMS)
)
def list_densities(request: Request, query: Annotated[DensitiesQuery, Query()]) -> Response:
    """Densité d'une profession, par territoire, avec son intervalle à 95 % et les praticiens non localisés.

    Unité : praticiens pour 100 000, 10 000 ou 1 000 personnes de la population concernée.
    """
    with published(request, query, offered=MAP_FORMS) as ask:
        profession = find_profession(ask.connection, query.profession)
        within = find_within(ask.connection, query.within)
        statement = density_rows(query.level, within, profession, query.scope)
        rows = ask.connection.execute(statement.limit(MAX_ROWS + 1)).all()
        refuse_too_many(rows)
        refuse_none(rows, query.level, within)
        found = densities(rows, query.per, query.measure)
        told = verdicts(ask.connection, rows, found, query=query, within=within, profession=profession)
        items = [item | beside for item, beside in zip(_items(rows, found, query), told, strict=True)]
        wanted = Wanted(profession, query.scope, ask.release.vintage, within)
        listed = Listed(
            items=items,
            columns=COLUMNS,
            model=DensityItem,
            value="density",
            head=_head(query, profession, ask.release, _left_out(ask.connection, wanted, query.level)),
            registers=INDICATORS["density"].sources,
            geometry="MultiPolygon",
            outlines=_outlines(ask.connection, query, within) if draws(ask.form) else {},
        )
        return ask.answer(listed, file_name=f"densites-{profession.slug}-{query.level}-{ask.release.vintage}")


def _items(
    rows: Sequence[Row[Any]], found: Sequence[Interval], query: DensitiesQuery
) -> list[dict[str, object]]:
    return [
        {
            "id": row.id,
            "code": row.code,
            "name": row.name,
            **counted(row),
            "density": value,
            "per": query.per,
            "ci_low": low,
            "ci_high": high,
            "unlocated": row.unlocated,
            "imputed_share": row.imputed_share,
        }
        for row, (value, low, high) in zip(rows, found, strict=True)
    ]


def _left_out(connection: Connection, wanted: Wanted, level: Level) -> dict[str, int | None]:
    """Return who is in no territory of the list, and why; None is unknown or makes no sense."""
    if wanted.profession is None or not wanted.profession.loaded:
        return {"unlocated": None, "outside": None, "nowhere": None}
    return {
        "unlocated": unlocated(connection, wanted),
        "outside": outside(connection, wanted, level) if level in INFRA_COMMUNAL else None,
        "nowhere": nowhere(connection, wanted),
    }


def _head(
    query: DensitiesQuery, profession: Profession, release: Release, left_out: dict[str, int | None]
) -> dict[str, object]:
    scope: Scope | None = profession.scope(query.scope)
    unit = density_unit(query.per, profession.population_label)
    who = counted_label(profession.label, scope, query.measure, feminine=profession.feminine)
    return {
        "profession": profession.slug,
        "profession_label": profession.label,
        "scope": scope,
        "level": query.level,
        "within": query.within,
        "per": query.per,
        "measure": query.measure,
        "population_label": profession.population_label,
        **left_out,
        "unit": unit,
        "title": density_title(who, unit, query.level, release.vintage),
    }


def _outlines(connection: Connection, query: DensitiesQuery, within: Territory | None) -> dict[int, str]:
    return outlines_of(connection, limited_to(query.level, within), BANDS[query.detail])
