"""What a sheet says of the supply of a territory: sentences, a table and a chart beside what holds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.api import views
from app.api.lookup import Profession, Territory, professions
from app.api.measured import densities
from app.api.queries import density_rows
from app.indicators.verdict import Verdict, established
from app.indicators.wording import (
    LEVELS,
    Level,
    Scope,
    counted_label,
    density_unit,
    french_integer,
    french_number,
)
from app.maps.charts.dots import Dot, Scale, draw_dots
from app.maps.pdf import Line

PER = 100_000
SCOPE: Scope = "liberal"
DASH = "–"
# More would push the table of an A4 sheet into its foot.
MOST_HOLDERS = 3
VERDICTS: dict[Verdict, str] = {
    "higher": "La densité est plus élevée ici.",
    "lower": "La densité est plus faible ici.",
    "not_established": "Pas de différence établie.",
    "unknown": "",
}
# What a territory is compared with, the nearest first.
ABOVE: tuple[Level, ...] = ("commune", "epci", "departement", "region")


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds a territory: one, or the communes that share it, and what they are called."""

    name: str
    territories: tuple[Territory, ...]


def name_of(connection: Connection, territory: Territory) -> str:
    """Return the name of a territory."""
    t = views.territory.c
    name: str = connection.execute(select(t.name).where(t.id == territory.id)).scalar_one()
    return name


def communes_of(connection: Connection, territory: Territory) -> list[Territory]:
    """Return the communes that hold a territory, itself if it is one; none above the commune."""
    if territory.level == "commune":
        return [territory]
    return _held_by(connection, territory, "commune")


def holders_of(connection: Connection, territory: Territory) -> list[Holder]:
    """Return what holds a territory, the nearest first."""
    found = []
    for level in ABOVE:
        above = _held_by(connection, territory, level)
        if LEVELS.index(level) > LEVELS.index(territory.level) and above:
            name = name_of(connection, above[0]) if len(above) == 1 else "Ses communes"
            found.append(Holder(name, tuple(above)))
    return found


def _held_by(connection: Connection, territory: Territory, level: Level) -> list[Territory]:
    t = views.territory.c
    rows = connection.execute(
        select(t.id, t.level, t.code, t.parents)
        .where(t.level == level, t.id.in_(territory.parents))
        .order_by(t.code)
    )
    return [Territory(row.id, row.level, row.code, tuple(row.parents)) for row in rows]


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


def sentences_of(
    connection: Connection, territory: Territory, holders: Sequence[Holder], profession: Profession
) -> list[str]:
    """Return how dense the supply is, beside what holds the territory, and who lives there."""
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
    joint = _joint(connection, holders[0].territories, profession) if holders else None
    if joint is not None:
        verdict = VERDICTS[established([low], [high], [joint])[0]]
        sentences.append(f"{holders[0].name} : {french_number(joint)}. {verdict}")
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


def lines_of(
    connection: Connection, territory: Territory, holders: Sequence[Holder], chosen: Profession
) -> list[Line]:
    """Return the table: professions of first and second recourse, pharmacies, and the one that is mapped."""
    wanted = [
        one
        for one in professions(connection)
        if one.recourse is not None or one.slug in {chosen.slug, "pharmacie"}
    ]
    beside = holders[0].territories if holders else ()
    return [_line(connection, territory, beside, one, chosen=one.slug == chosen.slug) for one in wanted]


def _line(
    connection: Connection,
    territory: Territory,
    beside: Sequence[Territory],
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
        commune=_figure(_joint(connection, beside, profession)),
        chosen=chosen,
    )


def _figure(value: float | None) -> str:
    """Return a density as the table prints it; a dash where it is unknown."""
    if value is None:
        return DASH
    return french_number(value) if value else "0"


def chart_of(
    connection: Connection, territory: Territory, holders: Sequence[Holder], profession: Profession
) -> str:
    """Return the dots of the territory and of each territory that holds it, as SVG."""
    own = Holder(name_of(connection, territory), (territory,))
    rows = []
    for holder in (own, *holders[:MOST_HOLDERS]):
        if len(holder.territories) == 1:
            _, (value, low, high) = _measured(connection, holder.territories[0], profession)
        else:
            value, low, high = _joint(connection, holder.territories, profession), None, None
        rows.append(
            Dot(holder.name, value, low, high, "unknown" if value is None else "known", own=holder is own)
        )
    unit = density_unit(PER, profession.population_label)
    who = counted_label(profession.label, profession.scope(SCOPE), "weight", feminine=profession.feminine)
    return str(draw_dots("comparaison", f"{who} {unit}", rows, Scale(unit)))
