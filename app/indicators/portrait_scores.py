"""Times to care, coverage and accessibility, read for portraits from what the build worked out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.indicators.density import Floats
from app.indicators.portrait_values import Around, Measured, menu
from app.indicators.reach_build import MINUTES, MODES, PRESET
from app.indicators.scores import Read, read_scores
from app.indicators.wording import (
    INFRA_COMMUNAL,
    Level,
    Scope,
    counted_label,
    french_number,
    percent,
    population_label,
    share_unit,
)
from app.travel.modes import LABELS, StreetMode, preset_limit


@dataclass(frozen=True, slots=True)
class Kept:
    """Professions and, by figure and mode, what a build kept of each of them in this order."""

    professions: Sequence[Row[Any]]
    scores: Mapping[tuple[str, str], Read]


def read_reach(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield the coverage and the times of each profession, on foot, by car too from a commune on.

    Nothing before they were made. A profession whose register was never loaded is unknown: NaN.
    """
    modes = modes_told(around.level)
    kept = around.once(kept_scores, connection)
    for rank, row in enumerate(kept.professions):
        for mode in modes:
            if ("coverage", mode) in kept.scores:
                yield from _measured(row, rank, mode, kept.scores, known=row.subject in around.loaded)


def _measured(
    row: Row[Any], rank: int, mode: StreetMode, scores: Mapping[tuple[str, str], Read], *, known: bool
) -> Iterator[Measured]:
    def of(figure: str) -> Floats:
        values = scores[figure, mode].value[rank]
        return values if known else np.full(len(values), np.nan)

    who = who_of(row)
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
    if ("accessibility", mode) in scores:
        counted = "praticiens" if row.subject == "person" else "établissements"
        yield Measured(
            indicator="accessibility",
            subject=f"{who}, {LABELS[mode]}",
            unit=PRESET.unit_for(counted, population_label(row.population_age, row.population_sex)),
            value=of("accessibility"),
            profession=row.slug,
            mode=mode,
        )


def modes_told(level: Level) -> tuple[StreetMode, ...]:
    """Return how one travels in the portraits of a level: on foot alone inside of a commune."""
    return ("walk",) if level in INFRA_COMMUNAL else MODES


def kept_scores(connection: Connection, around: Around) -> Kept:
    """Return the professions in the order of the menu, and what the build kept of them."""
    professions = around.shared.once(menu, connection)
    without = [mode for mode in MODES if mode not in modes_told(around.level)]
    return Kept(professions, read_scores(connection, around.ids, [row.id for row in professions], without))


def who_of(row: Row[Any]) -> str:
    """Return who is counted, for example « Sages-femmes libérales »."""
    scope: Scope | None = None if row.subject == "establishment" else "liberal"
    return counted_label(row.label, scope, "weight", feminine=row.feminine)


def _covered(share: float) -> str:
    return "" if np.isnan(share) else f"{percent(share)} des habitants à moins de {MINUTES} minutes"


def _mean(minutes: float, reaching: float, mode: StreetMode) -> str:
    """Return the mean time, and how many it leaves out."""
    if np.isnan(minutes):
        return ""
    mean = f"{_minutes(minutes)} en moyenne jusqu'au plus proche"
    if round(reaching, 3) >= 1:
        return mean
    limit = preset_limit(mode) // 60
    return f"{mean} pour les {percent(reaching)} d'habitants qui en ont un à moins de {limit} minutes"


def _median(minutes: float) -> str:
    if np.isnan(minutes):
        return ""
    if minutes < 1:
        return "la moitié des habitants à moins d'une minute du plus proche"
    return f"la moitié des habitants à {_minutes(minutes)} ou moins du plus proche"


def _minutes(minutes: float) -> str:
    """Return a time; under a minute, a decimal would say more than a path along the streets does.

    >>> _minutes(0.46), _minutes(1.2)
    ("moins d'une minute", '1,2 minute')
    """
    if minutes < 1:
        return "moins d'une minute"
    return f"{french_number(minutes)} minute{'s' if minutes >= 2 else ''}"
