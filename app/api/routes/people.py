"""Practitioners by name, for agents: the only address that gives a name."""

from dataclasses import replace
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection, Row
from starlette.requests import Request
from starlette.responses import Response

from app.api.deps import Asking, Reply
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.entrance import PRIVATE, caller_of, gate_of
from app.api.formats.known import FORMATS, MAP_FORMS
from app.api.formats.listed import Listed
from app.api.formats.negotiation import accepted_form
from app.api.formats.paging import page_of
from app.api.formats.writing import Options
from app.api.frames import parse_box
from app.api.kept import KeptAnswers
from app.api.lookup import PERSON, find_profession, find_within
from app.api.named import people
from app.api.parameters import MAX_FILE_ROWS, PAGE_ROWS, PeopleQuery
from app.api.places import Wanted
from app.api.queries import LOCATED_CLASSES, vintages_of
from app.api.schemas.people import PersonItem, PersonList
from app.api.snapshot import Release, check_release, snapshot
from app.errors import ParameterError
from app.security.audit import note

router = APIRouter(prefix="/api/v1", tags=["Lieux d'exercice"], dependencies=[Depends(refuse_doubtful)])

COLUMNS = (
    *("civility", "family_name", "given_name", "profession", "place_name", "site_id", "lon", "lat"),
    *("location_class", "address", "town", "finess"),
)
# Nothing of what names people stays in memory.
KEEPING_NOTHING = KeptAnswers(0, 0)


@router.get(
    "/practices/people",
    operation_id="people",
    **documented("Praticiens, par leur nom (agents)", PersonList, MAP_FORMS),
)
def named_people(request: Request, query: Annotated[PeopleQuery, Query()]) -> Response:
    """Praticiens et leurs lieux d'exercice, par nom : pour les agents ; chaque lecture est notée.

    Ceux du dernier annuaire : qui l'a quitté, ou s'y est opposé, n'y est plus. Ni téléphone ni adresse
    électronique : l'observatoire n'en garde pas.
    """
    with snapshot(gate_of(request).reserved) as (connection, release):
        check_release(release, query.release)
        reply = _reply(request, query, release, connection)
        wanted = _wanted(connection, query, release, reply.form)
        start, limit = reply.asking.page.start, _most(query, reply.form)
        rows = list(islice(people(connection, wanted, start + limit + 1), start, None))
        following = start + limit if len(rows) > limit else None
        shown = rows[:limit]
        _note(request, query, len({(row.family_name, row.given_name) for row in shown}))
        listed = _listed(shown, query)
        answer = reply.answer(replace(listed, following=following), file_name=f"praticiens-{release.vintage}")
    del answer.headers["ETag"]
    answer.headers.update(PRIVATE)
    return answer


def _reply(request: Request, query: PeopleQuery, release: Release, connection: Connection) -> Reply:
    form = accepted_form(request.headers.get("accept", ""), query.format, MAP_FORMS)
    asking = Asking(page_of(query, release), Options(comma=query.decimal == "virgule"), str(request.url))
    vintages = vintages_of(connection) if FORMATS[form].is_file else {}
    return Reply(release, form, asking, vintages, "", KEEPING_NOTHING, ())


def _wanted(connection: Connection, query: PeopleQuery, release: Release, form: str) -> Wanted:
    """Return what is asked. Raises ParameterError for establishments, which have no name of a person."""
    profession = find_profession(connection, query.profession) if query.profession else None
    if profession is not None and profession.subject != PERSON:
        raise ParameterError("profession", "Un établissement n'est pas une personne.")
    return Wanted(
        profession=profession,
        scope=query.scope,
        day=release.vintage,
        within=find_within(connection, query.within),
        box=parse_box(query.bbox),
        located_only=form == "geojson",
    )


def _most(query: PeopleQuery, form: str) -> int:
    return query.limit or (MAX_FILE_ROWS if FORMATS[form].is_file else PAGE_ROWS)


def _note(request: Request, query: PeopleQuery, count: int) -> None:
    """Write the reading down before anything is shown: what was asked, never whom it named."""
    asked = {"profession": query.profession, "within": query.within, "bbox": query.bbox}
    told = " ".join(f"{name}={value}" for name, value in asked.items() if value) or "tout"
    with gate_of(request).clerk.begin() as connection:
        note(connection, caller_of(request), "names.read", told, count)


def _listed(rows: list[Row[Any]], query: PeopleQuery) -> Listed:
    head = {"profession": query.profession, "scope": query.scope, "within": query.within, "bbox": query.bbox}
    return Listed(
        items=[_item(row) for row in rows],
        columns=COLUMNS,
        model=PersonItem,
        value="lon",
        head=head,
        registers=("annuaire", "finess", "ban"),
        geometry="Point",
        identity="site_id",
    )


def _item(row: Row[Any]) -> dict[str, object]:
    located = row.location_class in LOCATED_CLASSES and row.lon is not None
    words = (f"{row.number or ''}{f' {row.repetition}' if row.repetition else ''}", row.street)
    return {
        "civility": row.civility,
        "family_name": row.family_name,
        "given_name": row.given_name,
        "profession": row.profession,
        "place_name": row.place_name,
        "site_id": row.site_id,
        "lon": round(row.lon, 6) if located else None,
        "lat": round(row.lat, 6) if located else None,
        "location_class": row.location_class,
        "address": " ".join(word for word in words if word) or None,
        "town": " ".join(word for word in (row.postcode, row.town) if word) or None,
        "finess": row.finess,
    }
