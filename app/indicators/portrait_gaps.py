"""A QPV, or all those of a commune, against the rest, read for portraits from what the build worked out."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row

from app.indicators.density import Floats
from app.indicators.gap_build import PER
from app.indicators.portrait_scores import kept_scores, who_of
from app.indicators.portrait_values import Around, Measured
from app.indicators.scores import Read
from app.indicators.secrecy import Booleans
from app.indicators.wording import Level, density_unit, french_number, population_label

# Where the practitioners of the area are, in the portrait of each level.
HERE: dict[Level, str] = {"qpv": "ici", "commune": "dans ses QPV"}
# Under a millionth, a difference is what decimals leave.
DIGITS = 6
PLURAL = 2


def read_gaps(connection: Connection, around: Around) -> Iterator[Measured]:
    """Yield ratio, difference and parity of each profession: of a QPV, of all those of a commune together.

    Nothing for a commune without any QPV, nor for a profession whose register was never loaded. What holds
    the territory is no QPV: its own values are those of its peers alone.
    """
    if around.level not in HERE:
        return
    kept = around.once(kept_scores, connection)
    if ("qpv_gap", "") not in kept.scores or np.isnan(kept.scores["qpv_outside", ""].value[:, 0]).all():
        return
    peers = np.isin(around.ids, around.peers)
    for rank, row in enumerate(kept.professions):
        if row.subject in around.loaded:
            yield from _measured(row, around, kept.scores, rank, peers)


def _measured(
    row: Row[Any], around: Around, scores: Mapping[tuple[str, str], Read], rank: int, peers: Booleans
) -> Iterator[Measured]:
    def of(figure: str, bound: str = "value") -> Floats:
        return np.where(peers, getattr(scores[figure, ""], bound)[rank], np.nan)

    where = HERE[around.level]
    rest = "le reste de la commune" if len(around.communes) == 1 else "le reste de ses communes"
    unit = density_unit(PER, population_label(row.population_age, row.population_sex))
    inside, outside = of("qpv_inside"), of("qpv_outside")
    ratio, difference, lacking = of("qpv_gap"), inside - outside, of("qpv_parity")
    both = f"({french_number(inside[0])} {where} et {french_number(outside[0])} ailleurs {unit})"
    said = f"{french_number(ratio[0])} fois {rest} {both}"
    told = {
        "qpv_gap": (f"fois {rest}", ratio, said),
        "qpv_difference": (unit, difference, _difference(float(difference[0]), rest, unit)),
        "qpv_parity": ("praticiens", lacking, _parity(float(lacking[0]), row.subject, rest)),
    }
    subject = f"{who_of(row)}, {where} et dans {rest}"
    for slug, (measured_in, value, words) in told.items():
        bounded = slug == "qpv_gap"
        yield Measured(
            indicator=slug,
            subject=subject,
            unit=measured_in,
            value=value,
            low=of(slug, "low") if bounded else None,
            high=of(slug, "high") if bounded else None,
            profession=row.slug,
            said="" if np.isnan(value[0]) else words,
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
