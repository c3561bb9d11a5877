"""Who practises in the city: professions, specialities and how many, with the codes of the annuaire."""

from dataclasses import dataclass
from typing import Final

PROFESSIONS: Final = {
    **{"10": "Médecin", "21": "Pharmacien", "26": "Audioprothésiste", "28": "Opticien-Lunetier"},
    **{"40": "Chirurgien-Dentiste", "50": "Sage-Femme", "60": "Infirmier", "70": "Masseur-Kinésithérapeute"},
    **{"71": "Ostéopathe", "80": "Pédicure-Podologue", "91": "Orthophoniste", "92": "Orthoptiste"},
    **{"93": "Psychologue", "94": "Ergothérapeute", "95": "Diététicien", "96": "Psychomotricien"},
}
SKILLS: Final = {
    **{"SM01": "Allergologie", "SM03": "Anesthésie-réanimation"},
    **{"SM04": "Cardiologie et maladies vasculaires", "SM09": "Chirurgie orthopédique et traumatologie"},
    **{"SM12": "Chirurgie urologique", "SM14": "Chirurgie viscérale et digestive"},
    **{"SM15": "Dermatologie et vénéréologie", "SM16": "Endocrinologie et métabolisme", "SM18": "Gériatrie"},
    **{"SM19": "Gynécologie médicale", "SM20": "Gynécologie-obstétrique"},
    **{"SM24": "Gastro-entérologie et hépatologie", "SM25": "Médecine du travail"},
    **{"SM26": "Qualifié en Médecine Générale", "SM27": "Médecine interne"},
    **{"SM29": "Médecine physique et réadaptation", "SM30": "Néphrologie", "SM32": "Neurologie"},
    **{"SM38": "Ophtalmologie", "SM39": "Oto-rhino-laryngologie", "SM40": "Pédiatrie", "SM41": "Pneumologie"},
    **{"SM42": "Psychiatrie", "SM43": "Psychiatrie option enfant & adolescent", "SM44": "Radio-diagnostic"},
    **{"SM48": "Rhumatologie", "SM53": "Spécialiste en Médecine Générale", "SM54": "Médecine Générale"},
    **{"SM62": "Endocrinologie, diabétologie, nutrition", "SM73": "Médecine cardiovasculaire"},
    **{"C48": "Médecine du sport", "CAPA03": "Angéiologie"},
}
SECTORS: Final = {
    **{"SA01": "Etablissement Public de santé", "SA04": "Etab. Privé Non PSPH", "SA05": "Centre de santé"},
    **{"SA07": "Cabinet individuel", "SA08": "Cabinet de groupe", "SA17": "Etab. pour Personnes Agées"},
    **{"SA25": "Laboratoire de biologie médicale (LBM)", "SA33": "Pharmacie d'officine"},
    **{"SA42": "Appareillage médical", "SA52": "Maison de santé pluri-professionnelle"},
    **{"SA64": "Société de téléconsultation"},
}
MODES: Final = {"L": "Lib,indép,artis,com", "S": "Salarié"}
GENERAL: Final = ("SM54", "SM53", "SM26")
ADELI: Final = ("26", "28", "71", "93", "94", "95", "96")  # professions that may still bear an ADELI number


@dataclass(frozen=True, slots=True)
class Workforce:
    """Practitioners of one profession or speciality at the last vintage.

    ``liberal`` have a practice of their own, ``salaried`` work in an establishment. ``together`` is the mean
    number in one practice. ``pull`` is how strongly they follow the well-served neighbourhoods: 0 is evenly
    with the inhabitants, 1 as general practitioners do.
    """

    profession: str
    skill: str
    liberal: int
    salaried: int
    together: float
    pull: float


WORKFORCE: Final = (
    *(Workforce("40", "", 75, 6, 2.0, 1.0), Workforce("50", "", 22, 18, 1.8, 0.7)),
    *(Workforce("60", "", 170, 530, 3.0, 0.3), Workforce("70", "", 130, 24, 2.6, 0.8)),
    *(Workforce("71", "", 60, 0, 1.6, 1.2), Workforce("80", "", 32, 0, 1.5, 0.8)),
    *(Workforce("91", "", 50, 8, 2.0, 0.9), Workforce("92", "", 12, 3, 1.5, 1.4)),
    *(Workforce("93", "", 130, 42, 1.5, 1.5), Workforce("94", "", 10, 18, 1.5, 1.0)),
    *(Workforce("95", "", 22, 8, 1.3, 1.2), Workforce("96", "", 12, 14, 1.5, 1.0)),
    *(Workforce("28", "", 0, 60, 2.4, 1.3), Workforce("26", "", 0, 12, 1.5, 1.2)),
    *(Workforce("10", "SM04", 8, 6, 2.4, 1.8), Workforce("10", "SM73", 2, 1, 2.0, 1.8)),
    *(Workforce("10", "SM15", 6, 2, 1.4, 1.8), Workforce("10", "SM38", 11, 3, 2.6, 1.8)),
    *(Workforce("10", "SM20", 6, 8, 2.0, 1.8), Workforce("10", "SM19", 4, 1, 1.3, 1.8)),
    *(Workforce("10", "SM40", 7, 9, 1.8, 1.5), Workforce("10", "SM42", 14, 15, 1.4, 1.8)),
    *(Workforce("10", "SM43", 2, 3, 1.0, 1.5), Workforce("10", "SM39", 5, 2, 1.7, 1.8)),
    *(Workforce("10", "SM44", 11, 7, 4.0, 1.8), Workforce("10", "SM41", 3, 4, 1.5, 1.8)),
    *(Workforce("10", "SM32", 3, 5, 1.5, 1.8), Workforce("10", "SM24", 5, 3, 2.0, 1.8)),
    *(Workforce("10", "SM48", 4, 2, 1.5, 1.8), Workforce("10", "SM62", 2, 2, 1.0, 1.8)),
    *(Workforce("10", "SM16", 1, 0, 1.0, 1.8), Workforce("10", "SM03", 6, 14, 3.0, 1.8)),
    *(Workforce("10", "SM09", 5, 4, 2.5, 1.8), Workforce("10", "SM12", 3, 1, 2.0, 1.8)),
    *(Workforce("10", "SM14", 2, 3, 2.0, 1.8), Workforce("10", "SM29", 1, 4, 1.0, 1.8)),
    *(Workforce("10", "SM30", 1, 3, 1.0, 1.8), Workforce("10", "SM01", 2, 0, 1.0, 1.8)),
    *(Workforce("10", "SM27", 0, 4, 1.0, 1.0), Workforce("10", "SM18", 0, 6, 1.0, 1.0)),
    *(Workforce("10", "SM25", 0, 6, 1.0, 1.0), Workforce("10", "SM54", 0, 22, 1.0, 1.0)),
)
# General practitioners in a practice of their own per 10 000 inhabitants, by quartier of the plan.
GENERAL_PER_QUARTIER: Final = (16.0, 12.0, 9.5, 13.0, 4.6, 10.5, 6.0, 4.4, 5.0, 7.0, 2.6, 8.0)
GENERAL_OUTSIDE: Final = (0.0, 7.6, 8.0, 8.5, 7.5)  # by commune
SHARES: Final = {"arrivals": 0.05, "departures": 0.04, "moves": 0.03, "second_site": 0.17, "nowhere": 0.03}
