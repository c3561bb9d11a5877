"""Demand standardised by age: how much care the people of a place are likely to ask for (METHODS 7)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.errors import ParameterError
from app.indicators.decay import Floats

OLDEST = 95  # where the open last class is taken to end when it has to be shared out


def _check_ages(first_ages: Sequence[int]) -> None:
    ages = list(first_ages)
    if not ages or ages[0] != 0 or ages != sorted(set(ages)) or ages[-1] >= OLDEST:
        raise ParameterError(
            "age_classes",
            f"Les classes d'âge doivent aller en augmentant, de 0 à {OLDEST - 1} ans.",
        )


@dataclass(frozen=True, slots=True)
class AgeWeights:
    """What a person of each age asks for, 1 being the mean of the country.

    ``first_ages`` gives the first age of each class, from 0 upwards, the last class being open; ``weights``
    one positive number a class.
    """

    first_ages: tuple[int, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.first_ages) != len(self.weights):
            raise ParameterError(
                "age_weights", f"{len(self.weights)} poids pour {len(self.first_ages)} classes d'âge."
            )
        _check_ages(self.first_ages)
        if not all(0 < weight < 100 for weight in self.weights):
            raise ParameterError(
                "age_weights", "Un poids d'âge doit être un nombre positif, inférieur à 100."
            )

    def of_classes(self, first_ages: Sequence[int]) -> Floats:
        """Return the weight of other classes: the mean over the years of age that each one covers.

        >>> AgeWeights((0, 10), (1.0, 2.0)).of_classes((0, 5, 15)).tolist()
        [1.0, 1.5, 2.0]
        """
        _check_ages(first_ages)
        years = np.arange(OLDEST)
        by_year = np.array(self.weights)[np.searchsorted(self.first_ages, years, side="right") - 1]
        widths = np.diff([*first_ages, OLDEST])
        return np.asarray(np.add.reduceat(by_year, list(first_ages)) / widths, dtype=np.float64)


# IRDES, document de travail n° 70.
FIVE_YEARS = AgeWeights(
    tuple(range(0, 95, 5)),
    (
        *(1.27, 0.65, 0.55, 0.51, 0.54, 0.65, 0.67, 0.72, 0.75, 0.83),
        *(1.03, 1.07, 1.31, 1.39, 1.54, 1.82, 2.12, 2.84, 2.61),
    ),
)
COARSE = AgeWeights((0, 18, 25, 40, 60, 75), (0.759, 0.785, 0.915, 1.05, 1.4, 1.3))


def standardised(people: ArrayLike, ages: ArrayLike, weights: ArrayLike) -> Floats:
    """Return people (cells,) multiplied by the mean weight of their ages.

    ``ages`` (cells, classes) counts people, or any number proportional to them: only their shares are used,
    so that a cell scaled to the total of its IRIS needs no scaled ages. ``weights`` (classes,). Where the
    ages are unknown (NaN, or nobody in any class) each person counts for 1, the mean of the country.

    >>> standardised([100, 100], [[3, 1], [float("nan")] * 2], [1.0, 2.0]).tolist()
    [125.0, 100.0]
    """
    shares = np.asarray(ages, dtype=np.float64)
    if np.any(shares < 0):
        raise ValueError("ages must not be negative")
    total = shares.sum(axis=1)
    known = total > 0
    mean = np.ones(len(total))
    mean[known] = shares[known] @ np.asarray(weights, dtype=np.float64) / total[known]
    return np.asarray(people, dtype=np.float64) * mean
