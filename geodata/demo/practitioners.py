"""Practitioners and their careers over the four vintages: who arrives, leaves, moves or has two places.

The last vintage is drawn first, so that its geography is as wanted; the past is then told backwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from geodata.demo import plan
from geodata.demo.finess import Establishment, of_category
from geodata.demo.names import person, plain
from geodata.demo.nomenclature import (
    ADELI,
    GENERAL,
    GENERAL_OUTSIDE,
    GENERAL_PER_QUARTIER,
    PROFESSIONS,
    SHARES,
    WORKFORCE,
    Workforce,
)
from geodata.demo.plan import Floats
from geodata.demo.sites import NO_GP_PRIORITY, Ground, Structure

GP_TITLE = "CABINET MEDICAL"
LAST = len(plan.VINTAGES) - 1
STEP_WEIGHTS = (0.25, 0.25, 0.5)  # share of two years in each interval between vintages
SERIAL_STEP = 7_368_787  # prime to 10, so that multiples of it modulo a power of 10 do not repeat
NOWHERE = Structure("", "", -1)
TELE = Structure("C00099900000001", "TELESOIN FICTIF", -1, sector="SA64")
ABROAD = Structure("C00099900000002", "CABINET ETRANGER FICTIF", -1)


@dataclass(frozen=True, slots=True)
class Practice:
    """One activity of a person from vintage ``first`` to vintage ``last``, both included."""

    structure: Structure
    mode: str
    sector: str
    first: int = 0
    last: int = LAST


@dataclass(frozen=True, slots=True)
class Person:
    """A practitioner of the annuaire. ``kind`` is 8 (RPPS) or 0 (ADELI); ``skills`` may be empty."""

    kind: str
    number: str
    woman: bool
    family: str
    given: str
    profession: str
    skills: tuple[str, ...]
    practices: tuple[Practice, ...]


class Register:
    """Builds the practitioners one group after another from one random source."""

    def __init__(self, seed: int, ground: Ground, establishments: list[Establishment]) -> None:
        self._rng = plan.generator(seed, 11)
        self._ground = ground
        self._establishments = establishments
        self.people: list[Person] = []

    def fill(self) -> list[Person]:
        """Return all practitioners of all vintages."""
        self._general()
        self._lost_general()
        for force in WORKFORCE:
            self._profession(force)
        self._pharmacists()
        self._health_centres()
        self._odd_lines()
        return self.people

    def _add(self, profession: str, skill: str, practices: tuple[Practice, ...]) -> Person:
        rng = self._rng
        serial = (len(self.people) + 1) * SERIAL_STEP
        adeli = profession in ADELI and rng.random() < 0.35
        number = f"00{serial % 10**7:07d}" if adeli else f"999{serial % 10**8:08d}"
        family, given = person(rng)
        skills: tuple[str, ...] = (skill,) if skill else ()
        if skill in GENERAL and rng.random() < 0.06:
            skills = (skill, str(rng.choice(["C48", "CAPA03"])))
        women = rng.random() < (0.55 if profession in ("10", "40", "21", "70", "71") else 0.82)
        added = Person("0" if adeli else "8", number, women, family, given, profession, skills, practices)
        self.people.append(added)
        return added

    def _step(self) -> int:
        """Return a vintage, so that something happens between it and the next."""
        return int(self._rng.choice(len(STEP_WEIGHTS), p=STEP_WEIGHTS))

    def _career(self, here: Practice, elsewhere: Structure) -> tuple[Practice, ...]:
        """Return the practices of somebody who is ``here`` at the last vintage."""
        roll = self._rng.random()
        if roll < 2 * SHARES["arrivals"]:
            return (replace(here, first=self._step() + 1),)
        if roll < 2 * (SHARES["arrivals"] + SHARES["moves"]):
            step = self._step()
            return (replace(here, structure=elsewhere, last=step), replace(here, first=step + 1))
        if roll < 2 * (SHARES["arrivals"] + SHARES["moves"]) + 0.02:
            step = self._step()
            other = "S" if here.mode == "L" else "L"
            return (replace(here, mode=other, last=step), replace(here, first=step + 1))
        return (here,)

    def _places(
        self, count: int, weight: Floats, together: float, title: str, apart: float = 1.0
    ) -> list[Structure]:
        """Return the practice of each of ``count`` people, shared by ``together`` of them on average.

        An IRIS weighs ``apart`` times less each time a practice opens there.
        """
        iris = self._ground.city.iris_of
        places: list[Structure] = []
        while len(places) < count:
            size = 1 + int(self._rng.poisson(max(together - 1.0, 0.0)))
            address = int(self._ground.draw(self._rng, weight, 1)[0])
            street = self._ground.city.addresses.street[address]
            sector = "SA08" if size > 1 else "SA07"
            place = self._ground.open(plain(f"{title} {street.rest}"), address, sector)
            places += [place] * min(size, count - len(places))
            weight = np.where(iris == iris[address], apart, 1.0) * weight
        return places

    def _settle(
        self, profession: str, skill: str, places: list[Structure], weight: Floats, mode: str = "L"
    ) -> None:
        """Add one person a place, then those who have left since.

        Oddities are for groups of some size: they would blur what the smallest are there to show.
        """
        rng, many = self._rng, len(places) >= 4
        leavers = int(rng.binomial(len(places), 2 * SHARES["departures"]))
        others = self._places(len(places) // 6 + 1, weight, 1.3, "CABINET")
        for place in places:
            here = Practice(place, mode, place.sector)
            practices = self._career(here, others[int(rng.integers(len(others)))])
            if many and rng.random() < SHARES["nowhere"]:
                practices = (Practice(NOWHERE, mode, ""),)
            elif many and mode == "L" and rng.random() < SHARES["second_site"]:
                second = others[int(rng.integers(len(others)))]
                practices += (replace(practices[-1], structure=second, sector=second.sector),)
            self._add(profession, self._variant(skill), practices)
        for _ in range(leavers):
            place = others[int(rng.integers(len(others)))]
            self._add(
                profession, self._variant(skill), (Practice(place, mode, place.sector, last=self._step()),)
            )

    def _variant(self, skill: str) -> str:
        return str(self._rng.choice(GENERAL, p=(0.5, 0.42, 0.08))) if skill == "general" else skill

    def _general(self) -> None:
        """General practitioners in practices of their own, by quartier and neighbouring commune."""
        city = self._ground.city
        weight = self._ground.general_weights()
        placed = self._general_in_priorities(weight)
        zones = [(city.quartier_of == q, rate) for q, rate in enumerate(GENERAL_PER_QUARTIER)]
        zones += [(city.addresses.commune == c, rate) for c, rate in enumerate(GENERAL_OUTSIDE) if rate]
        for mask, rate in zones:
            count = round(rate * float(city.people.count[mask].sum()) / 10_000.0) - int(mask[placed].sum())
            local = np.where(mask, weight, 0.0)
            self._settle("10", "general", self._places(count, local, 1.7, GP_TITLE, apart=0.01), local)
        houses = of_category(self._establishments, "603")
        self._settle("10", "general", [house for house in houses for _ in range(2)], weight)

    def _general_in_priorities(self, weight: Floats) -> list[int]:
        """Open one practice in each priority neighbourhood that still has one; return their addresses."""
        placed = []
        for k in range(len(plan.PRIORITY)):
            local = np.where(self._ground.city.priority_of == k, weight, 0.0)
            if local.any():
                places = self._places(1, local, 1.0, GP_TITLE)
                self._settle("10", "general", places, local)
                placed.append(places[0].address)
        return placed

    def _lost_general(self) -> None:
        """The two general practitioners one priority neighbourhood has lost, one after the other."""
        mask = self._ground.city.priority_of == NO_GP_PRIORITY
        weight = np.where(mask, self._ground.weights(0.0), 0.0)
        for k, place in enumerate(self._places(2, weight, 1.0, GP_TITLE)):
            self._add("10", "SM26", (Practice(place, "L", "SA07", last=k),))

    def _profession(self, force: Workforce) -> None:
        weight = self._ground.weights(force.pull)
        title = f"CABINET {PROFESSIONS[force.profession]}"
        liberal = self._places(force.liberal, weight, force.together, title)
        self._settle(force.profession, force.skill, liberal, weight)
        if force.profession in ("26", "28"):
            shops = self._places(force.salaried, weight, force.together, "MAGASIN")
            places = [replace(shop, sector="SA42") for shop in shops]
        else:
            places = list(self._employers(force.salaried))
        self._settle(force.profession, force.skill, places, weight, "S")

    def _employers(self, count: int) -> Iterator[Structure]:
        hospitals = of_category(self._establishments, "101", "355", "365")
        homes = of_category(self._establishments, "500", "156")
        for _ in range(count):
            pool = hospitals if self._rng.random() < 0.82 else homes
            yield pool[int(self._rng.integers(len(pool)))]

    def _pharmacists(self) -> None:
        weight = self._ground.weights(0.4)
        shops = of_category(self._establishments, "620")
        self._settle("21", "", shops, weight)
        assistants = [shop for shop in shops for _ in range(int(self._rng.integers(1, 3)))]
        self._settle("21", "", assistants, weight, "S")
        self._settle("21", "", of_category(self._establishments, "611", "101"), weight, "S")

    def _health_centres(self) -> None:
        """Salaried general practitioners and nurses of the health centres."""
        centres = of_category(self._establishments, "124")
        staff = [centre for centre, size in zip(centres, (4, 3, 2, 2), strict=True) for _ in range(size)]
        self._settle("10", "general", staff, self._ground.general_weights(), "S")
        self._settle("60", "", centres, self._ground.weights(0.3), "S")

    def _odd_lines(self) -> None:
        """Second lines at a teleconsultation company, and a few practices abroad."""
        general = [k for k, p in enumerate(self.people) if set(p.skills) & set(GENERAL)]
        for k in self._rng.choice(general, 16, replace=False):
            here = self.people[k]
            extra = Practice(TELE, "S", "SA64", first=1)
            self.people[k] = replace(here, practices=(*here.practices, extra))
        for k in self._rng.choice(len(self.people), 6, replace=False):
            here = self.people[k]
            self.people[k] = replace(here, practices=(*here.practices, Practice(ABROAD, "L", "")))
