"""What the sheet of a territory says: its map, its table beside the commune, its sentences, its sources."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args
from urllib.parse import urlencode

import shapely
from pyproj import Transformer
from sqlalchemy import Connection

from app.api.lookup import Profession, Territory, find_profession
from app.api.measured import densities
from app.api.places import Wanted, whereabouts
from app.api.queries import density_rows
from app.api.sheet_supply import (
    PER,
    SCOPE,
    chart_of,
    communes_of,
    holders_of,
    lines_of,
    name_of,
    sentences_of,
)
from app.api.snapshot import Release
from app.errors import ParameterError
from app.indicators.quality import Source, read_sources
from app.indicators.wording import (
    LEVEL_NAMES,
    Level,
    counted_label,
    density_title,
    density_unit,
    french_date,
)
from app.maps.classes import Band, Valued, bands_of
from app.maps.drawing import INK, ZERO, Drawn, Paint, Shape, paint_of
from app.maps.ground import Outline, ground_of, outlines_of, place_of
from app.maps.paper import Frame, Paper, north_angle
from app.maps.pdf import Sheet
from app.settings import Settings

# What the map of a territory is cut into; a level that is not here is cut into itself.
PARTS: dict[Level, Level] = {
    "qpv": "iris",
    "commune": "iris",
    "epci": "commune",
    "departement": "commune",
    "region": "departement",
    "perimetre": "iris",
}
SheetLevel = Literal["iris", "quartier", "qpv", "commune", "epci", "departement"]
SHEET_LEVELS: tuple[Level, ...] = get_args(SheetLevel)
# How much ground around: what is small is shown in its surroundings.
# Contents of an atlas hold on one page beside its map; its first sheet is page 2.
MOST_ON_OVERVIEW, FIRST_SHEET = 20, 2
AROUND_SMALL, AROUND_LARGE = 0.45, 0.04
LEVEL_SOURCES = {"iris": "iris", "quartier": "quartiers", "qpv": "qpv"}
WGS84 = 4326


@dataclass(frozen=True, slots=True)
class Wished:
    """How a sheet is wished for: its paper, the profession that is mapped, the address of our pages."""

    paper: Paper
    profession: str
    site: str


def sheet_of(connection: Connection, release: Release, territory: Territory, wished: Wished) -> Sheet:
    """Return the sheet of a territory. Raises ParameterError for a profession that does not exist."""
    profession = find_profession(connection, wished.profession)
    name = name_of(connection, territory)
    communes = communes_of(connection, territory)
    holders = holders_of(connection, territory)
    level = PARTS.get(territory.level, territory.level)
    place = place_of(
        connection, territory.id, wished.paper, AROUND_SMALL if territory.infra_communal else AROUND_LARGE
    )
    bands = _bands(connection, level, communes or [territory], profession)
    drawn = _drawn(connection, place.frame, level, territory, bands)
    who = counted_label(profession.label, profession.scope(SCOPE), "weight", feminine=profession.feminine)
    unit = density_unit(PER, profession.population_label)
    title = density_title(who, unit, level, release.vintage)
    return Sheet(
        title=title,
        name=name,
        place=_where(territory, communes, connection),
        sentences=sentences_of(connection, territory, holders, profession),
        unit=f"{who} {unit}",
        part=in_sentence(LEVEL_NAMES[level].label),
        parts=in_sentence(LEVEL_NAMES[level].label_plural),
        compared=holders[0].name if holders else "",
        lines=lines_of(connection, territory, holders, profession),
        chart=chart_of(connection, territory, holders, profession),
        bands=bands,
        map=Drawn(
            **drawn,
            paints=[paint_of(band) for band in bands],
            places=drawn_places(connection, place.frame, Wanted(profession, SCOPE, release.vintage)),
            north=north_angle(place.frame, place.longitude, place.latitude),
        ),
        map_told=f"Carte : {title}. {name} au centre.",
        sources=told_sources(connection, {level, territory.level}),
        release_id=release.id,
        vintage=release.vintage,
        link=_link(wished.site, profession, level, territory, communes),
        current=f"{wished.site.rstrip('/')}/api/v1/releases/{release.id}",
    )


def overview_of(
    connection: Connection, held: Territory, territories: Sequence[Territory], paper: Paper
) -> Drawn | None:
    """Return the map of an atlas, pages written on territories; None for more than a page lists."""
    if len(territories) > MOST_ON_OVERVIEW:
        return None
    beside = Paper(paper.name, paper.width, paper.height, paper.map_width * 0.9, paper.map_height)
    place = place_of(connection, held.id, beside, AROUND_LARGE)
    pages = {one.id: str(rank) for rank, one in enumerate(territories, start=FIRST_SHEET)}
    outlines = outlines_of(connection, place.frame, [territories[0].level])
    return Drawn(
        frame=place.frame,
        ground=[one for one in ground_of(connection, place.frame) if one.kind != "place"],
        outlines=outlines,
        paints=[Paint(ZERO, tuple(pages))],
        quarters=[],
        chosen=None,
        places=[],
        north=north_angle(place.frame, place.longitude, place.latitude),
        # Borders over the streets: it is they that are looked for.
        shapes=[Shape(one.geom, ZERO, INK, 0.5, 0.0) for one in outlines if one.id in pages],
        labels=[(pages[one.id], one.geom) for one in outlines if one.id in pages],
    )


def public_address(settings: Settings) -> str:
    """Return the address of our pages that people know: the setting's, else the one we listen on."""
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def refuse_level(level: Level) -> None:
    """Raise ParameterError for a level whose territories have no sheet."""
    if level not in SHEET_LEVELS:
        raise ParameterError(
            "level",
            f"Le niveau « {LEVEL_NAMES[level].label} » n'a pas de fiche.",
            hint=f"Niveaux possibles : {', '.join(SHEET_LEVELS)}.",
        )


