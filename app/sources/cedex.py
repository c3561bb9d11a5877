"""CEDEX codes and the commune each delivers to."""

from app.sources.columns import Record, Variant
from app.sources.rows import Rejects
from app.sources.texts import padded


def convert(record: Record, _line: int, _rejects: Rejects) -> Record:
    """Put back the leading zeros of both codes."""
    record["cedex"] = padded(record.get("cedex"), 5)
    record["commune_code"] = padded(record.get("commune_code"), 5)
    return record


VARIANTS = (
    Variant(
        "cedex",
        "table CEDEX vers INSEE",
        {
            "cedex": ("cedex", "code_cedex"),
            "commune_code": ("insee", "code_insee", "code_commune", "commune_insee", "codeinsee"),
        },
        {"label": ("libelle", "libelle_cedex", "lib_cedex", "label")},
        convert=convert,
        latin1=True,
    ),
)
