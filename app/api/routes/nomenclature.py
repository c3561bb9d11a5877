"""Levels, professions and indicators: the words the other addresses take."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from app.api import views
from app.api.answers import to_csv, to_list
from app.api.deps import Ask, published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.lookup import professions
from app.api.parameters import TABLE_FORMS, TableQuery
from app.api.schemas.nomenclature import IndicatorList, LevelList, ProfessionList
from app.indicators.registry import INDICATORS
from app.indicators.wording import LEVEL_NAMES

router = APIRouter(prefix="/api/v1", tags=["Nomenclatures"], dependencies=[Depends(refuse_doubtful)])


def _table(ask: Ask, name: str, items: Sequence[Mapping[str, object]]) -> Response:
    if ask.form == "csv":
        columns = list(items[0]) if items else []
        return ask.answer(to_csv(columns, items), file_name=name)
    return ask.answer(to_list(ask.envelope(), items))


@router.get("/levels", operation_id="levels", **documented("Niveaux géographiques", LevelList, TABLE_FORMS))
def levels(request: Request, query: Annotated[TableQuery, Query()]) -> Response:
    """Niveaux géographiques, du plus fin au plus large, et nombre de territoires publiés à chacun."""
    with published(request, release=query.release, form=query.format, offered=TABLE_FORMS) as ask:
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
        return _table(ask, "niveaux", items)


@router.get(
    "/professions", operation_id="professions", **documented("Professions", ProfessionList, TABLE_FORMS)
)
def list_professions(request: Request, query: Annotated[TableQuery, Query()]) -> Response:
    """Professions, types d'établissement et regroupements, avec la population à qui chacun est rapporté."""
    with published(request, release=query.release, form=query.format, offered=TABLE_FORMS) as ask:
        flat = ask.form == "csv"
        items = []
        for profession in professions(ask.connection):
            age, sex = profession.population_age, profession.population_sex
            population: dict[str, object] = (
                {"population_age": age, "population_sex": sex}
                if flat
                else {"population": {"age": age, "sex": sex}}
            )
            items.append(
                {
                    "profession": profession.slug,
                    "label": profession.label,
                    "subject": profession.subject,
                    "recourse": profession.recourse,
                    "members": _members(profession.members, flat=flat),
                    "part_of": profession.part_of,
                    **population,
                    "population_label": profession.population_label,
                    "loaded": profession.loaded,
                }
            )
        return _table(ask, "professions", items)


def _members(members: list[str] | None, *, flat: bool) -> str | list[str] | None:
    return " ".join(members) if flat and members else members


def _source(name: str, vintage: date | None, *, flat: bool) -> object:
    """Return a source with the newest vintage of it that is published; null where none is."""
    return f"{name}:{vintage or ''}" if flat else {"register": name, "vintage": vintage}


@router.get("/indicators", operation_id="indicators", **documented("Indicateurs", IndicatorList, TABLE_FORMS))
def indicators(request: Request, query: Annotated[TableQuery, Query()]) -> Response:
    """Indicateurs : définition, formule, unité, niveaux, sens, secret, sources et leurs millésimes."""
    with published(request, release=query.release, form=query.format, offered=TABLE_FORMS) as ask:
        flat = ask.form == "csv"
        c = views.source.c
        found = ask.connection.execute(select(c.register, func.max(c.vintage)).group_by(c.register))
        vintages: dict[str, date] = {row[0]: row[1] for row in found}
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
                "sources": [_source(name, vintages.get(name), flat=flat) for name in indicator.sources],
            }
            for indicator in INDICATORS.values()
        ]
        return _table(ask, "indicateurs", items)
