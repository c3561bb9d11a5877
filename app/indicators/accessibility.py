"""The accessibility presets of METHODS 7: what is offered, who asks for it, and how time wears it off.

Every parameter of a preset can be set with ``dataclasses.replace``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.errors import ParameterError
from app.indicators.catchment import Booleans, Catchment, Family, Times, catchment
from app.indicators.decay import Decay, Exponential, Floats, Kernel, Step, french_number
from app.indicators.demand import COARSE, AgeWeights


@dataclass(frozen=True, slots=True)
class Activity:
    """How many acts a year a practitioner offers: what is known of him or her, held between two bounds.

    ``full_time`` is what one full-time practitioner counts for where nothing is known; nobody older than
    ``oldest`` is counted, where the age is known.
    """

    least: float = 3600
    most: float = 6000
    full_time: float = 5400
    oldest: float = 65

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.full_time <= self.most < np.inf:
            raise ParameterError(
                "activity",
                "L'activité d'un temps plein doit être comprise entre le plancher et le plafond, positifs.",
            )
        if not 0 < self.oldest < np.inf:
            raise ParameterError("oldest", "L'âge au-delà duquel on ne compte plus doit être positif.")

    @property
    def words(self) -> str:
        """What it holds to, and what no register tells, in French sentences."""
        numbers = (self.oldest, self.least, self.most, self.full_time)
        oldest, least, most, full_time = map(french_number, numbers)
        return (
            f"Sont comptés les praticiens d'au plus {oldest} ans (ou d'âge inconnu), chacun pour l'activité "
            "moyenne des praticiens de son territoire, d'après le tableau que la ville a chargé, ramenée "
            f"entre {least} et {most} actes par an, ou pour {full_time} si elle n'est pas connue. Aucun "
            "registre ouvert ne dit l'âge ni l'activité de chacun."
        )

    def acts(self, weight: ArrayLike, known_acts: ArrayLike, age: ArrayLike) -> Floats:
        """Return the acts a year offered by practices, arrays of one shape; NaN is unknown.

        ``weight`` is the part of the person that works there, ``known_acts`` and ``age`` are the person's.

        >>> Activity().acts([1, 1, 0.5, 1], [np.nan, 9000, 4000, 5000], [np.nan, 50, 65, 66]).tolist()
        [5400.0, 6000.0, 2000.0, 0.0]
        """
        known = np.asarray(known_acts, dtype=np.float64)
        acts = np.where(np.isnan(known), self.full_time, np.clip(known, self.least, self.most))
        return np.where(np.asarray(age) > self.oldest, 0.0, acts * np.asarray(weight, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Preset:
    """A named way to compute accessibility.

    ``per`` is the number of people that the value is given for. With ``activity`` the supply is acts a year,
    otherwise persons; with ``ages`` the demand is standardised, otherwise heads. What a reader sees
    (``label``, ``unit``, ``definition``, ``formula``) stays true of a preset whose numbers were changed.
    """

    slug: str
    label: str
    principle: str
    family: Family
    decay: Decay
    per: float = 100_000
    activity: Activity | None = None
    ages: AgeWeights | None = None

    @property
    def unit(self) -> str:
        """What is counted, and for how many people."""
        return self.unit_for("praticiens", "habitants")

    def unit_for(self, counted: str, people: str) -> str:
        """Return the unit when ``counted`` (people or places, in the plural) serve ``people``.

        >>> PRESETS["apl"].unit, PRESETS["2sfca"].unit_for("lieux", "femmes")[-6:]
        ('consultations accessibles par an et par habitant standardisé', 'femmes')
        """
        what = "consultations accessibles par an" if self.activity else f"{counted} accessibles"
        if self.per == 1:
            return f"{what} et par habitant" + (" standardisé" if self.ages else "")
        whom = f"{people} standardisés" if people == "habitants" else f"{people} (âges standardisés)"
        return f"{what} pour {french_number(self.per)} {whom if self.ages else people}"

    @property
    def definition(self) -> str:
        """The principle, then who is counted and how far."""
        parts = [self.principle, self.activity.words] if self.activity else [self.principle]
        if self.ages:
            parts.append("Les habitants sont pondérés par les besoins de soins de leur âge.")
        parts.append(
            f"Au-delà de {french_number(self.decay.reach)} minutes de trajet, un lieu ne compte plus."
        )
        return " ".join(parts)

    @property
    def formula(self) -> str:
        """The formulas of the family, then the decay's."""
        return f"{FORMULAS[self.family]} ; {self.decay.formula}"


