"""What may be said of a difference: only what its interval establishes (LOOK), in words."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from app.indicators.density import Floats
from app.indicators.wording import THIN_SPACE, Level

Verdict = Literal["higher", "lower", "not_established", "unknown"]

# The whole of a wider territory, after « l'ensemble ».
WHOLE: dict[Level, str] = {
    "carreau": "du carreau",
    "iris": "de l'IRIS",
    "quartier": "du quartier",
    "qpv": "du quartier prioritaire",
    "commune": "de la commune",
    "epci": "de l'intercommunalité",
    "departement": "du département",
    "region": "de la région",
    "france": "de la France",
    "perimetre": "du périmètre",
}


def established(low: ArrayLike, high: ArrayLike, reference: ArrayLike) -> list[Verdict]:
    """Return how a value with its interval stands beside a reference, ``not_established`` when it holds it.

    ``low`` unknown leaves the verdict unknown; ``high`` unknown is unbounded. Shapes broadcast.

    >>> established([98, 74, 10, np.nan], [583, 437, 80, np.nan], 88)
    ['higher', 'not_established', 'lower', 'unknown']
    """
    below, above, beside = np.broadcast_arrays(*(_floats(each) for each in (low, high, reference)))
    found = np.full(below.shape, "not_established", dtype="<U15")
    found[below > beside] = "higher"
    found[above < beside] = "lower"
    found[np.isnan(below) | np.isnan(beside)] = "unknown"
    verdicts: list[Verdict] = found.tolist()
    return verdicts


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def beside_sentence(verdict: Verdict, level: Level, reference: float | None) -> str | None:
    """Return how a territory stands beside the wider one that holds it, None where nothing can be said.

    >>> beside_sentence("lower", "commune", 88.2)
    "Moins élevé que dans l'ensemble de la commune (88)."
    """
    if reference is None:
        return None
    whole = f"l'ensemble {WHOLE[level]} ({french_rate(reference)})"
    return {
        "higher": f"Plus élevé que dans {whole}.",
        "lower": f"Moins élevé que dans {whole}.",
        "not_established": f"Pas de différence établie avec {whole}.",
        "unknown": None,
    }[verdict]


def french_rate(value: float) -> str:
    """Return a rate as the map writes it: one decimal below 10, none above.

    >>> french_rate(8.04), french_rate(12.857), french_rate(0.0), french_rate(1234.5) == "1\u202f234"
    ('8,0', '13', '0', True)
    """
    return french_decimals(value, 1 if value != 0 and abs(value) < 9.95 else 0)


def french_decimals(value: float, decimals: int) -> str:
    """Return a number with its thousands apart and so many digits after the comma.

    >>> french_decimals(1234.567, 2) == "1\u202f234,57"
    True
    """
    return f"{value:,.{decimals}f}".replace(",", THIN_SPACE).replace(".", ",")


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two rates and their ratio; None is unknown, or without bound for ``high``."""

    inside: float | None
    outside: float | None
    ratio: float | None
    low: float | None
    high: float | None


def contrast_sentence(verdict: Verdict, who: str, unit: str, rest: str, contrast: Contrast) -> str:
    """Return what a comparison establishes, in one French sentence; the verdict is not ``unknown``.

    ``who`` is in the plural, ``rest`` follows « que dans » or « avec ».

    >>> found = Contrast(8.0, 12.857, 0.6222, 0.3469, 0.9)
    >>> contrast_sentence("lower", "CMP", "pour 10 000 habitants", "le reste de la commune", found)
    ... # doctest: +NORMALIZE_WHITESPACE
    'Moins de CMP que dans le reste de la commune : 8,0 ici et 13 ailleurs pour 10 000 habitants
    (rapport de 0,62, entre 0,35 et 0,90 avec 95 % de confiance).'
    """
    assert contrast.inside is not None
    assert contrast.outside is not None
    rates = f"{french_rate(contrast.inside)} ici et {french_rate(contrast.outside)} ailleurs {unit}"
    begins = {
        "higher": f"Plus de {who} que dans {rest}",
        "lower": f"Moins de {who} que dans {rest}",
    }.get(verdict, f"Pas de différence établie avec {rest} pour les {who}")
    return f"{begins} : {rates} ({_ratio_words(contrast)})."


def _ratio_words(contrast: Contrast) -> str:
    low = _hundredths(contrast.low or 0.0)
    if contrast.ratio is None or contrast.high is None:
        return f"rapport d'au moins {low} avec 97,5 % de confiance"
    ratio, high = _hundredths(contrast.ratio), _hundredths(contrast.high)
    return f"rapport de {ratio}, entre {low} et {high} avec 95 % de confiance"


def _hundredths(value: float) -> str:
    return french_decimals(value, 2 if value else 0)
