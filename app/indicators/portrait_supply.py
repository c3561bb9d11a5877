"""The supply of a territory and how it moved, read for portraits: liberal practitioners, establishments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.indicators.cells import positions
from app.indicators.density import Floats, density, density_interval
from app.indicators.portrait_clauses import change_said, density_said, number_said, people_said, stay_said
from app.indicators.portrait_scores import who_of
from app.indicators.portrait_values import Around, Elsewhere, Measured, Trend, menu
from app.indicators.trend import beyond_chance, chance, net_change, stay_years
from app.indicators.wording import density_unit, population_label

PER = 100_000
PACKAGE = "app.indicators"
REGISTERS = {"person": "annuaire", "establishment": "finess"}


class People(NamedTuple):
    """How many, and which part of them INSEE imputed, 0 to 1; None where that has no sense."""

    value: float
    imputed_share: float | None


@dataclass(frozen=True, slots=True)
class Supply:
    """Arrays (professions, territories) in the orders of the menu and of ``Around.ids``; NaN is unknown."""

    professions: Sequence[Row[Any]]
    vintages: Mapping[str, Sequence[date]]
    france: Mapping[str, Elsewhere]
    population: Floats
    counts: Mapping[str, Floats]
    past: Mapping[str, Floats]

    def days(self, rank: int) -> Sequence[date]:
        """Return the vintages of a profession's register, oldest first."""
        return self.vintages.get(REGISTERS[self.professions[rank].subject], ())


