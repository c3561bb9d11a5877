"""Groups of professions as a city defines them: one line a group and a profession it counts."""

from app.sources.columns import Record, Variant, normalise
from app.sources.rows import Rejects

LONGEST_NAME = 80


def convert(record: Record, line: int, rejects: Rejects) -> Record | None:
    """Keep the order of the lines; a line without a readable name or a profession says nothing."""
    label, member = record.get("label") or "", record.get("member") or ""
    if not any(letter.isalpha() for letter in normalise(label)) or not label.isprintable():
        rejects.add(line, "regroupement sans nom lisible", label)
        return None
    if len(label) > LONGEST_NAME:
        rejects.add(line, f"nom de regroupement de plus de {LONGEST_NAME} caractères", label)
        return None
    if not member:
        rejects.add(line, "ligne sans profession", label)
        return None
    return record | {"line": str(line)}


VARIANTS = (
    Variant(
        "groupes",
        "regroupements de professions",
        {
            "label": ("regroupement", "groupe"),
            "member": ("profession", "membre"),
        },
        convert=convert,
        latin1=True,
    ),
)
