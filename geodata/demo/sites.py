"""Where supply settles: the weight of every address for a profession, and the structures opened there."""

from dataclasses import dataclass

import numpy as np

from geodata.demo import plan
from geodata.demo.city import City
from geodata.demo.nomenclature import GENERAL_PER_QUARTIER
from geodata.demo.plan import Floats, Ints

NO_GP_PRIORITY = 1  # the priority neighbourhood that has lost its general practitioners


@dataclass(frozen=True, slots=True)
class Structure:
    """A place of practice. ``address`` is a row of the addresses, -1 when it lies outside the city."""

    id: str
    name: str
    address: int
    finess: str = ""
    sector: str = ""


class Ground:
    """The addresses as supply sees them; hands out structure numbers."""

    def __init__(self, city: City) -> None:
        self.city = city
        listed = city.addresses
        rates = np.array(GENERAL_PER_QUARTIER)
        served = np.append(rates / rates.mean(), 0.8)[city.quartier_of]
        self._served: Floats = served
        wide = np.array([s.kind in ("Avenue", "Boulevard", "Place", "Cours", "Quai") for s in listed.street])
        self._street = np.where(wide, 2.5, 1.0)
        inside = city.priority_of >= 0
        around = np.zeros(len(listed))
        for zone in plan.PRIORITY:
            away = np.hypot(*(listed.xy - np.array(zone.centre)).T)
            around = np.maximum(around, away < zone.radius + 300.0)
        self._priority = np.where(inside, 0.4, np.where(around > 0, 0.7, 1.0))
        self._without_gp = city.priority_of == NO_GP_PRIORITY
        self._opened = 0

    def weights(self, pull: float) -> Floats:
        """Return the weight of each address: its inhabitants, bent by ``pull`` towards served places."""
        homes = self.city.people.count + 0.3
        outside = np.where(self.city.addresses.commune > 0, 1.0 / (1.0 + 0.8 * pull), 1.0)
        return np.asarray(
            homes * self._street * self._served**pull * self._priority ** min(pull, 1.0) * outside
        )

    def general_weights(self) -> Floats:
        """Return the weight of each address for a general practitioner, 0 where there shall be none."""
        return np.where(self._without_gp, 0.0, self.weights(0.4))

    def draw(self, rng: np.random.Generator, weight: Floats, count: int) -> Ints:
        """Return ``count`` different addresses drawn with ``weight``."""
        return np.asarray(rng.choice(len(weight), size=count, replace=False, p=weight / weight.sum()))

    def open(self, name: str, address: int, sector: str = "") -> Structure:
        """Open a practice that FINESS does not know."""
        self._opened += 1
        siret = f"000{self._opened:06d}{10_000 + self._opened % 89_999:05d}"
        return Structure(f"C{siret}", name, address, sector=sector)
