"""The annuaire santé: one line an activity and savoir-faire, 56 columns, in four vintages."""

import zlib
from pathlib import Path
from typing import Final

from geodata.demo import plan
from geodata.demo.nomenclature import MODES, PROFESSIONS, SECTORS, SKILLS
from geodata.demo.practitioners import ABROAD, TELE, Person, Practice
from geodata.demo.sites import Structure
from geodata.demo.written import Written

HEADER: Final = (
    "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Code civilité d'exercice|"
    "Libellé civilité d'exercice|Code civilité|Libellé civilité|Nom d'exercice|Prénom d'exercice|"
    "Code profession|Libellé profession|Code catégorie professionnelle|Libellé catégorie professionnelle|"
    "Code type savoir-faire|Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire|"
    "Code mode exercice|Libellé mode exercice|Numéro SIRET site|Numéro SIREN site|Numéro FINESS site|"
    "Numéro FINESS établissement juridique|Identifiant technique de la structure|Raison sociale site|"
    "Enseigne commerciale site|Complément destinataire (coord. structure)|"
    "Complément point géographique (coord. structure)|Numéro Voie (coord. structure)|"
    "Indice répétition voie (coord. structure)|Code type de voie (coord. structure)|"
    "Libellé type de voie (coord. structure)|Libellé Voie (coord. structure)|"
    "Mention distribution (coord. structure)|Bureau cedex (coord. structure)|"
    "Code postal (coord. structure)|Code commune (coord. structure)|Libellé commune (coord. structure)|"
    "Code pays (coord. structure)|Libellé pays (coord. structure)|Téléphone (coord. structure)|"
    "Téléphone 2 (coord. structure)|Télécopie (coord. structure)|Adresse e-mail (coord. structure)|"
    "Code Département (structure)|Libellé Département (structure)|Ancien identifiant de la structure|"
    "Autorité d'enregistrement|Code secteur d'activité|Libellé secteur d'activité|"
    "Code section tableau pharmaciens|Libellé section tableau pharmaciens|Code rôle|Libellé rôle|"
    "Code genre activité|Libellé genre activité|"
)
SKILL_TYPES: Final = {"S": "Spécialité ordinale", "C": "Compétence", "CAPA": "Capacité"}
AUTHORITIES: Final = {
    **{"10": "CNOM", "21": "CNOP", "40": "CNOCD", "50": "CNOSF", "60": "CNOI", "70": "CNOMK", "80": "CNOPP"},
}
EMPTY_ADDRESS: Final = ("",) * 20


def _identity(person: Person, careless: bool) -> tuple[str, ...]:
    shown = person.number[1:] if careless and person.kind == "0" else person.number
    exercise = ("DR", "Docteur") if person.profession == "10" else ("", "")
    civility = ("MME", "Madame") if person.woman else ("M", "Monsieur")
    label = PROFESSIONS[person.profession]
    return (
        *(person.kind, shown, person.kind + person.number, *exercise, *civility, person.family, person.given),
        *(person.profession, label, "C", "Civil"),
    )


def _skill(code: str) -> tuple[str, ...]:
    if not code:
        return ("", "", "", "")
    kind = "S" if code.startswith("S") else "CAPA" if code.startswith("CAPA") else "C"
    return (kind, SKILL_TYPES[kind], code, SKILLS[code])


def _structure(structure: Structure) -> tuple[str, ...]:
    """Return SIRET, SIREN, both FINESS numbers, technical id, company and sign."""
    if not structure.id:
        return ("",) * 7
    siret = "" if structure.finess else structure.id[1:]
    legal = f"0009{structure.finess[4:]}" if structure.finess else ""
    return (siret, siret[:9], structure.finess, legal, structure.id, structure.name, "")


def _address(structure: Structure, written: dict[str, Written]) -> tuple[str, ...]:
    """Return the 20 columns from recipient to département label."""
    if structure == TELE:
        place = ("2", "", "R", "Rue", "DU TELETRAVAIL FICTIF", "", "00100 AUBRELLE LA FICTIVE", "00100")
        return ("", "", *place, "00101", plan.CITY.name, "", "", "", "", "", "", plan.DEPARTEMENT, "")
    if structure == ABROAD:
        place = ("7", "", "R", "Rue", "IMAGINAIRE", "", "B-0000 VILLE FICTIVE", "")
        return ("", "", *place, "", "", "99131", "BELGIQUE", "", "", "", "", "", "")
    if structure.id not in written:
        return EMPTY_ADDRESS
    w = written[structure.id]
    street = (w.numero, w.repetition, w.type_code, w.type_label, w.voie, "", w.bureau_cedex, w.code_postal)
    phone = f"09900{zlib.crc32(structure.id.encode()) % 100_000:05d}"
    town = (
        w.code_commune,
        w.nom_commune,
        "99000" if w.code_commune else "",
        "France" if w.code_commune else "",
    )
    return (
        "",
        _complement(structure),
        *street,
        *town,
        phone,
        "",
        "",
        "",
        plan.DEPARTEMENT,
        plan.DEPARTEMENT_NAME,
    )


def _complement(structure: Structure) -> str:
    """Return a complement for some structures; quotes and backslashes are plain characters in the file."""
    pick = zlib.crc32(structure.id.encode()) % 50
    return {3: 'BAT "LE RÊVE"', 5: "ETAGE 2 \\ PORTE B", 7: "RESIDENCE L'ESTRAN", 11: 'HALL A\\"2'}.get(
        pick, ""
    )


def lines(person: Person, practice: Practice, written: dict[str, Written], careless: bool) -> list[str]:
    """Return the lines of one activity: one for each savoir-faire, or a single one without."""
    authority = AUTHORITIES.get(person.profession, "ARS")
    sector = (practice.sector, SECTORS.get(practice.sector, ""))
    section = ("",) * 2
    if person.profession == "21":
        section = ("A", "Pharmacien titulaire") if practice.mode == "L" else ("D", "Pharmacien adjoint")
    role = ("", "", "GENR01", "Activité standard de soin ou de pharmacien")
    tail = ("", f"{authority}/{authority}/{authority}", *sector, *section, *role)
    rows = []
    for skill in person.skills or ("",):
        cells = (
            *(*_identity(person, careless), *_skill(skill), practice.mode, MODES[practice.mode]),
            *(*_structure(practice.structure), *_address(practice.structure, written), *tail),
        )
        rows.append("|".join(cells) + "|")
    return rows


def write(seed: int, folder: Path, people: list[Person], written: dict[str, Written]) -> list[Path]:
    """Write the four vintages; about one line in a hundred is there twice."""
    paths = []
    for k, vintage in enumerate(plan.VINTAGES):
        rng = plan.generator(seed, 20 + k)
        rows: list[str] = []
        for person in people:
            careless = person.number[-1] in "37"
            for practice in person.practices:
                if practice.first <= k <= practice.last:
                    rows += lines(person, practice, written, careless)
        rows += [rows[i] for i in rng.choice(len(rows), len(rows) // 100, replace=False)]
        order = rng.permutation(len(rows))
        path = folder / f"PS_LibreAcces_Personne_activite_{vintage}.txt"
        text = "\n".join([HEADER, *(rows[i] for i in order)]) + "\n"
        path.write_text(text, encoding="utf-8", newline="")
        paths.append(path)
    return paths


def structures(people: list[Person], others: list[Structure]) -> list[Structure]:
    """Return every structure of the city some practitioner or establishment stands at, once, in order."""
    found = {s.id: s for s in others}
    for person in people:
        for practice in person.practices:
            if practice.structure.address >= 0:
                found.setdefault(practice.structure.id, practice.structure)
    return list(found.values())
