"""Decay functions: what a practice still counts for someone who needs so many minutes to reach it.

Each is a frozen dataclass of its parameters, called with minutes (0 or more, any shape) and answering weights
between 0 and 1 of the same shape: 1 at the door, never rising, 0 beyond ``reach`` and where the time is NaN.
Names and forms are Conveyal R5's (step, linear, logistic, exponential), METHODS 7's for the rest. Parameters
that make no sense raise ParameterError, named as the field.
"""

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from app.errors import ParameterError
from app.indicators.wording import THIN_SPACE

type Floats = NDArray[np.float64]

LONGEST = 120.0  # minutes: no engine searches further
NEGLIGIBLE = 1e-9  # a weight below is 0: a ratio to almost nobody would overflow


class Decay(Protocol):
    """What a catchment needs of a decay."""

    @property
    def reach(self) -> float:
        """Minutes beyond which the weight is 0: times must be known up to there."""

    @property
    def formula(self) -> str:
        """The weight w after t minutes, with its numbers, for a French reader."""

    def __call__(self, minutes: ArrayLike) -> Floats:
        """Return the weights of these minutes."""


@dataclass(frozen=True, slots=True)
class Step:
    """Full weight until the first limit (included), then one weight a zone, and 0 beyond the last limit.

    >>> Step((15,))([0, 15, 15.1]).tolist()
    [1.0, 1.0, 0.0]
    >>> Step((10, 15, 20), (1, 0.3, 0.1))([0, 10, 12, 20, 21]).tolist()
    [1.0, 1.0, 0.3, 0.1, 0.0]
    """

    minutes: tuple[float, ...]
    weights: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        if not self.minutes or len(self.minutes) != len(self.weights):
            raise ParameterError(
                "weights",
                f"{len(self.minutes)} limite(s) de temps pour {len(self.weights)} poids.",
                hint="Donnez un poids par zone, par exemple minutes=10,15,20 et weights=1,0.3,0.1.",
            )
        for limit in self.minutes:
            _check("minutes", limit, LONGEST, "minutes")
        for weight in self.weights:
            _check("weights", weight, 1.0)
        if any(later <= earlier for earlier, later in zip(self.minutes, self.minutes[1:], strict=False)):
            raise ParameterError("minutes", "Les limites de temps doivent aller en augmentant.")
        if any(later > earlier for earlier, later in zip(self.weights, self.weights[1:], strict=False)):
            raise ParameterError("weights", "Un poids ne peut pas augmenter avec le temps de trajet.")

    @property
    def reach(self) -> float:
        """The last limit."""
        return self.minutes[-1]

    @property
    def formula(self) -> str:
        """The formula with its numbers."""
        zones = [
            f"{french_number(w)} si t ≤ {french_number(m)}"
            for m, w in zip(self.minutes, self.weights, strict=True)
        ]
        return f"w = {', puis '.join(zones)}, 0 au-delà (t en minutes)"

    def __call__(self, minutes: ArrayLike) -> Floats:
        """Return the weight of the zone of each time."""
        zone = np.searchsorted(self.minutes, np.asarray(minutes, dtype=np.float64), side="left")
        return np.array([*self.weights, 0.0])[zone]


