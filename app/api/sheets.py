"""What the sheet of a territory says: its map, its table beside the commune, its sentences, its sources."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args
from urllib.parse import urlencode

import shapely
from pyproj import Transformer
from sqlalchemy import Connection, select

from app.api import views
from app.api.lookup import Profession, Territory, find_profession, professions
from app.api.measured import densities
from app.api.places import Wanted, whereabouts
from app.api.queries import density_rows
from app.api.snapshot import Release
from app.errors import ParameterError
from app.indicators.quality import Source, read_sources
from app.indicators.verdict import Verdict, established
from app.indicators.wording import (
    LEVEL_NAMES,
    Level,
    Scope,
    counted_label,
    density_title,
    density_unit,
    french_date,
    french_integer,
    french_number,
)
from app.maps.classes import Band, Valued, bands_of
from app.maps.drawing import Drawn, paint_of
from app.maps.ground import Outline, ground_of, outlines_of, place_of
from app.maps.paper import Frame, Paper, north_angle
from app.maps.pdf import Line, Sheet
from app.settings import Settings

PER = 100_000
SCOPE: Scope = "liberal"
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
AROUND_SMALL, AROUND_LARGE = 0.45, 0.04
LEVEL_SOURCES = {"iris": "iris", "quartier": "quartiers", "qpv": "qpv"}
WGS84 = 4326
DASH = "–"
VERDICTS: dict[Verdict, str] = {
    "higher": "La densité est plus élevée ici.",
    "lower": "La densité est plus faible ici.",
    "not_established": "Pas de différence établie.",
    "unknown": "",
}


@dataclass(frozen=True, slots=True)
class Wished:
    """How a sheet is wished for: its paper, the profession that is mapped, the address of our pages."""

    paper: Paper
    profession: str
    site: str


def sheet_of(connection: Connection, release: Release, territory: Territory, wished: Wished) -> Sheet:
    """Return the sheet of a territory. Raises ParameterError for a profession that does not exist."""
    profession = find_profession(connection, wished.profession)
    name = _name(connection, territory)
    communes = _communes(connection, territory)
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
        sentences=_sentences(connection, territory, communes, profession),
        unit=f"{who} {unit}",
        part=_small(LEVEL_NAMES[level].label),
        parts=_small(LEVEL_NAMES[level].label_plural),
        compared=_compared(communes, connection),
        lines=_lines(connection, territory, communes, profession),
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


def _name(connection: Connection, territory: Territory) -> str:
    t = views.territory.c
    name: str = connection.execute(select(t.name).where(t.id == territory.id)).scalar_one()
    return name


def _communes(connection: Connection, territory: Territory) -> list[Territory]:
    """Return the communes that hold a territory, itself if it is one; none above the commune."""
    if territory.level == "commune":
        return [territory]
    t = views.territory.c
    rows = connection.execute(
        select(t.id, t.level, t.code, t.parents)
        .where(t.level == "commune", t.id.in_(territory.parents))
        .order_by(t.code)
    )
    return [Territory(row.id, row.level, row.code, tuple(row.parents)) for row in rows]


def _small(label: str) -> str:
    """Return a label as inside a sentence; what is written in capitals stays so."""
    return label if label[1:2].isupper() else label[0].lower() + label[1:]


def _where(territory: Territory, communes: Sequence[Territory], connection: Connection) -> str:
    label = LEVEL_NAMES[territory.level].label
    if territory.level == "commune" or not communes:
        return f"{label} {territory.code}"
    names = ", ".join(_name(connection, commune) for commune in communes)
    return f"{label} {territory.code} · {names}"


def _compared(communes: Sequence[Territory], connection: Connection) -> str:
    return _name(connection, communes[0]) if len(communes) == 1 else "Communes"


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


def _measured(
    connection: Connection, territory: Territory, profession: Profession
) -> tuple[Any, tuple[float | None, float | None, float | None]]:
    """Return the counts of one territory and its (density, low, high)."""
    rows = connection.execute(density_rows(territory.level, territory, profession, SCOPE)).all()
    row = next(row for row in rows if row.id == territory.id)
    return row, densities([row], PER, "weight")[0]


def _joint(connection: Connection, territories: Sequence[Territory], profession: Profession) -> float | None:
    """Return the density of territories together, None when it is unknown."""
    found = [_measured(connection, one, profession)[0] for one in territories]
    if not found or any(row.weight is None or row.population is None for row in found):
        return None
    people = sum(row.population for row in found)
    return PER * sum(row.weight for row in found) / people if people else None


def _sentences(
    connection: Connection, territory: Territory, communes: Sequence[Territory], profession: Profession
) -> list[str]:
    row, (value, low, high) = _measured(connection, territory, profession)
    who = profession.label[0].lower() + profession.label[1:]
    if value is None or low is None or high is None:
        return [f"La densité de {who} n'est pas connue ici : la population ou le registre manque."]
    answer = (
        f"{french_number(value)} {who} pour {french_integer(PER)} {profession.population_label}, entre "
        f"{french_number(low)} et {french_number(high)} avec 95 % de confiance."
    )
    subject = "praticien" if profession.scope(SCOPE) else "établissement"
    plural = "s" if row.headcount > 1 else ""
    people = french_integer(round(row.population))
    sentences = [
        answer,
        f"{row.headcount} {subject}{plural} pour {people} {profession.population_label}.",
    ]
    joint = _joint(connection, communes, profession) if territory.level != "commune" else None
    if joint is not None:
        held = "la commune" if len(communes) == 1 else "les communes"
        sentences.append(
            f"Dans {held} : {french_number(joint)}. {VERDICTS[established([low], [high], [joint])[0]]}"
        )
    ages = _ages(connection, territory)
    if ages:
        sentences.append(ages)
    if row.unlocated:
        sentences.append(
            f"{row.unlocated} non localisé{'s' if row.unlocated > 1 else ''} dans la commune, "
            "hors du compte des quartiers."
        )
    return sentences


def _ages(connection: Connection, territory: Territory) -> str:
    """Return who lives there, in one sentence; empty where ages are unknown."""
    c = views.population.c
    rows = connection.execute(
        select(c.age_class, c.value).where(
            c.territory_id == territory.id, c.sex == "T", c.age_class.in_(("all", "0-14", "75+"))
        )
    )
    people = {row.age_class: row.value for row in rows}
    if len(people) < 3 or not people["all"]:
        return ""
    young, old = (round(100 * people[age] / people["all"]) for age in ("0-14", "75+"))
    return (
        f"{french_integer(round(people['all']))} habitants, dont {young} % de moins de 15 ans et {old} % de "
        "75 ans et plus."
    )


def _lines(
    connection: Connection, territory: Territory, communes: Sequence[Territory], chosen: Profession
) -> list[Line]:
    """Return the table: professions of first and second recourse, pharmacies, and the one that is mapped."""
    wanted = [
        one
        for one in professions(connection)
        if one.recourse is not None or one.slug in {chosen.slug, "pharmacie"}
    ]
    return [_line(connection, territory, communes, one, chosen=one.slug == chosen.slug) for one in wanted]


def _line(
    connection: Connection,
    territory: Territory,
    communes: Sequence[Territory],
    profession: Profession,
    *,
    chosen: bool,
) -> Line:
    row, (value, low, high) = _measured(connection, territory, profession)
    return Line(
        label=profession.label,
        headcount=DASH if row.headcount is None else french_integer(row.headcount),
        density=_figure(value),
        interval="" if low is None or high is None else f"{_figure(low)} – {_figure(high)}",
        commune=_figure(_joint(connection, communes, profession)),
        chosen=chosen,
    )


def _figure(value: float | None) -> str:
    """Return a density as the table prints it; a dash where it is unknown."""
    if value is None:
        return DASH
    return french_number(value) if value else "0"


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
