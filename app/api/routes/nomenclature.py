"""Levels, professions and indicators: the words the other addresses take."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from app.api import views
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import TABLE_FORMS
from app.api.formats.listed import Item, Lines, Listed, itself
from app.api.lookup import professions
from app.api.parameters import TableQuery
from app.api.queries import vintages_of
from app.api.schemas.nomenclature import (
    IndicatorItem,
    IndicatorList,
    LevelItem,
    LevelList,
    ProfessionItem,
    ProfessionList,
)
from app.indicators.registry import INDICATORS
from app.indicators.wording import LEVEL_NAMES

router = APIRouter(prefix="/api/v1", tags=["Nomenclatures"], dependencies=[Depends(refuse_doubtful)])


def _table(items: Sequence[Item], model: type[BaseModel], value: str, lines: Lines = itself) -> Listed:
    """Return a nomenclature as a list whose columns are the members of its lines."""
    first = next(iter(lines(items[0]))) if items else {}
    return Listed(items=items, columns=tuple(first), model=model, value=value, lines=lines)


@router.get("/levels", operation_id="levels", **documented("Niveaux géographiques", LevelList, TABLE_FORMS))
def levels(request: Request, query: Annotated[TableQuery, Query()]) -> Response:
    """Niveaux géographiques, du plus fin au plus large, et nombre de territoires publiés à chacun."""
    with published(request, query, offered=TABLE_FORMS) as ask:
        level = views.territory.c.level
        rows = ask.connection.execute(select(level, func.count()).group_by(level))
        territories: dict[str, int] = {row[0]: row[1] for row in rows}
        items = [
            {
                "level": level,
                "label": name.label,
                "label_plural": name.label_plural,
                "infra_communal": name.infra_communal,
                "count": territories.get(level, 0),
            }
            for level, name in LEVEL_NAMES.items()
        ]
        return ask.answer(_table(items, LevelItem, "count"), file_name="niveaux")


@router.get(
    "/professions", operation_id="professions", **documented("Professions", ProfessionList, TABLE_FORMS)
)
def list_professions(request: Request, query: Annotated[TableQuery, Query()]) -> Response:
    """Professions, types d'établissement et regroupements, avec la population à qui chacun est rapporté."""
    with published(request, query, offered=TABLE_FORMS) as ask:
        items = [
            {
                "profession": profession.slug,
                "label": profession.label,
                "subject": profession.subject,
                "recourse": profession.recourse,
                "members": profession.members,
                "part_of": profession.part_of,
                "population": {"age": profession.population_age, "sex": profession.population_sex},
                "population_label": profession.population_label,
                "loaded": profession.loaded,
            }
            for profession in professions(ask.connection)
        ]
        return ask.answer(_table(items, ProfessionItem, "label", _flat_profession), file_name="professions")


def _flat_profession(item: Item) -> Iterator[Item]:
    """Yield the one line of a profession, its population in two columns."""
    line = dict(item)
    population = line.pop("population")
    yield {**line, "population_age": population["age"], "population_sex": population["sex"]}


def _flat_indicator(item: Item) -> Iterator[Item]:
    """Yield the one line of an indicator, each of its sources with its vintage."""
    yield {**item, "sources": [f"{one['register']}:{one['vintage'] or ''}" for one in item["sources"]]}


@router.get("/indicators", operation_id="indicators", **documented("Indicateurs", IndicatorList, TABLE_FORMS))
def indicators(request: Request, query: Annotated[TableQuery, Query()]) -> Response:
    """Indicateurs : définition, formule, unité, niveaux, sens, secret, sources et leurs millésimes."""
    with published(request, query, offered=TABLE_FORMS) as ask:
        vintages = vintages_of(ask.connection)
        items = [
            {
                "indicator": indicator.slug,
                "label": indicator.label,
                "unit": indicator.unit,
                "definition": indicator.definition,
                "formula": indicator.formula,
                "levels": indicator.levels,
                "inputs": indicator.inputs,
                "direction": indicator.direction,
                "secrecy": indicator.secrecy,
                "sources": [{"register": name, "vintage": vintages.get(name)} for name in indicator.sources],
            }
            for indicator in INDICATORS.values()
        ]
        return ask.answer(_table(items, IndicatorItem, "label", _flat_indicator), file_name="indicateurs")
