"""How unequal the IRIS of a commune or EPCI are, read for portraits from what the build worked out."""

from collections.abc import Callable, Iterator

import numpy as np
from sqlalchemy import Connection

from app.indicators.portrait_scores import kept_scores, who_of
from app.indicators.portrait_values import Around, Measured
from app.indicators.unequal import OVER_NOTHING
from app.indicators.wording import french_number

RANKED = "selon le niveau de vie des IRIS (au-dessus de 0, les plus aisés ont plus)"
# One index for every profession, all of them for those of first and second recourse: nine for each of forty
# professions would drown the rest; /inequalities tells the others.
EVERYBODY = "gini"
# What each index says, and its unit.
SAID: dict[str, tuple[str, Callable[[str], str]]] = {
    "max_min": ("fois", lambda told: f"l'IRIS le mieux pourvu a {told} fois la densité du moins bien pourvu"),
    "quintile_ratio": (
        "fois",
        lambda told: (
            f"le cinquième des habitants le mieux pourvu a {told} fois la densité du cinquième qui "
            "l'est le moins"
        ),
    ),
    "palma": (
        "fois",
        lambda told: (
            f"les 10 % d'habitants les mieux pourvus ont {told} fois ce qu'ont ensemble les 40 % qui "
            "le sont le moins (0,25 si tous ont autant)"
        ),
    ),
    "gini": ("de 0 à 1", lambda told: f"indice de Gini de {told} (0 : autant partout)"),
    "theil": ("de 0 vers le haut", lambda told: f"indice de Theil de {told} (0 : autant partout)"),
    "theil_between": (
        "de 0 vers le haut",
        lambda told: f"indice de Theil de {told} entre les QPV et le reste (0 : autant en moyenne)",
    ),
    "theil_within": (
        "de 0 vers le haut",
        lambda told: f"indice de Theil de {told} à l'intérieur des QPV et du reste (0 : autant partout)",
    ),
    "concentration": ("de −1 à 1", lambda told: f"indice de concentration de {told} {RANKED}"),
    "erreygers": ("de −1 à 1", lambda told: f"indice de concentration d'Erreygers de {told} {RANKED}"),
}


def read_unequal(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield each index of the densities of IRIS of a commune or EPCI, and its interval, by profession.

    Nothing where nobody practises a profession, or too few IRIS are inhabited; the Gini index alone for a
    profession of no recourse.
    """
    kept = around.once(kept_scores, connection)
    for slug, (unit, words) in SAID.items():
        found = kept.scores.get((slug, ""))
        if found is None:
            continue
        value, low, high = (
            np.where(np.isinf(each), np.nan, each) for each in (found.value, found.low, found.high)
        )
        for rank, row in enumerate(kept.professions):
            own = found.value[rank, 0]
            told = slug == EVERYBODY or row.recourse is not None
            if row.subject not in around.loaded or not told or np.isnan(own):
                continue
            yield Measured(
                indicator=slug,
                subject=f"{who_of(row)}, densités des IRIS",
                unit=unit,
                value=value[rank],
                low=low[rank],
                high=high[rank],
                profession=row.slug,
                said=OVER_NOTHING[0].lower() + OVER_NOTHING[1:-1]
                if np.isinf(own)
                else words(french_number(own)),
            )