@dataclass(frozen=True, slots=True)
class Linear:
    """A straight slope ``width`` minutes wide, at one half on ``cutoff``.

    >>> Linear(cutoff=15, width=10)([0, 10, 15, 20, 25]).tolist()
    [1.0, 1.0, 0.5, 0.0, 0.0]
    """

    cutoff: float
    width: float

    def __post_init__(self) -> None:
        _check("cutoff", self.cutoff, LONGEST, "minutes")
        _check("width", self.width, 2 * min(self.cutoff, LONGEST - self.cutoff), "minutes")

    @property
    def reach(self) -> float:
        """The foot of the slope."""
        return self.cutoff + self.width / 2

    @property
    def formula(self) -> str:
        """The formula with its numbers."""
        foot, width = french_number(self.reach), french_number(self.width)
        return f"w = ({foot} - t) / {width}, entre 0 et 1 (t en minutes)"

    def __call__(self, minutes: ArrayLike) -> Floats:
        """Return 1 before the slope, 0 after it."""
        left = (self.reach - np.asarray(minutes, dtype=np.float64)) / self.width
        return np.nan_to_num(np.clip(left, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic curve of this median and standard deviation (minutes), brought to 1 at the door.

    >>> Logistic(median=15, deviation=5, cutoff=30)([0, 15, 30, 31]).round(4).tolist()
    [1.0, 0.5022, 0.0043, 0.0]
    """

    median: float
    deviation: float
    cutoff: float

    def __post_init__(self) -> None:
        _check("median", self.median, LONGEST, "minutes")
        _check("deviation", self.deviation, LONGEST, "minutes")
        _check("cutoff", self.cutoff, LONGEST, "minutes")

    @property
    def reach(self) -> float:
        """The cut-off."""
        return self.cutoff

    @property
    def formula(self) -> str:
        """The formula with its numbers."""
        middle, spread = french_number(self.median), french_number(self.deviation)
        rise = f"k = π / ({spread} √3)"
        return f"w = (1 + exp(-{middle} k)) / (1 + exp((t - {middle}) k)), {rise}, {_until(self.cutoff)}"

    def __call__(self, minutes: ArrayLike) -> Floats:
        """Return (1 + exp(-median k)) / (1 + exp((t - median) k)), k = pi / (deviation sqrt 3)."""
        steepness = math.pi / (self.deviation * math.sqrt(3))
        times = np.asarray(minutes, dtype=np.float64)
        # expit, since exp overflows far from the median of a steep curve.
        weights = expit((self.median - times) * steepness) / expit(self.median * steepness)
        return _cut(weights, times, self.cutoff)


@dataclass(frozen=True, slots=True)
class Exponential:
    """exp(-rate t), ``rate`` per minute.

    >>> Exponential(rate=0.12, cutoff=30)([0, 10, 30, 31]).round(4).tolist()
    [1.0, 0.3012, 0.0273, 0.0]
    """

    rate: float
    cutoff: float

    def __post_init__(self) -> None:
        _check("rate", self.rate, 10.0, "par minute")
        _check("cutoff", self.cutoff, LONGEST, "minutes")

    @property
    def reach(self) -> float:
        """The cut-off."""
        return self.cutoff

    @property
    def formula(self) -> str:
        """The formula with its numbers."""
        return f"w = exp(-{french_number(self.rate)} t) {_until(self.cutoff)}"

    def __call__(self, minutes: ArrayLike) -> Floats:
        """Return the weights."""
        times = np.asarray(minutes, dtype=np.float64)
        return _cut(np.exp(-self.rate * times), times, self.cutoff)


@dataclass(frozen=True, slots=True)
class Gaussian:
    """exp(-t² / spread), ``spread`` in square minutes.

    >>> Gaussian(spread=180, cutoff=30)([0, 10, 30, 31]).round(4).tolist()
    [1.0, 0.5738, 0.0067, 0.0]
    """

    spread: float
    cutoff: float

    def __post_init__(self) -> None:
        _check("spread", self.spread, LONGEST**2, "minutes carrées")
        _check("cutoff", self.cutoff, LONGEST, "minutes")

    @property
    def reach(self) -> float:
        """The cut-off."""
        return self.cutoff

    @property
    def formula(self) -> str:
        """The formula with its numbers."""
        return f"w = exp(-t² / {french_number(self.spread)}) {_until(self.cutoff)}"

    def __call__(self, minutes: ArrayLike) -> Floats:
        """Return the weights."""
        times = np.asarray(minutes, dtype=np.float64)
        return _cut(np.exp(-(times**2) / self.spread), times, self.cutoff)


@dataclass(frozen=True, slots=True)
class Kernel:
    """The kernel density of KD2SFCA: a bell that comes down to 0 at ``cutoff`` without a jump.

    >>> Kernel(cutoff=15)([0, 7.5, 15, 16]).round(4).tolist()
    [1.0, 0.7014, 0.0, 0.0]
    """

    cutoff: float

    def __post_init__(self) -> None:
        _check("cutoff", self.cutoff, LONGEST, "minutes")

    @property
    def reach(self) -> float:
        """The cut-off."""
        return self.cutoff

    @property
    def formula(self) -> str:
        """The formula with its numbers."""
        bell = f"exp(-½ (t / {french_number(self.cutoff)})²)"
        return f"w = ({bell} - exp(-½)) / (1 - exp(-½)) {_until(self.cutoff)}"

    def __call__(self, minutes: ArrayLike) -> Floats:
        """Return (exp(-(t / cutoff)² / 2) - exp(-1/2)) / (1 - exp(-1/2))."""
        times = np.asarray(minutes, dtype=np.float64)
        foot = math.exp(-0.5)
        return _cut((np.exp(-0.5 * (times / self.cutoff) ** 2) - foot) / (1 - foot), times, self.cutoff)


DECAYS: dict[str, type[Step | Linear | Logistic | Exponential | Gaussian | Kernel]] = {
    "step": Step,
    "linear": Linear,
    "logistic": Logistic,
    "exponential": Exponential,
    "gaussian": Gaussian,
    "kernel": Kernel,
}


def decay_of(name: str, parameters: Mapping[str, Any]) -> Decay:
    """Return the decay of this name; raise ParameterError for another name, or a parameter too many or few.

    >>> decay_of("linear", {"cutoff": 15, "width": 10})
    Linear(cutoff=15, width=10)
    """
    kind = DECAYS.get(name)
    if kind is None:
        raise ParameterError(
            "decay",
            f"La fonction de décroissance « {name} » n'existe pas.",
            hint=f"Fonctions : {', '.join(DECAYS)}.",
        )
    known = {field.name: field.default for field in fields(kind)}
    hint = f"Paramètres de « {name} » : {', '.join(known)}."
    for given in parameters:
        if given not in known:
            raise ParameterError(given, f"« {given} » n'est pas un paramètre de « {name} ».", hint=hint)
    for wanted, default in known.items():
        if wanted not in parameters and default is MISSING:
            raise ParameterError(wanted, f"Le paramètre « {wanted} » manque.", hint=hint)
    return kind(**parameters)


def french_number(number: float) -> str:
    """Write a number as a French reader does, without needless decimals.

    >>> french_number(5400).replace(THIN_SPACE, "_"), french_number(0.3), french_number(1)
    ('5_400', '0,3', '1')
    """
    return f"{number:,.15g}".replace(",", THIN_SPACE).replace(".", ",")


def _until(cutoff: float) -> str:
    return f"si t ≤ {french_number(cutoff)}, 0 au-delà (t en minutes)"


def _cut(weights: Floats, minutes: Floats, cutoff: float) -> Floats:
    return np.where((minutes <= cutoff) & (weights >= NEGLIGIBLE), weights, 0.0)


def _check(parameter: str, value: float, most: float, unit: str = "") -> None:
    """Raise ParameterError unless 0 < value <= most."""
    if not (math.isfinite(value) and 0 < value <= most):
        raise ParameterError(
            parameter,
            f"La valeur {french_number(value)} n'est pas possible pour « {parameter} ».",
            hint=f"Donnez un nombre supérieur à 0 et d'au plus {french_number(most)} {unit}".rstrip() + ".",
        )
