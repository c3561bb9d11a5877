"""The truth set of the demo city: addresses as people type them, and where each really is.

Every row becomes the address of one practitioner of its own, without FINESS number nor SIRET: what is
scored is the reading of the address alone, the hardest case.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, text

from geodata.demo.annuaire import HEADER

RIGHT_METRES = 5.0
WRONG_METRES = 300.0
SHORT = {
    "Numéro Voie (coord. structure)": "numero",
    "Indice répétition voie (coord. structure)": "repetition",
    "Code type de voie (coord. structure)": "type_code",
    "Libellé type de voie (coord. structure)": "type_label",
    "Libellé Voie (coord. structure)": "voie",
    "Bureau cedex (coord. structure)": "bureau_cedex",
    "Code postal (coord. structure)": "code_postal",
    "Code commune (coord. structure)": "code_commune",
    "Libellé commune (coord. structure)": "nom_commune",
}
PRACTITIONER = {
    "Code profession": "10",
    "Code catégorie professionnelle": "C",
    "Code savoir-faire": "SM54",
    "Code mode exercice": "L",
    "Code secteur d'activité": "SA07",
    "Prénom d'exercice": "Prénom",
}
PLACED = text(
    "SELECT r.family_name AS name, pl.location_class, pl.method,"
    " ST_Distance(pl.geom::geography, ST_SetSRID(ST_MakePoint(t.lon, t.lat), 4326)::geography) AS metres"
    " FROM supply.placement pl JOIN supply.practice p ON p.site_id = pl.site_id"
    " JOIN supply.practitioner r ON r.id = p.practitioner_id"
    " JOIN unnest(CAST(:names AS text[]), CAST(:lons AS float[]), CAST(:lats AS float[]))"
    "   AS t (name, lon, lat) ON t.name = r.family_name"
    " WHERE pl.release_id = :release"
)


@dataclass(frozen=True, slots=True)
class Score:
    """How the rows with one kind of error were placed; ``wrong`` lie more than 300 m off."""

    error: str
    rows: int
    right: int
    wrong: int
    unplaced: int

    @property
    def right_share(self) -> float:
        """Part placed at the right number, 0 to 1; what is not placed is not right."""
        return self.right / self.rows

    @property
    def wrong_share(self) -> float:
        """Part placed more than 300 m away, 0 to 1."""
        return self.wrong / self.rows


def read_truth(path: Path) -> list[dict[str, str]]:
    """Return the rows of the truth set."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_annuaire(rows: Sequence[dict[str, str]], folder: Path, day: date) -> Path:
    """Write an annuaire with one practitioner for each row, named by the row's structure."""
    names = HEADER.split("|")
    lines = [HEADER]
    for rank, row in enumerate(rows):
        cells = {
            **PRACTITIONER,
            "Identification nationale PP": f"8{rank:011d}",
            "Nom d'exercice": row["structure"],
            **{column: row[field] for column, field in SHORT.items()},
        }
        lines.append("|".join(cells.get(name, "") for name in names))
    path = folder / f"PS_LibreAcces_Personne_activite_{day:%Y%m%d}0800.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def score(connection: Connection, release: int, rows: Sequence[dict[str, str]]) -> list[Score]:
    """Return the scores by kind of error, the whole set last under the name "all"."""
    found = connection.execute(
        PLACED,
        {
            "release": release,
            "names": [row["structure"] for row in rows],
            "lons": [float(row["lon"]) for row in rows],
            "lats": [float(row["lat"]) for row in rows],
        },
    ).all()
    metres = {place.name: place.metres for place in found}
    rows_of: Counter[str] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        verdict = _verdict(metres.get(row["structure"]))
        for kind in (row["erreur"], "all"):
            rows_of[kind] += 1
            seen[kind, verdict] += 1
    kinds = [*sorted(kind for kind in rows_of if kind != "all"), "all"]
    return [Score(k, rows_of[k], seen[k, "right"], seen[k, "wrong"], seen[k, "unplaced"]) for k in kinds]


def _verdict(metres: float | None) -> str:
    if metres is None:
        return "unplaced"
    if metres <= RIGHT_METRES:
        return "right"
    return "wrong" if metres > WRONG_METRES else "near"
