"""Professions as cities speak of them, and the register's codes that make each one.

Source: METHODS 1; codes of the annuaire santé (profession, savoir-faire) and of FINESS (category, authorised
activity: the tables of ``geodata``).
"""

from dataclasses import dataclass
from typing import Literal

from geodata.activities import MARK, kinds_of
from geodata.categories import codes_of

Subject = Literal["person", "establishment"]
Recourse = Literal["first", "second"]

HEALTH_CENTRE_SECTORS = ("SA05", "SA52")
TELECONSULTATION_SECTOR = "SA64"
DOCTOR = "10"


@dataclass(frozen=True, slots=True)
class Profession:
    """One entry of the menu.

    ``code`` and ``skills`` select activities of the annuaire (no skill means any); ``categories`` select
    establishments of FINESS, by their category or by an activity that they are authorised to. ``age`` and
    ``sex`` name the population it is compared with (METHODS 3). ``part_of`` is the profession that counts the
    same people among others: the two are never added up.
    """

    slug: str
    label: str
    code: str | None = None
    skills: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    recourse: Recourse | None = None
    feminine: bool = False
    age: str = "all"
    sex: Literal["T", "F", "H"] = "T"
    part_of: str | None = None

    @property
    def subject(self) -> Subject:
        """Return what is counted: persons, or establishments."""
        return "establishment" if self.categories else "person"

    @property
    def authorised(self) -> bool:
        """Say whether it counts authorised activities, which are of one day: nobody knows their past."""
        return any(code.startswith(MARK) for code in self.categories)


@dataclass(frozen=True, slots=True)
class Group:
    """Professions counted together: somebody who has two of them is one person.

    ``members`` are slugs of professions that all count people, or all count establishments.
    """

    slug: str
    label: str
    members: tuple[str, ...]


def _doctor(
    slug: str,
    label: str,
    *numbers: int,
    recourse: Recourse | None = None,
    age: str = "all",
    sex: Literal["T", "F"] = "T",
    part_of: str | None = None,
) -> Profession:
    skills = tuple(f"SM{number:02d}" for number in numbers)
    return Profession(slug, label, DOCTOR, skills, recourse=recourse, age=age, sex=sex, part_of=part_of)


def _establishments(slug: str, label: str, *, feminine: bool = False) -> Profession:
    return Profession(slug, label, categories=(*codes_of(slug), *kinds_of(slug)), feminine=feminine)


PROFESSIONS: tuple[Profession, ...] = (
    _doctor("medecin_generaliste", "Médecins généralistes", 26, 53, 54, recourse="first"),
    Profession("infirmier", "Infirmiers", "60", recourse="first"),
    Profession("masseur_kinesitherapeute", "Masseurs-kinésithérapeutes", "70", recourse="first"),
    Profession("chirurgien_dentiste", "Chirurgiens-dentistes", "40", recourse="first"),
    _doctor("gynecologue", "Gynécologues", 19, 20, 51, 52, recourse="second", age="15-49", sex="F"),
    Profession("sage_femme", "Sages-femmes", "50", recourse="second", feminine=True, sex="F"),
    _doctor("pediatre", "Pédiatres", 40, 87, 88, 89, 90, recourse="second", age="0-14"),
    Profession("orthophoniste", "Orthophonistes", "91", recourse="second"),
    _doctor("ophtalmologue", "Ophtalmologues", 38, 85, recourse="second"),
    Profession("orthoptiste", "Orthoptistes", "92", recourse="second"),
    _doctor("psychiatre", "Psychiatres", 33, 42, 43, 92, 93),
    # « Psychiatrie option enfant et adolescent » before and since the reform of the specialities.
    _doctor("pedopsychiatre", "Pédopsychiatres", 43, 92, part_of="psychiatre"),
    _doctor("dermatologue", "Dermatologues", 15),
    _doctor("cardiologue", "Cardiologues", 4, 73),
    _doctor("endocrinologue", "Endocrinologues", 16, 62),
    _doctor("nephrologue", "Néphrologues", 30, 83),
    _doctor("neurologue", "Neurologues", 32, 84),
    _doctor("pneumologue", "Pneumologues", 41, 91),
    _doctor("oto_rhino_laryngologue", "Oto-rhino-laryngologistes", 39, 34, 86),
    _doctor("radiologue", "Radiologues", 44, 55, 74, 94),
    Profession("psychologue", "Psychologues", "93"),
    Profession("pedicure_podologue", "Pédicures-podologues", "80"),
    Profession("pharmacien", "Pharmaciens", "21"),
    Profession("osteopathe", "Ostéopathes", "71"),
    Profession("opticien_lunetier", "Opticiens-lunetiers", "28"),
    Profession("audioprothesiste", "Audioprothésistes", "26"),
    Profession("ergotherapeute", "Ergothérapeutes", "94"),
    Profession("dieteticien", "Diététiciens", "95"),
    Profession("psychomotricien", "Psychomotriciens", "96"),
    _establishments("pharmacie", "Pharmacies", feminine=True),
    _establishments("centre_de_sante", "Centres de santé"),
    _establishments("maison_de_sante", "Maisons de santé", feminine=True),
    _establishments("maison_medicale_de_garde", "Maisons médicales de garde", feminine=True),
    _establishments("cmp", "Centres médico-psychologiques"),
    _establishments("cmpp", "Centres médico-psycho-pédagogiques"),
    _establishments("csapa", "Centres d'addictologie (CSAPA)"),
    _establishments("pmi", "Centres de protection maternelle et infantile (PMI)"),
    _establishments("hopital", "Hôpitaux"),
    _establishments("urgences", "Services d'urgences"),
    _establishments("laboratoire", "Laboratoires d'analyses"),
)


def _of_recourse(recourse: Recourse) -> tuple[str, ...]:
    return tuple(entry.slug for entry in PROFESSIONS if entry.recourse == recourse)


# Shipped groups, those of Rennes (METHODS 1); a city's own file may give them other members.
PRESETS = (
    Group("premier_recours", "Praticiens de premier recours", _of_recourse("first")),
    Group("second_recours", "Praticiens de second recours", _of_recourse("second")),
)
