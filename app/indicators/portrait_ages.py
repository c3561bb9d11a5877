"""Departures to come, read for portraits from the age classes of the release."""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
from sqlalchemy import Connection

from app.indicators.portrait_values import Around, Measured
from app.indicators.projection import Scenario, departures_after
from app.indicators.projection_read import Ages, read_ages
from app.indicators.wording import counted_label, french_integer, french_number

YEARS = 10


def read_departures(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield who is expected to leave within ten years at 65, for each profession that the age table tells."""
    found = read_ages(connection, around.ids)
    for _, tables in groupby(found, key=lambda ages: ages.profession):
        by_place = {ages.territory: ages for ages in tables}
        if around.ids[0] not in by_place:
            continue
        value, low, high = (np.full(len(around.ids), np.nan) for _ in range(3))
        hidden = np.zeros(len(around.ids), dtype=np.bool_)
        for rank, number in enumerate(around.ids):
            ages = by_place.get(number)
            if ages is None or ages.headcount is None:
                hidden[rank] = ages is not None and ages.suppressed
                continue
            value[rank], low[rank], high[rank] = departures_after(ages.classes, Scenario(), YEARS)
        own = by_place[around.ids[0]]
        yield Measured(
            indicator="departures",
            subject=counted_label(own.label, "liberal", "weight", feminine=own.feminine),
            unit="praticiens",
            value=value,
            low=low,
            high=high,
            hidden=hidden,
            total=True,
            profession=own.profession,
            said=_said(own, value[0]),
        )


def _said(own: Ages, value: float) -> str:
    if own.headcount is None or np.isnan(value):
        return ""
    partial = f", hors {own.left_out_words}" if own.left_out_words else ""
    return (
        f"{french_number(value)} départs attendus d'ici {YEARS} ans, à 65 ans, parmi "
        f"{french_integer(own.headcount)} dont l'âge est connu{partial}"
    )