def read_supply(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield density, head-count, sites, change and length of stay of each profession.

    One whose register was never loaded is unknown: its figures are NaN, not 0.
    """
    supply = around.once(supply_of, connection)
    trends = _trends(supply)
    weight, heads = supply.counts["weight"], supply.counts["headcount"]
    values = density(weight, supply.population, PER)
    low, high = density_interval(
        np.nan_to_num(heads).ravel(), supply.population.ravel(), PER, weight=np.nan_to_num(weight).ravel()
    )
    bounds = tuple(np.where(np.isnan(heads), np.nan, bound.reshape(heads.shape)) for bound in (low, high))
    for rank, row in enumerate(supply.professions):
        people = population_label(row.population_age, row.population_sex)
        yield Measured(
            indicator="density",
            subject=who_of(row),
            unit=density_unit(PER, people),
            value=values[rank],
            low=bounds[0][rank],
            high=bounds[1][rank],
            profession=row.slug,
            said=density_said(
                values[rank, 0],
                density_unit(PER, people),
                people_said(row.subject, heads[rank, 0], weight[rank, 0]),
                supply.population[rank, 0],
                people,
            ),
            trend=trends[rank],
            france=supply.france.get(row.slug),
        )
        yield from _numbers(supply, rank, trends[rank])
        yield from _moves(supply, rank, trends[rank])


def _numbers(supply: Supply, rank: int, trend: Trend | None) -> Iterator[Measured]:
    row = supply.professions[rank]
    heads, sites = supply.counts["headcount"][rank], supply.counts["sites"][rank]
    who = "praticien" if row.subject == "person" else "établissement"
    yield Measured(
        indicator="headcount",
        subject=who_of(row),
        unit=f"{who}s",
        value=heads,
        profession=row.slug,
        said=number_said(heads[0], who),
        trend=trend,
    )
    yield Measured(
        indicator="sites",
        subject=who_of(row),
        unit="lieux d'exercice",
        value=sites,
        profession=row.slug,
        said=number_said(sites[0], "lieu d'exercice", "lieux d'exercice"),
    )


def _moves(supply: Supply, rank: int, trend: Trend | None) -> Iterator[Measured]:
    """Yield how many more there are since the first vintage, and how long those who came since then stay."""
    if trend is None:
        return
    row, past = supply.professions[rank], supply.past
    change = net_change(past["entries"][rank], past["exits"][rank])
    yield Measured(
        indicator="change",
        subject=who_of(row),
        unit="praticiens" if row.subject == "person" else "établissements",
        value=change,
        profession=row.slug,
        said=change_said(change[0], "praticien" if row.subject == "person" else "établissement"),
        trend=trend,
    )
    if row.subject == "person":
        days, stays = past["median_days"][rank], past["stays"][rank]
        years = stay_years(np.where(days > 0, days, np.nan))
        yield Measured(
            indicator="median_stay",
            subject=who_of(row),
            unit="ans",
            value=years,
            base=stays,
            profession=row.slug,
            said=stay_said(years[0], stays[0], past["ongoing"][rank, 0]),
        )


def _trends(supply: Supply) -> list[Trend | None]:
    """Return the past of the territory by profession; all of them are told beyond chance together."""
    entries, exits = (np.nan_to_num(supply.past[name][:, 0]) for name in ("entries", "exits"))
    p = chance(entries, exits)
    established = beyond_chance(p)
    found: list[Trend | None] = []
    for rank in range(len(supply.professions)):
        days = supply.days(rank)
        if not supply.professions[rank].dated or len(days) < 2 or np.isnan(supply.past["first"][rank, 0]):
            found.append(None)
            continue
        before = float(supply.past["first"][rank, 0])
        after = before + float(entries[rank] - exits[rank])
        moved = (int(entries[rank]), int(exits[rank]))
        found.append(Trend(days[0], before, after, *moved, float(p[rank]), bool(established[rank])))
    return found


def supply_of(connection: Connection, around: Around) -> Supply:
    """Read who practises and who lives in the territories of a portrait."""
    professions = around.shared.once(menu, connection)
    kinds = [f"{row.population_age} {row.population_sex}" for row in professions]
    people = {kind: people_in(connection, around, kind) for kind in dict.fromkeys(kinds)}
    return Supply(
        professions,
        around.shared.once(_days, connection),
        around.shared.once(_france, connection),
        np.array([people[kind] for kind in kinds]),
        _arrays(connection, around, "portrait_counts", ("headcount", "weight", "sites", "unlocated")),
        _arrays(
            connection,
            around,
            "portrait_past",
            ("entries", "exits", "first", "stays", "ongoing", "median_days"),
        ),
    )


def people_of(connection: Connection, around: Around) -> Mapping[int, Mapping[str, People]]:
    """Return the people of each territory by « age sex », for example « all T »."""
    rows = connection.execute(load(PACKAGE, "portrait_people"), {"ids": list(around.ids)})
    return {
        number: dict(zip(named, map(People, population, imputed), strict=True))
        for number, named, population, imputed in rows
    }


def people_in(connection: Connection, around: Around, kind: str) -> Floats:
    """Return the people of a kind in each territory; NaN is unknown."""
    living = around.once(people_of, connection)
    return np.array(
        [living[one][kind].value if kind in living.get(one, ()) else np.nan for one in around.ids]
    )


def _days(connection: Connection) -> Mapping[str, Sequence[date]]:
    return {row.register: row.vintages for row in connection.execute(load(PACKAGE, "portrait_days"))}


def _france(connection: Connection) -> Mapping[str, Elsewhere]:
    rows = connection.execute(load(PACKAGE, "portrait_france"))
    return {row.profession: Elsewhere(row.density, row.origin) for row in rows}


def _arrays(
    connection: Connection, around: Around, statement: str, names: Sequence[str]
) -> dict[str, Floats]:
    """Return each column of a statement as (professions, territories), in the orders of ``Supply``.

    Nobody counted is 0 where the register is loaded, unknown where it never was.
    """
    professions = around.shared.once(menu, connection)
    rows = connection.execute(load(PACKAGE, statement), {"ids": list(around.ids)}).all()
    loaded = np.array([[row.subject in around.loaded] for row in professions])
    blank = np.where(loaded, np.zeros((len(professions), len(around.ids))), np.nan)
    place = {number: rank for rank, number in enumerate(around.ids)}
    order = np.argsort([row.id for row in professions])
    numbers = np.array([row.id for row in professions], dtype=np.int64)[order]
    keys = np.array([key for row in rows for key in row.named], dtype=np.int64)
    columns = np.repeat(
        np.array([place[row.territory_id] for row in rows], dtype=np.intp), [len(row.named) for row in rows]
    )
    at = positions(numbers, keys)
    there = at >= 0
    cells = (order[at[there]], columns[there])
    found = {}
    for name in names:
        values = np.array([value for row in rows for value in getattr(row, name)], dtype=np.float64)
        filled = blank.copy()
        filled[cells] = values[there]
        found[name] = np.where(loaded, filled, np.nan)
    return found
