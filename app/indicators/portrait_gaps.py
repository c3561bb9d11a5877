"""A QPV against the rest of its communes, read for its portrait."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.indicators.density import Floats
from app.indicators.gap_reading import Compared, Counted, Question, compare_areas
from app.indicators.gap_words import rest_of
from app.indicators.portrait_values import Around, Measured
from app.indicators.wording import Scope, counted_label, density_unit, french_number, population_label

PACKAGE = "app.indicators"
REGISTERS = {"person": "annuaire", "establishment": "finess"}
SCOPE: Scope = "liberal"
PER = 100_000
# Only the ratio is told here: nobody has asked how many practise just outside.
NO_BELT = 0


def read_gaps(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield the ratio, with its interval, of each profession that is loaded; nothing but for a QPV."""
    if around.level != "qpv":
        return
    rows = [
        row for row in connection.execute(load(PACKAGE, "gap_professions")) if row.subject in around.loaded
    ]
    question = Question(
        area="qpv",
        within=around.ids[0],
        professions=[Counted(row.id, row.subject, (row.population_age, row.population_sex)) for row in rows],
        scope=SCOPE,
        vintages=_in_force(connection, around.vintage),
        belt=NO_BELT,
    )
    compared = compare_areas(connection, question, PER)
    if compared.places:
        for rank, row in enumerate(rows):
            yield _measured(row, compared, rank, len(around.ids))


def _in_force(connection: Connection, day: date) -> dict[str, date]:
    """Return by subject the newest vintage not after a day; the oldest where the register began later."""
    known = {row.register: row.vintages for row in connection.execute(load(PACKAGE, "gap_days"))}
    found = {}
    for subject, register in REGISTERS.items():
        vintages = known.get(register, ())
        found[subject] = max((one for one in vintages if one <= day), default=min(vintages, default=day))
    return found


def _measured(row: Row[Any], compared: Compared, rank: int, territories: int) -> Measured:
    gap, rest = compared.gap, rest_of(compared.places[0])
    scope = SCOPE if row.subject == "person" else None
    who = counted_label(row.label, scope, "weight", feminine=row.feminine)
    unit = density_unit(PER, population_label(row.population_age, row.population_sex))
    ratio, inside, outside = (
        float(values[0, rank]) for values in (gap.ratio, gap.density_in, gap.density_out)
    )
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
        low=_own(float(gap.low[0, rank]), territories),
        high=_own(float(gap.high[0, rank]), territories),
        profession=row.slug,
        said=said,
    )


def _own(value: float, territories: int) -> Floats:
    """Return the value of the territory itself, which comes first; that of the others is not asked."""
    found = np.full(territories, np.nan)
    found[0] = value
    return found
