"""The care activities that the hospitals of the demo city are authorised to, a line an activity and form."""

from pathlib import Path
from typing import Final

from geodata.demo.finess import Establishment

LABELS: Final = {
    ("01", "00"): ("Médecine", "Pas de modalité"),
    ("02", "00"): ("Chirurgie", "Pas de modalité"),
    ("14", "22"): ("Médecine d'urgence", "Structure mobile d'urgence et de réanimation (SMUR)"),
    ("14", "23"): ("Médecine d'urgence", "Structure des urgences"),
    ("14", "24"): ("Médecine d'urgence", "Structure des urgences pédiatriques"),
}
# By category: the clinic has no emergency, and a mobile team receives nobody.
AUTHORISED: Final = {
    "101": (("01", "00"), ("02", "00"), ("14", "22"), ("14", "23"), ("14", "24")),
    "355": (("01", "00"), ("14", "23")),
    "365": (("01", "00"), ("02", "00")),
}


def write(folder: Path, rows: list[Establishment]) -> Path:
    """Write the table of the city."""
    lines = ["nofinesset;activite;libactivite;modalite;libmodalite"]
    for row in rows:
        for activity, form in AUTHORISED.get(row.category.code, ()):
            activity_label, form_label = LABELS[activity, form]
            finess = row.structure.finess
            lines.append(f"{finess};{activity};{activity_label};{form};{form_label}")
    path = folder / "activites_de_soins_20251105.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return path
