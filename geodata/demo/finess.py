"""Establishments and the FINESS file that lists them (legacy two-record format, extraction cs1100507)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from geodata.demo import plan
from geodata.demo.names import plain
from geodata.demo.plan import Floats
from geodata.demo.sites import Ground, Structure
from geodata.demo.written import TYPE_CODES

BANNER: Final = "finess;etalab;111;2025-11-05"


@dataclass(frozen=True, slots=True)
class Category:
    """A FINESS category: its code and label, the group it belongs to, and how many the city has."""

    code: str
    label: str
    group: str
    group_label: str
    count: int
    pull: float
    sector: str
    title: str


CATEGORIES: Final = (
    Category("620", "Pharmacie d'Officine", "3201", "Commerce de Biens à Usage Médicaux", 45, 0.35, "SA33",
             "PHARMACIE"),
    Category("124", "Centre de Santé", "2204", "Centres de santé", 4, 0.0, "SA05", "CENTRE DE SANTE"),
    Category("603", "Maison de santé (L.6223-3)", "2204", "Centres de santé", 5, 0.0, "SA52", "MSP"),
    Category("156", "Centre Médico-Psychologique (C.M.P.)", "1111", "Centres Médico-Psychologiques", 4, 0.0,
             "SA01", "CMP"),
    Category("611", "Laboratoire de Biologie Médicale", "3202", "Laboratoires de Biologie Médicale", 6, 0.8,
             "SA25", "LBM"),
    Category("355", "Centre Hospitalier (C.H.)", "1102", "Centres Hospitaliers", 1, 0.0, "SA01",
             "CENTRE HOSPITALIER"),
    Category("101", "Centre Hospitalier Régional (C.H.R.)", "1101", "Centres Hospitaliers Régionaux", 1, 0.0,
             "SA01", "CHR FICTIF"),
    Category("365", "Etablissement de Soins Pluridisciplinaire", "1110", "Etablissements de soins", 1, 0.5,
             "SA04", "CLINIQUE"),
    Category("500", "Etablissement d'hébergement pour personnes âgées dépendantes", "4401",
             "Etablissements d'Hébergement pour Personnes Agées", 6, 0.3, "SA17", "EHPAD"),
    Category("354", "Service de Soins Infirmiers A Domicile (S.S.I.A.D)", "4404",
             "Services de Maintien à Domicile", 3, 0.3, "", "SSIAD"),
    Category("202", "Résidences autonomie", "4401", "Etablissements d'Hébergement pour Personnes Agées", 4,
             0.3, "", "RESIDENCE"),
    Category("604", "Communautés professionnelles territoriales de santé (CPTS)", "2204",
             "Centres de santé", 1, 1.0, "", "CPTS"),
)  # fmt: skip
ANCHORS: Final = {
    "124": ((-1_820.0, 1_280.0), (1_950.0, 520.0), (150.0, -1_050.0), (2_650.0, 2_850.0)),
    "603": (
        (1_500.0, 1_500.0),
        (-1_500.0, -900.0),
        (1_300.0, -1_650.0),
        (-3_000.0, -1_900.0),
        (2_400.0, -3_200.0),
    ),
    "101": ((-950.0, 900.0),),
    "355": ((-3_200.0, -1_700.0),),
    "365": ((1_150.0, 1_050.0),),
}


@dataclass(frozen=True, slots=True)
class Establishment:
    """A row of FINESS. ``located`` says whether the file gives its coordinates."""

    structure: Structure
    category: Category
    located: bool


def found(seed: int, ground: Ground) -> list[Establishment]:
    """Return the establishments of the city; about 8 % of them without coordinates."""
    rng = plan.generator(seed, 10)
    xy = ground.city.addresses.xy
    rows: list[Establishment] = []
    for category in CATEGORIES:
        if category.code in ANCHORS:
            places = [_nearest(xy, anchor) for anchor in ANCHORS[category.code]]
        else:
            places = ground.draw(rng, ground.weights(category.pull), category.count).tolist()
        for place in places:
            number = f"0000{len(rows) + 10_001:05d}"
            street = plain(ground.city.addresses.street[place].rest)
            name = f"{category.title} {street}".strip()
            structure = Structure(f"F{number}", name, place, number, category.sector)
            essential = category.code in ("101", "355", "365")
            rows.append(Establishment(structure, category, essential or rng.random() >= 0.085))
    return rows


def _nearest(xy: Floats, point: plan.Point) -> int:
    return int(np.hypot(*(xy - np.array(point)).T).argmin())


def of_category(rows: list[Establishment], *codes: str) -> list[Structure]:
    """Return the structures of some categories."""
    return [row.structure for row in rows if row.category.code in codes]


def _identity(row: Establishment, ground: Ground) -> str:
    listed, k = ground.city.addresses, row.structure.address
    street, commune = listed.street[k], plan.COMMUNES[listed.commune[k]]
    line = f"{commune.postcode} {commune.capitals}"
    legal = f"0009{row.structure.finess[4:]}"
    fields = (
        *("structureet", row.structure.finess, legal, row.structure.name[:38], row.structure.name, "", ""),
        *(f"{listed.number[k]}{listed.suffix[k][:1].upper()}", TYPE_CODES[street.kind], plain(street.rest)),
        *("", "", commune.code[2:], plan.DEPARTEMENT, plan.DEPARTEMENT_NAME.upper(), line),
        *(f"099000{row.structure.finess[5:]}", "", row.category.code, row.category.label, row.category.group),
        *(row.category.group_label, f"00000{row.structure.finess}", "8690F", "01", "Tarif libre", "", ""),
        *("2009-07-01", "2009-07-01", "2025-06-12", ""),
    )
    return ";".join(fields)


def write(path: Path, rows: list[Establishment], ground: Ground) -> Path:
    """Write the legacy file: banner, establishments, then coordinates; no header."""
    metres = plan.lambert(ground.city.addresses.xy)
    lines = [BANNER, *(_identity(row, ground) for row in rows)]
    for row in rows:
        if row.located:
            x, y = metres[row.structure.address]
            source = "1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,LAMBERT_93"
            lines.append(f"geolocalisation;{row.structure.finess};{x:.1f};{y:.1f};{source};2025-11-04")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return path
