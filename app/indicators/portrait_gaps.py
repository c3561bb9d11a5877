"""A QPV against the rest of its communes, read for its portrait."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.indicators.density import Floats, density
from app.indicators.gap_reading import astride, load_parts, load_people, load_places
from app.indicators.gap_words import rest_of
from app.indicators.gaps import Area, Place, people_sides
from app.indicators.portrait_scores import who_of
from app.indicators.portrait_values import Around, Measured, menu
from app.indicators.ratio import parity, rate_difference, rate_ratio, ratio_interval
from app.indicators.wording import Level, density_unit, french_number, population_label

PACKAGE = "app.indicators"
REGISTERS = {"person": "annuaire", "establishment": "finess"}
AREAS: dict[Level, Area] = {"qpv": "qpv", "commune": "together"}
PER = 100_000
# Under a millionth, a difference is what decimals leave.
DIGITS = 6
PLURAL = 2


@dataclass(frozen=True, slots=True)
class _Gap:
    """An area against the rest of its communes: arrays by profession, NaN unknown (``high``: no bound)."""

    area: Area
    place: Place
    density_in: Floats
    density_out: Floats
    ratio: Floats
    low: Floats
    high: Floats
    difference: Floats
    parity: Floats


def read_gaps(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield ratio, difference and parity of each profession: of a QPV, of all those of a commune together.

    Nothing for a commune without any QPV, nor for a profession whose register was never loaded.
    """
    area = AREAS.get(around.level)
    if area is None:
        return
    rows = [row for row in around.once(menu, connection) if row.subject in around.loaded]
    for place in load_places(connection, area, around.ids[0]):
        gap = _compared(connection, area, place, rows, _in_force(connection, around.vintage))
        for rank, row in enumerate(rows):
            yield from _measured(row, gap, rank, len(around.ids))


def _compared(
    connection: Connection, area: Area, place: Place, rows: Sequence[Row[Any]], days: Mapping[str, date]
) -> _Gap:
    """Compare the heads of each profession: a portrait needs no weight, so it reads no practice elsewhere."""
    asked: dict[str, object] = {"qpv": list(place.qpv), "communes": list(place.communes)}
    asked |= {f"{subject}_day": day for subject, day in days.items()}
    heads = {
        row.profession_id: (row.inside, row.outside)
        for row in connection.execute(load(PACKAGE, "portrait_gap"), asked)
    }
    counted = np.array([heads.get(row.id, (0, 0)) for row in rows], dtype=np.float64).reshape(-1, 2)
    kinds = [(row.population_age, row.population_sex) for row in rows]
    people = load_people(connection, [*place.qpv, *place.communes], kinds)
    parts = load_parts(connection, astride(connection, area, place.qpv, place.communes), 0)
    people_in, people_out = (side[0] for side in people_sides([place], area, kinds, people, parts))
    sides = (counted[:, 0], people_in, counted[:, 1], people_out)
    return _Gap(
        area,
        place,
        density(counted[:, 0], people_in, PER),
        density(counted[:, 1], people_out, PER),
        rate_ratio(*sides),
        *ratio_interval(*sides),
        rate_difference(*sides, PER),
        parity(*sides),
    )


def _in_force(connection: Connection, day: date) -> dict[str, date]:
    """Return by subject the newest vintage not after a day; the oldest where the register began later."""
    known = {row.register: row.vintages for row in connection.execute(load(PACKAGE, "gap_days"))}
    found = {}
    for subject, register in REGISTERS.items():
        vintages = known.get(register, ())
        found[subject] = max((one for one in vintages if one <= day), default=min(vintages, default=day))
    return found


def _measured(row: Row[Any], gap: _Gap, rank: int, territories: int) -> Iterator[Measured]:
    rest = rest_of(gap.place)
    where = "ici" if gap.area == "qpv" else "dans ses QPV"
    subject = f"{who_of(row)}, {where} et dans {rest}"
    unit = density_unit(PER, population_label(row.population_age, row.population_sex))
    ratio, inside, outside = (float(values[rank]) for values in (gap.ratio, gap.density_in, gap.density_out))
    both = f"({french_number(inside)} {where} et {french_number(outside)} ailleurs {unit})"
    difference, lacking = float(gap.difference[rank]), float(gap.parity[rank])
    told = {
        "qpv_gap": (f"fois {rest}", ratio, f"{french_number(ratio)} fois {rest} {both}"),
        "qpv_difference": (unit, difference, _difference(difference, rest, unit)),
        "qpv_parity": ("praticiens", lacking, _parity(lacking, row.subject, rest)),
    }
    for slug, (measured_in, value, said) in told.items():
        bounds = (gap.low, gap.high) if slug == "qpv_gap" else None
        yield Measured(
            indicator=slug,
            subject=subject,
            unit=measured_in,
            value=_own(value, territories),
            low=_own(float(bounds[0][rank]), territories) if bounds else None,
            high=_own(float(bounds[1][rank]), territories) if bounds else None,
            profession=row.slug,
            said="" if np.isnan(value) else said,
        )


def _difference(value: float, rest: str, unit: str) -> str:
    if round(value, DIGITS) == 0:
        return f"autant que {rest}"
    return f"{french_number(abs(value))} de {'plus' if value > 0 else 'moins'} {unit} que {rest}"


def _parity(value: float, subject: str, rest: str) -> str:
    """Return how many are lacking, or are there beyond, for the density of the rest."""
    who = "praticien" if subject == "person" else "établissement"
    # French begins the plural at two.
    who = who if abs(value) < PLURAL else f"{who}s"
    parity = f"pour la densité du {rest.removeprefix('le ')}"
    if round(value, DIGITS) == 0:
        return f"autant de {who}s qu'il en faut {parity}"
    if value < 0:
        return f"{french_number(-value)} {who} de plus qu'il n'en faut {parity}"
    return f"il faudrait {french_number(value)} {who} de plus {parity}"


def _own(value: float, territories: int) -> Floats:
    """Return the value of the territory itself, which comes first; that of the others is not asked."""
    found = np.full(territories, np.nan)
    found[0] = value
    return found
