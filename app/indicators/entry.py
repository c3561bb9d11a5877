"""The shape of one entry of the registry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from app.indicators.density import Floats
from app.indicators.portrait_values import PortraitReader
from app.indicators.wording import Level

Direction = Literal["more_is_better", "less_is_better", "neutral"]
# Who a value could tell about, and so from how many it may be shown (METHODS 11).
Secrecy = Literal["none", "practitioners", "households"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: what it is called and means, what it is computed from, and how.

    ``function`` takes arrays named as ``inputs``, one value a territory, and returns an array of the same
    shape, or one number for them all when ``whole``; NaN is unknown. ``sources`` are names of the catalogue's
    registers. ``direction`` says how a reader should take a larger value; ``secrecy`` which rule its small
    values fall under. ``portrait`` reads it for portraits, where it then appears.
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
    sources: tuple[str, ...]
    secrecy: Secrecy = "none"
    whole: bool = False
    portrait: PortraitReader | None = None


def counted(count: ArrayLike) -> Floats:
    """Return a count as it is: the indicator that is no quotient.

    >>> counted([3, 0]).tolist()
    [3.0, 0.0]
    """
    return np.asarray(count, dtype=np.float64)
