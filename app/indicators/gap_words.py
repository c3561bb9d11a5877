"""What may be said of a QPV against the rest of its communes: a verdict, and one French sentence."""

from dataclasses import dataclass

import numpy as np

from app.indicators.gap_reading import Compared
from app.indicators.gaps import Area, Place
from app.indicators.verdict import Contrast, Verdict, contrast_sentence, established

HERE: dict[Area, str] = {
    "qpv": "du quartier",
    "together": "des quartiers",
    "anchorage": "du quartier et de ses abords",
}
NONE = "pas de comparaison."


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a profession is spoken of: who, for how many of whom, whether its register was ever loaded."""

    who: str
    unit: str
    people: str
    loaded: bool


def gap_words(compared: Compared, area: Area, rank: tuple[int, int], spoken: Spoken) -> tuple[Verdict, str]:
    """Return the verdict and the sentence of one area and profession, or why nothing is compared."""
    place = compared.places[rank[0]]
    reason = _unknown(compared, area, rank, spoken) or _nobody(compared, place, rank)
    if reason:
        return "unknown", f"{reason} : {NONE}"
    gap = compared.gap
    contrast = Contrast(
        *(
            None if np.isnan(values[rank]) else float(values[rank])
            for values in (gap.density_in, gap.density_out, gap.ratio, gap.low, gap.high)
        )
    )
    verdict = established([gap.low[rank]], [gap.high[rank]], 1.0)[0]
    return verdict, contrast_sentence(verdict, spoken.who, spoken.unit, rest_of(place), contrast)


def rest_of(place: Place) -> str:
    """Return what an area is compared with."""
    return "le reste de la commune" if len(place.communes) == 1 else "le reste de ses communes"


def _unknown(compared: Compared, area: Area, rank: tuple[int, int], spoken: Spoken) -> str | None:
    """Return what is not known, or who does not live there."""
    inside, outside = float(compared.people_in[rank]), float(compared.people_out[rank])
    if not spoken.loaded:
        return "Le registre qui compte cette profession n'est pas dans la version publiée"
    if np.isnan(inside):
        return f"La population {HERE[area]} ({spoken.people}) n'est pas connue"
    if np.isnan(outside):
        return f"La population du reste ({spoken.people}) n'est pas connue"
    if 0 in (inside, outside):
        return f"Personne n'habite {'là' if inside == 0 else f'hors {HERE[area]}'} ({spoken.people})"
    return None


def _nobody(compared: Compared, place: Place, rank: tuple[int, int]) -> str | None:
    if compared.sides.heads_in[rank] + compared.sides.heads_out[rank] > 0:
        return None
    return f"Personne n'exerce cette profession ici, ni dans {rest_of(place)}"
