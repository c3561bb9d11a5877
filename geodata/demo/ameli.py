"""The health insurance's list of the demo city: no national number, names and addresses of its own.

Written from the last vintage with what the real list does to names and addresses; ``truth_convention.csv``
has the sector of each practice, and whether the list tells it, leaves it out or contradicts itself.
"""

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from geodata.demo import plan
from geodata.demo.names import GIVEN, SYLLABLES, plain
from geodata.demo.nomenclature import GENERAL
from geodata.demo.practitioners import LAST, Person, Practice
from geodata.demo.written import CEDEX, TYPE_CODES, Written

COLUMNS: Final = (
    *("ps_activite_nom", "ps_activite_prenom", "ps_activite_civilite", "ps_activite_raison_sociale"),
    *("specialite_code", "specialite_libelle", "type_ps_code", "type_ps_libelle"),
    *("activite_particuliere_code", "activite_particuliere_libelle", "coordonnees_voie"),
    *("coordonnees_complement", "coordonnees_lieu_dit", "coordonnees_code_postal", "coordonnees_ville"),
    *("coordonnees_num_tel", "secteur_conventionnel_code", "secteur_conventionnel_libelle"),
    *("nature_exercice_code", "nature_exercice_libelle", "option_tarifaire_code"),
    *("option_tarifaire_libelle",),
)
# Profession of the annuaire: speciality and type, as the list codes and labels them.
TYPES: Final = {
    "10": ("", "", "1", "Médecins généralistes et spécialistes"),
    "40": ("19", "Chirurgien-dentiste", "2", "Chirurgiens-dentistes"),
    "50": ("21", "Sage-femme", "3", "Sages-femmes"),
    "60": ("24", "Infirmier", "4", "Infirmiers"),
    "70": ("26", "Masseur-kinésithérapeute", "5", "Masseurs-kinésithérapeutes"),
    "80": ("27", "Pédicure-podologue", "6", "Pédicures-podologues"),
    "91": ("28", "Orthophoniste", "7", "Orthophonistes"),
    "92": ("29", "Orthoptiste", "8", "Orthoptistes"),
}
SPECIALITIES: Final = {
    "SM04": ("03", "Cardiologue"),
    "SM73": ("03", "Cardiologue"),
    "SM15": ("05", "Dermatologue et vénérologue"),
    "SM38": ("15", "Ophtalmologiste"),
    "SM40": ("12", "Pédiatre"),
}
SECTORS: Final = {"0": "Non conventionné", "1": "Secteur 1", "2": "Droit permanent", "3": "Secteur 2"}
OPTIONS: Final = {"": "", "3": "OPTAM", "4": "OPTAM-ACO"}
MISSING, MOVED, TWICE, STALE, CONTRARY = 0.06, 0.05, 0.03, 0.5, 0.01


