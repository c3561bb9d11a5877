"""Professions as cities speak of them, and the register's codes that make each one.

Source: METHODS 1; codes of the annuaire santé (profession, savoir-faire) and of FINESS (category).
"""

from dataclasses import dataclass
from typing import Literal

Subject = Literal["person", "establishment"]
Recourse = Literal["first", "second"]

HEALTH_CENTRE_SECTORS = ("SA05", "SA52")
TELECONSULTATION_SECTOR = "SA64"
DOCTOR = "10"


@dataclass(frozen=True, slots=True)
class Profession:
    """One entry of the menu.

    ``code`` and ``skills`` select activities of the annuaire (no skill means any); ``categories`` select
    establishments of FINESS. ``age`` and ``sex`` name the population it is compared with (METHODS 3).
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

    @property
    def subject(self) -> Subject:
        """Return what is counted: persons, or establishments."""
        return "establishment" if self.categories else "person"


def _doctor(
    slug: str,
    label: str,
    *numbers: int,
    recourse: Recourse | None = None,
    age: str = "all",
    sex: Literal["T", "F"] = "T",
) -> Profession:
    skills = tuple(f"SM{number:02d}" for number in numbers)
    return Profession(slug, label, DOCTOR, skills, recourse=recourse, age=age, sex=sex)


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
    Profession("pharmacie", "Pharmacies", categories=("620",), feminine=True),
    Profession("centre_de_sante", "Centres de santé", categories=("124",)),
    Profession("maison_de_sante", "Maisons de santé", categories=("603",), feminine=True),
    Profession("cmp", "Centres médico-psychologiques", categories=("156",)),
    Profession("hopital", "Hôpitaux", categories=("101", "355", "365", "292", "106")),
    Profession("laboratoire", "Laboratoires d'analyses", categories=("611",)),
)
