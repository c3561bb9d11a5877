"""Every indicator, once: the API, the map's menu, the exports and the documentation are drawn from here.

Adding an indicator is adding one entry, its function and its test.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from app.indicators.accessibility import FORMULAS
from app.indicators.density import Floats, density
from app.indicators.floating import per_demand
from app.indicators.wording import LEVELS, Level

Direction = Literal["more_is_better", "less_is_better", "neutral"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: what it is called and means, what it is computed from, and how.

    ``function`` takes arrays named as ``inputs``, one value a territory, and returns an array of the same
    shape; NaN is unknown. ``direction`` says how a reader should take a larger value.
    """

    slug: str
    label: str
    unit: str
    definition: str
    formula: str
    inputs: tuple[str, ...]
    function: Callable[..., Floats]
    levels: tuple[Level, ...]
    direction: Direction


def counted(count: ArrayLike) -> Floats:
    """Return a count as it is: the indicator that is no quotient.

    >>> counted([3, 0]).tolist()
    [3.0, 0.0]
    """
    return np.asarray(count, dtype=np.float64)


_ALL = (
    Indicator(
        slug="density",
        label="Densité",
        unit="pour 100 000 habitants",
        definition=(
            "Praticiens rapportés à la population du territoire. Un praticien qui exerce en plusieurs lieux "
            "compte pour une part égale dans chacun. La population est celle à qui la profession s'adresse : "
            "les enfants de moins de 15 ans pour les pédiatres, les femmes de 15 à 49 ans pour les "
            "gynécologues, les femmes pour les sages-femmes, tous les habitants sinon. L'intervalle à 95 % "
            "est celui du nombre de praticiens (loi de Poisson, exact au-dessous de 10, Byar dès 10), ramené "
            "à leur part comptée ici : la valeur et ses bornes mesurent la même chose."
        ),
        formula=(
            "k × w / P : w praticiens partagés entre leurs lieux ; P population ; k = 1 000, 10 000 "
            "ou 100 000. Bornes : k × (w / n) × [bas(n) ; haut(n)] / P, où n est le nombre de praticiens et "
            "[bas(n) ; haut(n)] son intervalle de Poisson ; w / n vaut 1 si n = 0"
        ),
        inputs=("headcount", "population", "per"),
        function=density,
        levels=LEVELS,
        direction="more_is_better",
    ),
    Indicator(
        slug="headcount",
        label="Nombre de praticiens",
        unit="praticiens",
        definition=(
            "Praticiens distincts ayant au moins un lieu d'exercice dans le territoire ; pour une profession "
            "qui désigne des établissements, nombre d'établissements."
        ),
        formula="nombre de praticiens distincts",
        inputs=("count",),
        function=counted,
        levels=LEVELS,
        direction="more_is_better",
    ),
    Indicator(
        slug="sites",
        label="Lieux d'exercice",
        unit="lieux",
        definition="Adresses distinctes du territoire où au moins un praticien de la profession exerce.",
        formula="nombre de lieux d'exercice distincts",
        inputs=("count",),
        function=counted,
        levels=LEVELS,
        direction="more_is_better",
    ),
    Indicator(
        slug="accessibility",
        label="Accessibilité",
        unit="praticiens accessibles pour 100 000 habitants, ou consultations par an et par habitant (APL)",
        definition=(
            "Offre que les habitants peuvent rejoindre à temps, partagée entre tous ceux qui la rejoignent. "
            "Chaque lieu d'exercice est rapporté aux habitants qui peuvent s'y rendre, puis chaque carreau "
            "additionne ce qu'offrent les lieux qu'il atteint ; un territoire est la moyenne de ses carreaux "
            "pondérée par leurs habitants. Ce qui compte encore après un temps de trajet dépend de la "
            "méthode : 2SFCA, E2SFCA, KD2SFCA, 3SFCA, M2SFCA ou APL."
        ),
        formula=f"Σ_i p_i A_i / Σ_i p_i sur les carreaux i du territoire ; {FORMULAS['2sfca']}",
        inputs=("accessible", "demand"),
        function=per_demand,
        levels=LEVELS,
        direction="more_is_better",
    ),
)

INDICATORS: dict[str, Indicator] = {indicator.slug: indicator for indicator in _ALL}