@dataclass(slots=True)
class InsuredList:
    """Lines being written, and the truth of each practice by (national id, structure)."""

    rng: np.random.Generator
    written: dict[str, Written]
    lines: list[dict[str, str]] = field(default_factory=list)
    truth: list[tuple[str, str, str, str]] = field(default_factory=list)

    def person(self, person: Person) -> None:
        """Write the lines of one person, and the truth of each liberal practice of the last vintage."""
        sector, option = self._sector(person)
        for practice in person.practices:
            place = self.written.get(practice.structure.id)
            if practice.mode != "L" or place is None:
                continue
            if practice.last < LAST:
                if self.rng.random() < STALE:
                    self._line(person, place, sector, option)
                continue
            self._practice(person, practice, place, sector, option)

    def _practice(self, person: Person, practice: Practice, place: Written, sector: str, option: str) -> None:
        meant = "secteur_2_optam" if sector == "3" and option else _MEANT[sector]
        roll, listed = self.rng.random(), "missing"
        if roll >= MISSING:
            listed = "contradicted" if roll < MISSING + CONTRARY else "told"
            self._line(person, place, sector, option)
            if listed == "contradicted":
                self._line(person, place, "1" if sector == "3" else "3", "")
            elif roll < MISSING + CONTRARY + TWICE:
                self._line(person, place, sector, option)
        self.truth.append((person.kind + person.number, practice.structure.id, meant, listed))

    def stranger(self, near: Person) -> None:
        """Write somebody the annuaire does not know, of the same family name and town as somebody it does."""
        place = next(
            (self.written[p.structure.id] for p in near.practices if p.structure.id in self.written), None
        )
        if place is None:
            return
        given = str(self.rng.choice([name for name in GIVEN if name[0] != near.given[0]]))
        other = Person("8", "", near.woman, near.family, given, near.profession, near.skills, ())
        self._line(other, place, "3", "")

    def company(self, name: str, place: Written, kind: str) -> None:
        """Write a line that bears no person's name."""
        self.lines.append(
            _row({"ps_activite_raison_sociale": name, "type_ps_libelle": kind}, self._place(place))
        )

    def _sector(self, person: Person) -> tuple[str, str]:
        roll = self.rng.random()
        if person.profession != "10":
            return ("0", "") if roll < 0.01 else ("1", "")
        free = 0.07 if set(person.skills) & set(GENERAL) else 0.5
        if roll < free:
            return "3", ("3" if roll < 0.6 * free else "")
        return ("0", "") if roll > 0.985 else ("2", "") if roll > 0.975 else ("1", "")

    def _line(self, person: Person, place: Written, sector: str, option: str) -> None:
        code, label, kind, kinds = TYPES[person.profession]
        if person.profession == "10":
            skill = next(iter(person.skills), "")
            code, label = SPECIALITIES.get(skill, ("01", "Médecin généraliste"))
        names = {
            "ps_activite_nom": self._family(person.family),
            "ps_activite_prenom": self._given(person.given),
        }
        self.lines.append(
            _row(
                {**names, "ps_activite_civilite": "F" if person.woman else "H"},
                {"specialite_code": code, "specialite_libelle": label},
                {"type_ps_code": kind, "type_ps_libelle": kinds},
                {"secteur_conventionnel_code": sector, "secteur_conventionnel_libelle": SECTORS[sector]},
                {"nature_exercice_code": "01", "nature_exercice_libelle": "Libéral intégral"},
                {"option_tarifaire_code": option, "option_tarifaire_libelle": OPTIONS[option]},
                self._place(place),
            )
        )

    def _family(self, name: str) -> str:
        """Return a family name as the list has it: without accents; one of two, or the other after it."""
        roll, known = self.rng.random(), plain(name)
        if "-" in name and roll < 0.3:
            return plain(name.split("-")[int(roll < 0.15)])
        if roll < 0.03:
            return f"{known} {''.join(self.rng.choice(SYLLABLES, size=2))}"
        return name.upper() if roll < 0.5 else known

    def _given(self, name: str) -> str:
        roll, known = self.rng.random(), plain(name)
        if roll < 0.03:
            return known[0]
        if roll < 0.06:
            return f"{known}-{plain(str(self.rng.choice(GIVEN)))}"
        return known

    def _place(self, place: Written) -> dict[str, str]:
        """Return an address as the list has it: type cut short, number lost, or CEDEX."""
        kind = next((code for code, town in CEDEX.items() if code == place.code_postal), "")
        street = " ".join(word for word in (place.type_label, place.voie) if word)
        roll = self.rng.random()
        if roll < 0.5 and place.type_label:
            street = f"{TYPE_CODES[place.type_label]} {place.voie}"
        number = f"{place.numero}{f' {place.repetition}' if place.repetition else ''}"
        shown = plain(f"{number} {street}") if roll > MOVED else plain(street)
        town = CEDEX[kind] if kind else place.bureau_cedex.split(" ", 1)[1]
        complement = "RESIDENCE LES BRISANTS" if roll > 0.95 else ""
        return {
            "coordonnees_voie": shown,
            "coordonnees_complement": complement,
            "coordonnees_code_postal": place.code_postal,
            "coordonnees_ville": town,
            "coordonnees_num_tel": "0990000000",
        }


_MEANT: Final = {"0": "non_conventionne", "1": "secteur_1", "2": "droit_permanent", "3": "secteur_2"}


def _row(*parts: dict[str, str]) -> dict[str, str]:
    return {name: value for part in parts for name, value in part.items()}


def write(seed: int, folder: Path, people: list[Person], written: dict[str, Written]) -> list[Path]:
    """Write the list, with a byte order mark as the real one has, and the truth behind it."""
    rng = plan.generator(seed, 30)
    listed = InsuredList(rng, written)
    insured = [person for person in people if person.profession in TYPES]
    for person in insured:
        listed.person(person)
    for k in rng.choice(len(insured), 40, replace=False):
        listed.stranger(insured[int(k)])
    for k, place in enumerate(list(written.values())[:60]):
        listed.company(f"STRUCTURE FICTIVE {k}", place, "Pharmaciens" if k % 2 else "Centres de santé")
    path, truth = folder / "liste-ps-20251101.csv", folder / "truth_convention.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(listed.lines[int(k)] for k in rng.permutation(len(listed.lines)))
    with truth.open("w", encoding="utf-8", newline="") as file:
        plain_writer = csv.writer(file, lineterminator="\n")
        plain_writer.writerow(("person", "structure", "convention", "listed"))
        plain_writer.writerows(sorted(listed.truth))
    return [path, truth]
