"""A QPV against the rest of its communes, read for its portrait."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.indicators.density import Floats, density
from app.indicators.gap_reading import load_people, load_places
from app.indicators.gap_words import rest_of
from app.indicators.gaps import Place, people_sides
from app.indicators.portrait_values import Around, Measured
from app.indicators.ratio import rate_ratio, ratio_interval
from app.indicators.wording import Scope, counted_label, density_unit, french_number, population_label

PACKAGE = "app.indicators"
REGISTERS = {"person": "annuaire", "establishment": "finess"}
SCOPE: Scope = "liberal"
PER = 100_000


@dataclass(frozen=True, slots=True)
class _Gap:
    """A QPV against the rest of its communes: arrays by profession, NaN unknown (``high``: no bound)."""

    place: Place
    density_in: Floats
    density_out: Floats
    ratio: Floats
    low: Floats
    high: Floats


def read_gaps(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield the ratio, with its interval, of each profession that is loaded; nothing but for a QPV."""
    if around.level != "qpv":
        return
    rows = [
        row for row in connection.execute(load(PACKAGE, "gap_professions")) if row.subject in around.loaded
    ]
    for place in load_places(connection, "qpv", around.ids[0]):
        gap = _compared(connection, place, rows, _in_force(connection, around.vintage))
        for rank, row in enumerate(rows):
            yield _measured(row, gap, rank, len(around.ids))


def _compared(
    connection: Connection, place: Place, rows: Sequence[Row[Any]], days: Mapping[str, date]
) -> _Gap:
    """Compare the heads of each profession: a portrait needs no weight, so it reads no practice elsewhere."""
    asked = {"qpv": place.id, "communes": list(place.communes)}
    asked |= {f"{subject}_day": day for subject, day in days.items()}
    heads = {
        row.profession_id: (row.inside, row.outside)
        for row in connection.execute(load(PACKAGE, "portrait_gap"), asked)
    }
    counted = np.array([heads.get(row.id, (0, 0)) for row in rows], dtype=np.float64).reshape(-1, 2)
    kinds = [(row.population_age, row.population_sex) for row in rows]
    people = load_people(connection, [place.id, *place.communes], kinds)
    people_in, people_out = (side[0] for side in people_sides([place], "qpv", kinds, people, {}))
    sides = (counted[:, 0], people_in, counted[:, 1], people_out)
    return _Gap(
        place,
        density(counted[:, 0], people_in, PER),
        density(counted[:, 1], people_out, PER),
        rate_ratio(*sides),
        *ratio_interval(*sides),
    )


def _in_force(connection: Connection, day: date) -> dict[str, date]:
    """Return by subject the newest vintage not after a day; the oldest where the register began later."""
    known = {row.register: row.vintages for row in connection.execute(load(PACKAGE, "gap_days"))}
    found = {}
    for subject, register in REGISTERS.items():
        vintages = known.get(register, ())
        found[subject] = max((one for one in vintages if one <= day), default=min(vintages, default=day))
    return found


def _measured(row: Row[Any], gap: _Gap, rank: int, territories: int) -> Measured:
    rest = rest_of(gap.place)
    scope = SCOPE if row.subject == "person" else None
    who = counted_label(row.label, scope, "weight", feminine=row.feminine)
    unit = density_unit(PER, population_label(row.population_age, row.population_sex))
    ratio, inside, outside = (float(values[rank]) for values in (gap.ratio, gap.density_in, gap.density_out))
    said = (
        ""
        if np.isnan(ratio)
        else (
            f"{french_number(ratio)} fois {rest} ({french_number(inside)} ici et {french_number(outside)} "
            f"ailleurs {unit})"
        )
    )
    return Measured(
        indicator="qpv_gap",
        subject=f"{who}, ici et dans {rest}",
        unit=f"fois {rest}",
        value=_own(ratio, territories),
        low=_own(float(gap.low[rank]), territories),
        high=_own(float(gap.high[rank]), territories),
        profession=row.slug,
        said=said,
    )


def _own(value: float, territories: int) -> Floats:
    """Return the value of the territory itself, which comes first; that of the others is not asked."""
    found = np.full(territories, np.nan)
    found[0] = value
    return found