def in_sentence(label: str) -> str:
    """Return a label as inside a sentence; what is written in capitals stays so."""
    return label if label[1:2].isupper() else label[0].lower() + label[1:]


def _where(territory: Territory, communes: Sequence[Territory], connection: Connection) -> str:
    label = LEVEL_NAMES[territory.level].label
    if territory.level == "commune" or not communes:
        return f"{label} {territory.code}"
    names = ", ".join(name_of(connection, commune) for commune in communes)
    return f"{label} {territory.code} · {names}"


def _bands(
    connection: Connection, level: Level, around: Sequence[Territory], profession: Profession
) -> list[Band]:
    rows = [row for one in around for row in connection.execute(density_rows(level, one, profession, SCOPE))]
    values = densities(rows, PER, "weight")
    return bands_of(
        [Valued(row.id, value, row.population) for row, (value, _, _) in zip(rows, values, strict=True)]
    )


def _drawn(
    connection: Connection, frame: Frame, level: Level, territory: Territory, bands: Sequence[Band]
) -> dict[str, Any]:
    levels: list[str] = list(dict.fromkeys([level, territory.level, "qpv"]))
    outlines = outlines_of(connection, frame, levels)
    counted = {one.id for band in bands for one in band.members}
    chosen: Iterable[Outline] = (one for one in outlines if one.id == territory.id)
    return {
        "frame": frame,
        "ground": ground_of(connection, frame),
        "outlines": [one for one in outlines if one.id in counted],
        "quarters": [one for one in outlines if one.level == "qpv"],
        "chosen": next(iter(chosen), None),
    }


def drawn_places(connection: Connection, frame: Frame, wanted: Wanted) -> list[tuple[float, float, int]]:
    """Return (x, y, practitioners) of each place of practice that is located inside the frame."""
    rows = whereabouts(connection, wanted)
    if not rows:
        return []
    to_frame = Transformer.from_crs(WGS84, frame.srid, always_xy=True)
    x, y = to_frame.transform([row.lon for row in rows], [row.lat for row in rows])
    people: dict[tuple[float, float], int] = {}
    for at in zip(x, y, strict=True):
        people[at] = people.get(at, 0) + 1
    inside = shapely.box(*frame.box)
    return [(*at, count) for at, count in people.items() if inside.covers(shapely.Point(at))]


def told_sources(connection: Connection, levels: set[Level]) -> list[str]:
    """Return what the sheet was made of, with its date and licence; the newest file of each register."""
    used = {"annuaire", "finess", "iris_population", "filosofi", "qpv", "osm"}
    used |= {LEVEL_SOURCES.get(level, "communes") for level in levels}
    newest: dict[str, Source] = {}
    for one in read_sources(connection):
        if one.register in used and (
            one.register not in newest or newest[one.register].vintage < one.vintage
        ):
            newest[one.register] = one
    return [f"{one.label} ({french_date(one.vintage)}, {one.licence})" for one in newest.values()]


def _link(
    site: str, profession: Profession, level: Level, territory: Territory, communes: Sequence[Territory]
) -> str:
    query = {"qui": profession.slug, "echelle": level}
    held = communes[0] if len(communes) == 1 else territory
    if held.id != territory.id or territory.level != level:
        query["dans"] = f"{held.level}:{held.code}"
    if territory.level == level:
        query["territoire"] = f"{territory.level}:{territory.code}"
    return f"{site.rstrip('/')}/?{urlencode(query, safe=':')}"
