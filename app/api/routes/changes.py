"""What changed between two releases."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import Connection, Row
from starlette.requests import Request
from starlette.responses import Response

from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import FORMATS, TABLE_FORMS
from app.api.formats.listed import Listed
from app.api.lookup import find_profession, refuse_undated
from app.api.parameters import ChangesQuery, parse_within
from app.api.schemas.changes import ChangedPractice, ChangeItem, ChangeList
from app.errors import NotFoundError
from app.indicators.changes import (
    COUNTS,
    STATES,
    Comparison,
    Side,
    counted,
    find_place,
    find_side,
    listed,
    unlocated,
)

router = APIRouter(prefix="/api/v1", tags=["Sources et versions"], dependencies=[Depends(refuse_doubtful)])

COUNT_COLUMNS = ("code", "name", "profession", "label", *COUNTS)
LIST_COLUMNS = (
    *("kind", "profession", "from_site", "from_address", "from_town", "to_site", "to_address", "to_town"),
    *(f"{state}_{when}" for state in STATES for when in ("before", "after")),
)
REGISTERS = ("annuaire", "finess")
MOST_NUMBER = 2_147_483_647


@router.get(
    "/releases/{a}/diff/{b}",
    operation_id="release_diff",
    **documented("Ce qui a changé entre deux versions", ChangeList, TABLE_FORMS),
)
def release_diff(
    request: Request,
    a: Annotated[int, Path(ge=1, le=MOST_NUMBER, description="Numéro de la version d'avant.", examples=[3])],
    b: Annotated[int, Path(ge=1, le=MOST_NUMBER, description="Numéro de la version d'après.", examples=[4])],
    query: Annotated[ChangesQuery, Query()],
) -> Response:
    """Exercices ouverts, fermés, déplacés et modifiés entre deux versions, par profession et par territoire.

    Un exercice déplacé est celui d'une même personne, dans la même profession, en un autre lieu ; modifié, au
    même lieu, par son mode, ses savoir-faire ou son secteur. Avec detail=true, leur liste, sans nom.
    """
    with published(request, query, offered=TABLE_FORMS) as ask:
        asked = compared(ask.connection, a, b, query)
        file_name = f"changements-{a}-{b}"
        rows = listed(ask.connection, asked, query.limit + 1) if query.detail else None
        practices = None if rows is None else [_row(row, LIST_COLUMNS) for row in rows[: query.limit]]
        if practices is not None and FORMATS[ask.form].is_file:
            table = Listed(practices, LIST_COLUMNS, ChangedPractice, "profession", registers=REGISTERS)
            return ask.answer(table, file_name=file_name)
        head: dict[str, Any] = {
            "before": _side(asked.before),
            "after": _side(asked.after),
            "level": query.level,
            "within": query.within,
            "profession": query.profession,
            "scope": query.scope,
            "unlocated": unlocated(ask.connection, asked),
            "truncated": rows is not None and len(rows) > query.limit,
            "practices": practices,
        }
        items = [_row(row, COUNT_COLUMNS) for row in counted(ask.connection, asked, query.level)]
        table = Listed(items, COUNT_COLUMNS, ChangeItem, "profession", head=head, registers=REGISTERS)
        return ask.answer(table, file_name=file_name)


def compared(connection: Connection, a: int, b: int, query: ChangesQuery) -> Comparison:
    """Return what is to be compared; raise NotFoundError or ParameterError for what does not exist."""
    if query.profession:
        refuse_undated(find_profession(connection, query.profession))
    sides = find_side(connection, "a", a), find_side(connection, "b", b)
    for parameter, side in zip("ab", sides, strict=True):
        if side.held:
            raise NotFoundError(
                parameter,
                f"La version {side.id} est retenue par les contrôles : elle n'est pas encore consultable.",
                hint="La liste est à l'adresse /api/v1/releases.",
            )
    asked = Comparison(*sides, query.scope, query.profession)
    within = parse_within(query.within)
    if within is None:
        return asked
    place = find_place(connection, asked.places[0], *within)
    return Comparison(asked.before, asked.after, query.scope, query.profession, place)


def _side(side: Side) -> dict[str, object]:
    return {
        "id": side.id,
        "vintage": side.vintage,
        "vintages": {"annuaire": side.people, "finess": side.establishments},
    }


def _row(row: Row[Any], columns: tuple[str, ...]) -> dict[str, object]:
    return {column: getattr(row, column) for column in columns}
