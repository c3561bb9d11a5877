"""Addresses as registers write them, with the errors people type, and the truth to score geocoding by."""

import csv
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Final

import numpy as np

from geodata.demo import plan
from geodata.demo.addresses import Addresses
from geodata.demo.names import MINOR, plain
from geodata.demo.sites import Structure

TYPE_CODES: Final = {
    **{"Rue": "R", "Avenue": "AV", "Boulevard": "BD", "Allée": "ALL", "Impasse": "IMP", "Chemin": "CHE"},
    **{"Place": "PL", "Square": "SQ", "Quai": "QU", "Cours": "CRS", "Route": "RTE", "Promenade": "PROM"},
}
CEDEX: Final = {
    "00109": "AUBRELLE LA FICTIVE CEDEX 2",
    "00107": "AUBRELLE LA FICTIVE CEDEX 9",
    "00108": "AUBRELLE LA FICTIVE CEDEX",
}
ERRORS: Final = (
    *("missing_type", "abbreviated_type", "swapped_letters", "lost_accent", "missing_particle"),
    *("wrong_repetition", "number_range", "type_in_label"),
)
ERROR_SHARE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Written:
    """An address as a structure's line holds it, with the truth behind it."""

    structure: str
    numero: str
    repetition: str
    type_code: str
    type_label: str
    voie: str
    bureau_cedex: str
    code_postal: str
    code_commune: str
    nom_commune: str
    erreur: str
    id_ban: str
    lon: str
    lat: str


def _clean(structure: Structure, listed: Addresses) -> Written:
    k = structure.address
    street, commune = listed.street[k], plan.COMMUNES[listed.commune[k]]
    return Written(
        structure.id,
        str(listed.number[k]),
        {"bis": "B", "ter": "T", "quater": "Q"}.get(listed.suffix[k], ""),
        TYPE_CODES[street.kind],
        street.kind,
        plain(street.rest),
        f"{commune.postcode} {commune.capitals}",
        commune.postcode,
        commune.code,
        commune.name,
        "none",
        listed.ids[k],
        f"{listed.lonlat[k, 0]:.6f}",
        f"{listed.lonlat[k, 1]:.6f}",
    )


def _swapped(rng: np.random.Generator, text: str) -> str:
    places = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
    places = [i for i in places if text[i] != text[i + 1]]
    if not places:
        return text
    i = int(rng.choice(places))
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def _with_error(rng: np.random.Generator, clean: Written, rest: str, error: str) -> Written:
    """Return the address with one typing error, unchanged where the error does not apply."""
    changes: dict[str, str] = {}
    if error == "missing_type":
        changes = {"type_code": "", "type_label": ""}
    elif error == "abbreviated_type":
        changes = {"type_code": "", "type_label": "", "voie": f"{clean.type_code} {clean.voie}"}
    elif error == "type_in_label":
        changes = {"type_code": "", "type_label": "", "voie": f"{plain(clean.type_label)} {clean.voie}"}
    elif error == "swapped_letters":
        changes = {"voie": _swapped(rng, clean.voie)}
    elif error == "lost_accent":
        changes = {"voie": plain("".join(c for c in rest if c.isascii()))}
    elif error == "missing_particle":
        words = [w for w in rest.replace("'", "' ").split() if w not in MINOR]
        changes = {"voie": plain(" ".join(words))}
    elif error == "wrong_repetition":
        changes = {"repetition": "" if clean.repetition else "B"}
    elif error == "number_range":
        changes = {"numero": f"{clean.numero}-{int(clean.numero) + 2}"}
    wrong = replace(clean, **changes)
    return replace(wrong, erreur=error) if wrong != clean else clean


def _town(rng: np.random.Generator, written: Written) -> Written:
    """Leave the commune code out of about half the addresses, and use CEDEX lines for some of the city's."""
    if written.code_commune == plan.CITY.code and rng.random() < 0.08:
        cedex = str(rng.choice(list(CEDEX)))
        written = replace(written, bureau_cedex=f"{cedex} {CEDEX[cedex]}", code_postal=cedex)
    if rng.random() < 0.48:
        written = replace(written, code_commune="", nom_commune="")
    return written


def write_down(seed: int, structures: list[Structure], listed: Addresses) -> dict[str, Written]:
    """Return the written address of each structure of the city, by structure id."""
    rng = plan.generator(seed, 12)
    found = {}
    for structure in structures:
        written = _clean(structure, listed)
        if rng.random() < ERROR_SHARE:
            rest = listed.street[structure.address].rest
            written = _with_error(rng, written, rest, str(rng.choice(ERRORS)))
        found[structure.id] = _town(rng, written)
    return found


def write_truth(path: Path, addresses: dict[str, Written]) -> Path:
    """Write the truth set: what was written, the error in it, and the BAN address meant."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [f.name for f in fields(Written)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(addresses[key]) for key in sorted(addresses))
    return path


def write_cedex(path: Path) -> Path:
    """Write the table that gives the commune of each CEDEX."""
    rows = [f"{code};{label};{plan.CITY.code}" for code, label in sorted(CEDEX.items())]
    path.write_text("\n".join(["cedex;libelle;insee", *rows]) + "\n", encoding="utf-8", newline="")
    return path
