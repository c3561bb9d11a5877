"""How each mode moves: who may enter a street, how fast, and what a junction costs.

The rules are those of Valhalla's costings (``pedestrian``, ``bicycle``, ``auto``) brought to one time a
street and direction and one time a junction; docs/decisions/011 says how far the two differ. Public transport
is walking, and riding what a timetable says (``transit``).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

StreetMode = Literal["walk", "bike", "car"]
Mode = Literal["walk", "bike", "car", "transit"]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

STREET_MODES: tuple[StreetMode, ...] = ("walk", "bike", "car")
MODES: tuple[Mode, ...] = (*STREET_MODES, "transit")
# Modes whose areas are drawn from our own times; Valhalla draws those of the others (docs/decisions/042).
DRAWN: frozenset[StreetMode] = frozenset({"walk", "bike"})
LABELS: dict[Mode, str] = {
    "walk": "à pied",
    "bike": "à vélo",
    "car": "en voiture",
    "transit": "en transports en commun",
}
PRESETS: dict[Mode, tuple[int, ...]] = {
    "walk": (15, 30),
    "bike": (20,),
    "car": (20, 30),
    "transit": (30, 45),
}  # minutes

KPH = 3.6  # km/h in a metre a second
FERRIES = (41, 42)
STEPS = 26
IMPASSABLE = 7
SIGNAL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Costing:
    """One mode: Valhalla's name, the bit of its access masks, seconds lost where 3 streets or more meet.

    ``speed`` is in km/h, None when the street says it. ``signal`` is what a traffic light adds.
    """

    valhalla: str
    access: int
    speed: float | None
    junction: float
    signal: float


COSTINGS: dict[StreetMode, Costing] = {
    "walk": Costing("pedestrian", 2, 5.1, 0.0, 0.0),
    "bike": Costing("bicycle", 4, 17.0, 1.0, 0.0),
    "car": Costing("auto", 1, None, 0.7, SIGNAL_SECONDS),
}


def preset_limit(mode: Mode) -> int:
    """Return the longest preset of a mode, in seconds: shorter ones are read out of it.

    >>> preset_limit("walk")
    1800
    """
    return 60 * max(PRESETS[mode])


def travel_seconds(
    mode: StreetMode, length: Floats, speed: Floats, use: NDArray[np.int64], surface: NDArray[np.int64]
) -> Floats:
    """Return the seconds along each street: (n,) lengths in metres, Valhalla's speeds, uses, surfaces.

    A ferry goes at its own speed for everybody. NaN where a mode cannot pass.
    """
    costing = COSTINGS[mode]
    pace = speed if costing.speed is None else np.full(len(length), costing.speed)
    if mode == "bike":
        pace = np.where(use == STEPS, 1.0, pace * BIKE_SURFACE[surface])
    pace = np.where(np.isin(use, FERRIES), speed, pace)
    open_to = (pace > 0) & ((surface < IMPASSABLE) | (mode == "walk"))
    seconds = np.full(len(length), np.nan)
    seconds[open_to] = length[open_to] * KPH / pace[open_to]
    return seconds


# A hybrid bicycle on Valhalla's surfaces, from smooth paving to impassable.
BIKE_SURFACE = np.array([1.0, 1.0, 1.0, 0.8, 0.6, 0.4, 0.25, 0.0])
