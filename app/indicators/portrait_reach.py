"""Times to care and coverage, read for portraits from what the build worked out."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.db.sql import load
from app.indicators.density import Floats
from app.indicators.portrait_values import Around, Measured
from app.indicators.reach_build import MINUTES, MODES
from app.indicators.scores import Read, read_scores
from app.indicators.wording import Scope, counted_label, french_number, percent, share_unit
from app.travel.modes import LABELS, StreetMode, preset_limit

PACKAGE = "app.indicators"


def read_reach(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield the coverage and the times of each profession, on foot and by car; nothing before they were made.

    A profession whose register was never loaded is unknown: its figures are NaN.
    """
    professions = connection.execute(load(PACKAGE, "portrait_professions")).all()
    scores = read_scores(connection, around.ids, [row.id for row in professions])
    for rank, row in enumerate(professions):
        for mode in MODES:
            if ("coverage", mode) in scores:
                yield from _measured(row, rank, mode, scores, known=row.subject in around.loaded)


def _measured(
    row: Row[Any], rank: int, mode: StreetMode, scores: Mapping[tuple[str, str], Read], *, known: bool
) -> Iterator[Measured]:
    def of(figure: str) -> Floats:
        values = scores[figure, mode].value[rank]
        return values if known else np.full(len(values), np.nan)

    scope: Scope | None = None if row.subject == "establishment" else "liberal"
    who = counted_label(row.label, scope, "weight", feminine=row.feminine)
    covered, reaching = of("coverage"), of("reaching")
    told = {
        "coverage": _covered(covered[0]),
        "access_time": _mean(of("access_time")[0], reaching[0], mode),
        "access_time_median": _median(of("access_time_median")[0]),
    }
    for figure, said in told.items():
        yield Measured(
            indicator=figure,
            subject=f"{who}, {LABELS[mode]}",
            unit=share_unit("habitants") if figure == "coverage" else "minutes",
            value=of(figure),
            profession=row.slug,
            mode=mode,
            said=said,
            share_of="habitants" if figure == "coverage" else "",
        )


def _covered(share: float) -> str:
    return "" if np.isnan(share) else f"{percent(share)} des habitants à moins de {MINUTES} minutes"


def _mean(minutes: float, reaching: float, mode: StreetMode) -> str:
    """Return the mean time, and how many it leaves out."""
    if np.isnan(minutes):
        return ""
    mean = f"{french_number(minutes)} minutes en moyenne jusqu'au plus proche"
    if round(reaching, 3) >= 1:
        return mean
    limit = preset_limit(mode) // 60
    return f"{mean} pour les {percent(reaching)} d'habitants qui en ont un à moins de {limit} minutes"


def _median(minutes: float) -> str:
    if np.isnan(minutes):
        return ""
    return f"la moitié des habitants à {french_number(minutes)} minutes ou moins du plus proche"