FORMULAS: dict[Family, str] = {
    "2sfca": "R_j = s_j / Σ_i p_i w_ij ; A_i = Σ_j R_j w_ij",
    "3sfca": "G_ij = w_ij / Σ_j w_ij ; R_j = s_j / Σ_i p_i w_ij G_ij ; A_i = Σ_j R_j w_ij G_ij",
    "m2sfca": "A_i = Σ_j s_j w_ij² / Σ_k p_k w_kj",
}
_SHARED = (
    "Chaque lieu d'exercice est rapporté aux habitants qui peuvent s'y rendre, puis chaque carreau "
    "additionne ce qu'offrent les lieux qu'il peut atteindre. "
)
_APL = (
    "Consultations que les praticiens accessibles peuvent offrir aux habitants, selon la méthode de la DREES."
)
PER_MINUTE = Exponential(rate=0.12, cutoff=30)

_ALL = (
    Preset(
        slug="2sfca",
        label="Accessibilité dans un temps limite (2SFCA)",
        principle=_SHARED + "Dans le temps limite, tous les trajets se valent.",
        family="2sfca",
        decay=Step((15,)),
    ),
    Preset(
        slug="e2sfca",
        label="Accessibilité par zones de temps (E2SFCA)",
        principle=_SHARED + "Un lieu compte moins d'une zone de temps à la suivante.",
        family="2sfca",
        decay=Step((10, 20, 30), (1, 0.68, 0.22)),
    ),
    Preset(
        slug="kd2sfca",
        label="Accessibilité en décroissance continue (KD2SFCA)",
        principle=_SHARED + "Un lieu compte de moins en moins, sans saut, jusqu'à rien.",
        family="2sfca",
        decay=Kernel(15),
    ),
    Preset(
        slug="3sfca",
        label="Accessibilité avec choix du lieu (3SFCA)",
        principle=_SHARED + "Les habitants se partagent entre les lieux selon leur proximité.",
        family="3sfca",
        decay=PER_MINUTE,
    ),
    Preset(
        slug="m2sfca",
        label="Accessibilité atténuée par la distance (M2SFCA)",
        principle=_SHARED + "Une part de l'offre se perd quand les habitants sont loin.",
        family="m2sfca",
        decay=PER_MINUTE,
    ),
    Preset(
        slug="apl",
        label="Accessibilité potentielle localisée (APL)",
        principle=_APL,
        family="2sfca",
        decay=Step((10, 15, 20), (1, 0.3, 0.1)),
        per=1,
        activity=Activity(),
        ages=COARSE,
    ),
    Preset(
        slug="apl_2012",
        label="Accessibilité potentielle localisée, édition de 2012",
        principle=_APL,
        family="2sfca",
        decay=Step((5, 10, 15), (1, 0.3, 0.1)),
        per=1,
        activity=Activity(),
        ages=COARSE,
    ),
)

PRESETS: dict[str, Preset] = {preset.slug: preset for preset in _ALL}


def at_sites(site: NDArray[np.integer], amount: ArrayLike, sites: int) -> Floats:
    """Return the supply of each site (sites,): the sum of what its practices offer.

    ``site`` gives the position of each practice's site.
    """
    if len(site) and not (site.min() >= 0 and site.max() < sites):
        raise ValueError("a practice lies at a site that is not there")
    return np.bincount(site, weights=np.asarray(amount, dtype=np.float64), minlength=sites)


def accessibility(
    preset: Preset, times: Times, supply: ArrayLike, demand: ArrayLike, on_network: Booleans | None = None
) -> Catchment:
    """Return the catchment of a preset in its unit: both results are multiplied by ``per``.

    ``supply`` (sites,) comes from ``at_sites``, ``demand`` (cells,) is people or ``demand.standardised``; see
    ``catchment`` for the rest.
    """
    found = catchment(times, supply, demand, preset.decay, family=preset.family, on_network=on_network)
    return Catchment(found.accessibility * preset.per, found.ratio * preset.per)
