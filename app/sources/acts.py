"""Activity table brought by the city: acts a year of the practitioners of a territory, never of a person.

Accessibility (METHODS 7) counts 5 400 acts a year where nothing is known; what a health insurance office
tells of a commune says better. Below five practitioners a mean would tell what one of them does: it is left
unknown.
"""

from app.sources.ages import LEVELS, SECRET
from app.sources.columns import Record, Variant, normalise
from app.sources.rows import Rejects
from app.sources.texts import decimal

FEWEST = 5
MOST_ACTS = 20_000  # a year and practitioner: more is not an activity but a mistake of unit
HIDDEN = f"moins de {FEWEST} praticiens, ou activité secrète : laissée inconnue"


def convert(record: Record, line: int, rejects: Rejects) -> Record | None:
    """Read the level, the practitioners and their acts of a line; what is secret stays unknown, never 0."""
    level = normalise(record.get("level") or "")
    if level not in LEVELS:
        rejects.add(line, f"niveau autre que {', '.join(LEVELS)}", record.get("level") or "")
        return None
    written = {name: record.get(name) for name in ("headcount", "acts")}
    if any(not value or value.lower().rstrip(".") in SECRET for value in written.values()):
        rejects.remark(HIDDEN)
        return record | {"level": level, "headcount": None, "acts": None}
    counts = {name: (decimal(value) or "?").removesuffix(".0") for name, value in written.items()}
    for name, label in (("headcount", "effectif"), ("acts", "nombre d'actes")):
        if not counts[name].isdigit() or len(counts[name]) > 9:
            rejects.add(line, f"{label} qui n'est pas un nombre entier", written[name] or "")
            return None
    headcount, acts = int(counts["headcount"]), int(counts["acts"])
    if headcount < FEWEST:
        rejects.remark(HIDDEN)
        return record | {"level": level, "headcount": None, "acts": None}
    if acts > headcount * MOST_ACTS:
        rejects.add(line, f"plus de {MOST_ACTS} actes par an et par praticien", str(acts))
        return None
    return record | {"level": level, **counts}


VARIANTS = (
    Variant(
        "actes",
        "activité des praticiens par territoire",
        {
            "profession": ("profession",),
            "level": ("niveau",),
            "code": ("code", "code_territoire"),
            "headcount": ("praticiens", "effectif", "effectifs"),
            "acts": ("actes", "nombre_actes", "consultations"),
        },
        convert=convert,
        latin1=True,
    ),
)
