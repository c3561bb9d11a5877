"""Rows of counts turned into items of a density answer: values, intervals, nulls."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
from sqlalchemy import Row

from app.indicators.density import Floats, density, density_interval
from app.indicators.wording import Measure

# Digits kept after the point: well under what anybody reads, and a third of the bytes.
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts that no row of the base holds, in the columns that densities are computed from."""

    population: float | None
    headcount: int | None
    weight: float | None
    sites: int | None


def column(rows: Sequence[Row[Any] | Counted], name: str) -> Floats:
    """Return one column of rows as an array; unknown is NaN."""
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


def known(values: Floats) -> list[float | None]:
    """Return rounded values, None where unknown.

    >>> known(np.array([1.23456789, np.nan]))
    [1.234568, None]
    """
    return [or_none(value) for value in np.round(values, DIGITS).tolist()]


def or_none[T: float](value: T) -> T | None:
    """Return a value, None where it is not known."""
    return None if isnan(value) else value


def densities(
    rows: Sequence[Row[Any] | Counted], per: int, measure: Measure
) -> list[tuple[float | None, float | None, float | None]]:
    """Return (density, low, high) of each row that has a population, a head-count, a weight and sites.

    The interval is that of whole counts, sites when sites are measured, head-counts otherwise (METHODS 4),
    brought to the measure shown when that is the weight.
    """
    population = column(rows, "population")
    values = density(column(rows, measure), population, per)
    whole = column(rows, "sites" if measure == "sites" else "headcount")
    weight = column(rows, "weight") if measure == "weight" else None
    low, high = density_interval(whole, population, per, weight=weight)
    return list(zip(known(values), known(low), known(high), strict=True))


def counted(row: Row[Any] | Counted) -> dict[str, object]:
    """Return the members that say how many there are and out of whom; None is unknown."""
    population, weight = row.population, row.weight
    return {
        "population": None if population is None else round(population, DIGITS),
        "headcount": row.headcount,
        "weight": None if weight is None else round(weight, DIGITS),
        "sites": row.sites,
    }
