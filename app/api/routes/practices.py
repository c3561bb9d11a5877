"""Places of practice, without the name of anybody."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Row
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import Item
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.formats.known import FORMATS, MAP_FORMS
from app.api.formats.listed import BATCH_LINES, Listed
from app.api.frames import parse_box
from app.api.history import Days, days
from app.api.lookup import ESTABLISHMENT, PERSON, find_profession, find_within
from app.api.parameters import MAX_FILE_ROWS, PAGE_ROWS, PracticesQuery
from app.api.places import Wanted, sites, unlocated
from app.api.queries import LOCATED_CLASSES
from app.api.schemas.practices import PracticeItem, PracticeList
from app.errors import ParameterError
from app.supply.convention import CONVENTIONS

router = APIRouter(prefix="/api/v1", tags=["Lieux d'exercice"], dependencies=[Depends(refuse_doubtful)])

COLUMNS = (
    *("site_id", "lon", "lat", "location_class", "method", "score", "address", "town"),
    *("finess", "site_name", "practitioners", "establishments", "convention", "profession"),
)


@router.get("/practices", operation_id="practices", **documented("Lieux d'exercice", PracticeList, MAP_FORMS))
def practices(request: Request, query: Annotated[PracticesQuery, Query()]) -> Response:
    """Lieux d'exercice à la date de la version, ou à une date passée, un par lieu et par profession.

    Degrés, WGS 84. Une date passée (« at ») montre le millésime en vigueur ce jour-là.

    En geojson, seuls les lieux localisés ; dans les autres formes, les autres aussi, sans coordonnées.
    """
    with published(request, query, offered=MAP_FORMS) as ask:
        profession = find_profession(ask.connection, query.profession) if query.profession else None
        known = days(ask.connection)
        wanted = Wanted(
            profession=profession,
            scope=query.scope,
            day=query.at or ask.release.vintage,
            within=find_within(ask.connection, query.within),
            box=parse_box(query.bbox),
            located_only=ask.form == "geojson",
            convention=query.convention,
            sectors_known=_same_vintage(known, query.at, ask.release.vintage),
        )
        _refuse_sector(query, wanted)
        known.check(query.at, ask.release.vintage, wanted.subjects())
        head = _echoed(query, wanted, known) | {"unlocated": unlocated(ask.connection, wanted)}
        name = f"lieux-{query.profession or 'tous'}-{ask.release.vintage}"
        start = ask.asking.page.start
        if FORMATS[ask.form].is_file and query.limit is None:
            every = sites(ask.connection, wanted, MAX_FILE_ROWS, chunk=BATCH_LINES)
            return ask.answer(_listed(map(_item, islice(every, start, None)), head), file_name=name)
        limit = query.limit or PAGE_ROWS
        rows = list(islice(sites(ask.connection, wanted, start + limit + 1), start, None))
        following = start + limit if len(rows) > limit else None
        head |= {"limit": limit, "truncated": following is not None}
        listed = _listed([_item(row) for row in rows[:limit]], head)
        return ask.answer(replace(listed, following=following), file_name=name)


def _listed(items: Iterable[Item], head: Item) -> Listed:
    return Listed(
        items=items,
        columns=COLUMNS,
        model=PracticeItem,
        value="lon",
        head=head,
        registers=("annuaire", "finess", "ban", "ameli"),
        geometry="Point",
        identity="site_id",
    )


def _echoed(query: PracticesQuery, wanted: Wanted, known: Days) -> dict[str, object]:
    profession = wanted.profession
    return {
        "profession": query.profession,
        "scope": profession.scope(query.scope) if profession else query.scope,
        "at": query.at,
        "convention": query.convention,
        "vintages": known.told(wanted.subjects(), wanted.day),
        "within": query.within,
        "bbox": query.bbox,
    }


def _item(row: Row[Any]) -> dict[str, object]:
    located = row.location_class in LOCATED_CLASSES and row.lon is not None
    words = (f"{row.number or ''}{f' {row.repetition}' if row.repetition else ''}", row.street)
    return {
        "site_id": row.site_id,
        "lon": round(row.lon, 6) if located else None,
        "lat": round(row.lat, 6) if located else None,
        "location_class": row.location_class,
        "method": row.method,
        "score": None if row.score is None else round(row.score, 4),
        "address": " ".join(word for word in words if word) or None,
        "town": " ".join(word for word in (row.postcode, row.town) if word) or None,
        "finess": row.finess,
        # Without a number of its own, a place is often called after who practises there.
        "site_name": row.site_name if row.finess else None,
        "practitioners": row.counted if row.subject == PERSON else None,
        "establishments": row.counted if row.subject == ESTABLISHMENT else None,
        "convention": _sectors(row),
        "profession": row.profession,
    }


def _sectors(row: Row[Any]) -> dict[str, int] | None:
    """Return how many practitioners are of each known sector, or None when nobody's is."""
    counts = {name: getattr(row, name, None) for name in CONVENTIONS}
    return {name: count for name, count in counts.items() if count} or None


def _same_vintage(known: Days, asked: date | None, shown: date) -> bool:
    """Say whether the day asked is told by the same annuaire as the release's own day."""
    return asked is None or known.in_force(PERSON, asked) == known.in_force(PERSON, shown)


def _refuse_sector(query: PracticesQuery, wanted: Wanted) -> None:
    """Raise ParameterError when the sector is asked of establishments, or of another day."""
    if query.convention is None:
        return
    if wanted.profession is not None and wanted.profession.subject != PERSON:
        raise ParameterError("convention", "Un établissement n'a pas de secteur conventionnel.")
    if not wanted.sectors_known:
        raise ParameterError(
            "convention",
            "Le secteur conventionnel n'est connu que pour l'offre de la version publiée.",
            hint="Retirez « at » ou « convention ».",
        )
