"""IRIS contours in the namings of IGN (2022, 2024), of older editions, and of Rennes and Opendatasoft."""

from app.sources.columns import Record, Variant
from app.sources.rows import Rejects
from app.sources.texts import commune_codes, padded

IRIS_WIDTH = 9
TYPES = {"H", "A", "D", "Z"}


def convert(record: Record, line: int, rejects: Rejects) -> Record | None:
    """Check the code, keep the type as one letter, and take the commune from the code when absent."""
    code = padded(listed_first(record.get("code")), IRIS_WIDTH) or ""
    if len(code) != IRIS_WIDTH:
        rejects.add(line, "code IRIS qui n'a pas 9 caractères", code)
        return None
    kind = (listed_first(record.get("type")) or "").upper()[:1]
    record["code"] = code
    record["type"] = kind if kind in TYPES else None
    record["commune_code"] = commune_codes(record.get("commune_code")) or code[:5]
    for name in ("name", "commune_name"):
        record[name] = listed_first(record.get(name))
    return record


def listed_first(value: str | None) -> str | None:
    """Return the text of a value that Opendatasoft wraps in a list.

    >>> listed_first("['352381108']")
    '352381108'
    """
    if value and value.startswith("[") and value.endswith("]"):
        return value[1:-1].split(",")[0].strip().strip("'\"") or None
    return value


VARIANTS = (
    Variant(
        "iris",
        "IGN 2024",
        {"code": ("code_iris",), "name": ("nom_iris",), "cleabs": ("cleabs",)},
        {"type": ("type_iris",), "commune_code": ("code_insee",), "commune_name": ("nom_commune",)},
        convert=convert,
    ),
    Variant(
        "iris",
        "IGN 2022",
        {"code": ("CODE_IRIS",), "name": ("NOM_IRIS",), "commune_code": ("INSEE_COM",)},
        {"type": ("TYP_IRIS",), "commune_name": ("NOM_COM",)},
        convert=convert,
    ),
    Variant(
        "iris",
        "ancien nommage (DCOMIRIS)",
        {"code": ("DCOMIRIS",), "name": ("NOM_IRIS",), "commune_code": ("DEPCOM",)},
        {"type": ("TYP_IRIS",), "commune_name": ("NOM_COM",)},
        convert=convert,
    ),
    Variant(
        "iris",
        "Rennes Métropole",
        {"code": ("code_iris",), "name": ("nom_iris",), "quartier_name": ("nomsquart",)},
        {"type": ("type_iris",), "commune_code": ("code_insee",), "commune_name": ("nom_com",)},
        convert=convert,
    ),
    Variant(
        "iris",
        "Opendatasoft",
        {"code": ("iris_code",), "name": ("iris_name", "iris_name_lower")},
        {
            "type": ("iris_type",),
            "commune_code": ("com_code", "com_arm_code"),
            "commune_name": ("com_name", "com_arm_name"),
        },
        convert=convert,
    ),
)
