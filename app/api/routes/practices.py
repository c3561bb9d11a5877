"""Places of practice, without the name of anybody."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Row
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import to_csv, to_features, to_json, to_list
from app.api.deps import published
from app.api.documented import documented
from app.api.doubtful import refuse_doubtful
from app.api.history import Days, days
from app.api.lookup import ESTABLISHMENT, PERSON, find_profession, find_within
from app.api.parameters import MAP_FORMS, PracticesQuery, parse_box
from app.api.places import Wanted, sites, unlocated
from app.api.queries import LOCATED_CLASSES
from app.api.schemas.practices import PracticeList
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

    En geojson, seuls les lieux localisés ; en json et csv, les autres aussi, sans coordonnées.
    """
    with published(request, release=query.release, form=query.format, offered=MAP_FORMS) as ask:
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
        rows = sites(ask.connection, wanted, query.limit + 1)
        items = [_item(row) for row in rows[: query.limit]]
        if ask.form == "csv":
            return ask.answer(
                to_csv(COLUMNS, map(_in_cells, items)), file_name=f"lieux-{query.profession or 'tous'}"
            )
        head = {
            **_echoed(query, wanted, known),
            "truncated": len(rows) > query.limit,
            "unlocated": unlocated(ask.connection, wanted),
        }
        if ask.form == "geojson":
            features = ((row.site_id, item, _point(item)) for row, item in zip(rows, items, strict=False))
            return ask.answer(to_features(ask.envelope(), features, count=len(items), **head))
        return ask.answer(to_list(ask.envelope(), items, **head))


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
        "limit": query.limit,
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


def _in_cells(item: dict[str, Any]) -> dict[str, Any]:
    sectors = item["convention"] or {}
    return item | {"convention": [f"{name}:{count}" for name, count in sectors.items()] or None}


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


def _point(item: dict[str, object]) -> str:
    return to_json({"type": "Point", "coordinates": [item["lon"], item["lat"]]}).decode()
