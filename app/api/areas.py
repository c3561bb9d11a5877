"""Drawn areas: what their file holds, and what is known of each of them. Nothing of it is stored."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import shapely
from sqlalchemy import Connection
from starlette.requests import Request

from app.api.history import days
from app.api.lookup import ESTABLISHMENT, PERSON, Profession, professions
from app.api.measured import DIGITS, Counted, counted, densities
from app.errors import ParameterError
from app.indicators.area_supply import NOBODY, area_supply, area_unlocated
from app.indicators.wording import Scope
from app.sources.areas import (
    FORMS,
    MOST_KM2,
    MOST_VERTICES,
    TOO_DETAILED,
    Area,
    RefusedArea,
    as_collection,
    read_areas,
)
from app.sources.texts import french_count
from app.territory.areas import AreaCommune, AreaPeople, area_communes, area_people

MOST_BYTES = 10 << 20
# What a compressed file may hold once unpacked.
MOST_UNPACKED = 40 << 20
SQLITE = b"SQLite format 3\x00"
ZIP = b"PK"
OUTSIDE = (
    "La zone est hors de l'observatoire : aucune commune publiée n'en tient plus de 5 %.",
    "Les communes publiées sont à l'adresse /api/v1/territories?level=commune.",
)


async def read_body(request: Request) -> bytes:
    """Return the body of a request. Raises ParameterError when there is none, or too much."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise ParameterError(
                "zone",
                f"La demande dépasse {MOST_BYTES >> 20} Mo. Rien n'a été modifié.",
                hint="Simplifiez le tracé, ou demandez les polygones en plusieurs fois.",
            )
    if not body:
        raise ParameterError("zone", "La demande ne contient aucune zone.", hint=FORMS)
    return bytes(body)


def drawn_areas(body: bytes) -> tuple[list[Area], list[RefusedArea]]:
    """Return the polygons of a body, and those that cannot be asked about.

    Raises SourceError for a body that is no layer of polygons; ParameterError when none can be used, or
    when they are too large together.
    """
    # In GeoJSON each vertex opens a bracket: what holds too many is known before anything is parsed.
    if body.count(b"[") > 2 * MOST_VERTICES and not body.startswith((SQLITE, ZIP)):
        raise ParameterError("zone", f"{TOO_DETAILED[0]}.", hint=TOO_DETAILED[1])
    with TemporaryDirectory(prefix="observatoire-zone-") as folder:
        path = Path(folder) / ("zone.gpkg" if body.startswith(SQLITE) else "zone")
        path.write_bytes(as_collection(body))
        areas, refused = read_areas(path, max_bytes=MOST_UNPACKED)
    refuse_all(areas, refused)
    if sum(area.km2 for area in areas) > MOST_KM2:
        raise ParameterError(
            "zone",
            f"Les zones couvrent ensemble plus de {french_count(round(MOST_KM2))} km².",
            hint="Demandez-les en plusieurs fois.",
        )
    return areas, refused


def refuse_all(areas: list[Area], refused: list[RefusedArea]) -> None:
    """Raise ParameterError, saying what is wrong with the first one, when no area is left."""
    if not areas:
        raise ParameterError("zone", refused[0].detail, hint=refused[0].hint)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of areas is asked: a scope, the people that densities are for, the days of supply."""

    scope: Scope
    per: int
    people_day: date
    places_day: date
    professions: list[Profession]


def asked_of(connection: Connection, scope: Scope, per: int, vintage: date) -> Asked:
    """Return what is asked of the published release, on its own day."""
    known = days(connection)
    return Asked(
        scope,
        per,
        known.in_force(PERSON, vintage),
        known.in_force(ESTABLISHMENT, vintage),
        professions(connection),
    )


def area_item(connection: Connection, area: Area, asked: Asked) -> dict[str, object] | RefusedArea:
    """Return what is known of an area: where it is, who lives there, what is practised there."""
    communes = area_communes(connection, area.geometry)
    if not communes:
        return RefusedArea(area.index, area.code, area.name, *OUTSIDE)
    people = area_people(connection, area.geometry)
    return {
        **_where(area, communes),
        "population": _rounded(people.values.get(("all", "T"))),
        "population_method": people.method,
        "imputed_share": _rounded(people.imputed_share),
        "coverage": _rounded(people.coverage),
        "populations": [
            {"age_class": age, "sex": sex, "value": _rounded(value)}
            for (age, sex), value in people.values.items()
        ],
        "densities": _densities(connection, area.geometry, asked, communes, people),
    }


def _where(area: Area, communes: tuple[AreaCommune, ...]) -> dict[str, object]:
    return {
        "index": area.index,
        "code": area.code,
        "name": area.name,
        "area_km2": _rounded(area.km2),
        "mended": area.mended,
        "communes": [
            {"code": commune.code, "name": commune.name, "share": _rounded(commune.share)}
            for commune in communes
        ],
    }


def _densities(
    connection: Connection,
    geometry: shapely.Geometry,
    asked: Asked,
    communes: tuple[AreaCommune, ...],
    people: AreaPeople,
) -> list[dict[str, object]]:
    found = area_supply(connection, geometry, asked.scope, asked.people_day, asked.places_day)
    lost = area_unlocated(connection, [commune.id for commune in communes], asked.scope)
    rows = []
    for profession in asked.professions:
        population = people.values.get((profession.population_age, profession.population_sex))
        count = found.get(profession.id, NOBODY)
        rows.append(
            Counted(population, count.headcount, count.weight, count.sites)
            if profession.loaded
            else Counted(population, None, None, None)
        )
    return [
        {
            "profession": profession.slug,
            "label": profession.label,
            "population_label": profession.population_label,
            **counted(row),
            "density": value,
            "per": asked.per,
            "ci_low": low,
            "ci_high": high,
            "unlocated": lost.get(profession.id, 0) if profession.loaded else None,
        }
        for profession, row, (value, low, high) in zip(
            asked.professions, rows, densities(rows, asked.per, "weight"), strict=True
        )
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
