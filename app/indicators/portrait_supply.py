"""The supply of a territory and how it moved, read for portraits: liberal practitioners, establishments."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.indicators.density import Floats, density, density_interval
from app.indicators.portrait_values import Around, Elsewhere, Measured, Trend
from app.indicators.trend import beyond_chance, chance, net_change, stay_years
from app.indicators.wording import (
    Scope,
    counted_label,
    density_unit,
    french_integer,
    french_number,
    population_label,
)

PER = 100_000
PACKAGE = "app.indicators"
REGISTERS = {"person": "annuaire", "establishment": "finess"}


def read_supply(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield density, head-count, sites, change and length of stay of each profession that is loaded.

    A profession whose register was never loaded is unknown: its figures are NaN, not 0.
    """
    rows = connection.execute(load(PACKAGE, "portrait_supply"), {"ids": list(around.ids)}).all()
    france = {
        row.profession: Elsewhere(row.density, row.origin)
        for row in connection.execute(load(PACKAGE, "portrait_france"))
    }
    days: Mapping[str, Sequence[date]] = {
        row.register: row.vintages for row in connection.execute(load(PACKAGE, "portrait_days"))
    }
    trends = _trends(rows, days)
    for row, trend in zip(rows, trends, strict=True):
        loaded = row.subject in around.loaded
        yield from _counts(row, france.get(row.slug), trend if loaded else None, loaded=loaded)
        yield from _moves(row, days.get(REGISTERS[row.subject], ()), trend, loaded=loaded)


def _counts(
    row: Row[Any], france: Elsewhere | None, trend: Trend | None, *, loaded: bool
) -> Iterator[Measured]:
    population = np.array(row.population, dtype=np.float64)
    headcount, weight, sites = (
        _counted(row, name, loaded=loaded) for name in ("headcount", "weight", "sites")
    )
    low, high = density_interval(np.nan_to_num(headcount), population, PER, weight=np.nan_to_num(weight))
    unit = density_unit(PER, population_label(row.population_age, row.population_sex))
    yield Measured(
        indicator="density",
        subject=_who(row, "weight"),
        unit=unit,
        value=density(weight, population, PER),
        low=np.where(np.isnan(headcount), np.nan, low),
        high=np.where(np.isnan(headcount), np.nan, high),
        profession=row.slug,
        said=_density_said(row, headcount, weight, population, unit),
        trend=trend,
        france=france,
    )
    for name, counts, unit in (("headcount", headcount, _one(row)), ("sites", sites, "lieux d'exercice")):
        yield Measured(
            indicator=name,
            subject=_who(row, "weight" if name == "headcount" else "sites"),
            unit=unit,
            value=counts,
            profession=row.slug,
            said="" if np.isnan(counts[0]) else f"{french_integer(int(counts[0]))} {unit}",
            trend=trend if name == "headcount" else None,
        )


def _moves(
    row: Row[Any], vintages: Sequence[date], trend: Trend | None, *, loaded: bool
) -> Iterator[Measured]:
    """Yield how many more there are since the first vintage, and how long those who came since then stay."""
    if len(vintages) < 2:
        return
    entries, exits, stays = (_counted(row, name, loaded=loaded) for name in ("entries", "exits", "stays"))
    change = net_change(entries, exits)
    since = "" if trend is None else f"{change[0]:+.0f} {_one(row)}".replace("-", "−")
    yield Measured(
        indicator="change",
        subject=_who(row, "weight"),
        unit=_one(row),
        value=change,
        profession=row.slug,
        said=since,
        trend=trend,
    )
    if row.subject == "person":
        years = stay_years(np.array(row.median_days, dtype=np.float64))
        yield Measured(
            indicator="median_stay",
            subject=_who(row, "weight"),
            unit="ans",
            value=years,
            base=stays,
            profession=row.slug,
            said=_stay_said(row, years[0]),
        )


def _trends(rows: Sequence[Row[Any]], days: Mapping[str, Sequence[date]]) -> list[Trend | None]:
    """Return the past of the territory by profession; all professions are told beyond chance together."""
    moved = np.array([[row.entries[0] or 0, row.exits[0] or 0] for row in rows], dtype=np.float64)
    moved = moved.reshape(-1, 2)
    p = chance(moved[:, 0], moved[:, 1])
    established = beyond_chance(p)
    found: list[Trend | None] = []
    for row, (entries, exits), value, beyond in zip(rows, moved, p, established, strict=True):
        vintages = days.get(REGISTERS[row.subject], ())
        if len(vintages) < 2:
            found.append(None)
            continue
        before = float(row.before[0] or 0)
        after = before + float(net_change(entries, exits))
        found.append(Trend(vintages[0], before, after, int(entries), int(exits), float(value), bool(beyond)))
    return found


def _counted(row: Row[Any], name: str, *, loaded: bool) -> Floats:
    """Return counts over the territories: 0 where nobody is counted, unknown without the register."""
    counts = np.array(getattr(row, name), dtype=np.float64)
    return np.nan_to_num(counts) if loaded else np.full(len(counts), np.nan)


def _who(row: Row[Any], measure: str) -> str:
    scope: Scope | None = "liberal" if row.subject == "person" else None
    return counted_label(row.label, scope, "sites" if measure == "sites" else "weight", feminine=row.feminine)


def _one(row: Row[Any]) -> str:
    return "praticiens" if row.subject == "person" else "établissements"


def _density_said(row: Row[Any], headcount: Floats, weight: Floats, population: Floats, unit: str) -> str:
    if np.isnan([headcount[0], population[0]]).any() or population[0] <= 0:
        return ""
    who = f"{french_integer(int(headcount[0]))} {_one(row)}"
    if round(weight[0], 1) != headcount[0]:
        who = f"{who} comptant pour {french_number(weight[0])}"
    people = population_label(row.population_age, row.population_sex)
    value = french_number(PER * weight[0] / population[0])
    return f"{value} {unit} ({who}, {french_integer(round(population[0]))} {people})"


def _stay_said(row: Row[Any], years: float) -> str:
    if np.isnan(years):
        return ""
    return (
        f"la moitié de ceux qui sont arrivés depuis le premier millésime restent {french_number(years)} ans "
        f"ou plus ({french_integer(row.stays[0])} arrivées, {french_integer(row.ongoing or 0)} en cours)"
    )
