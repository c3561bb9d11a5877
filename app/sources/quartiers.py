"""Neighbourhoods as each city publishes them: a code, a name and a polygon."""

from app.sources.columns import Record, Variant
from app.sources.rows import Rejects
from app.sources.texts import padded


def convert(record: Record, _line: int, _rejects: Rejects) -> Record:
    """Pad the commune code."""
    record["commune_code"] = padded(record.get("commune_code"), 5)
    return record


COMMUNE = {"commune_code": ("code_insee", "insee_com", "code_commune", "codeinsee", "depcom")}


def chosen_variant(columns: tuple[str, ...]) -> Variant:
    """Return the variant whose code, and name where there is one, are in columns that a city chose."""
    code, *name = columns
    return Variant(
        "quartiers",
        f"colonnes choisies : {', '.join(columns)}",
        {"code": (code,)} | ({"name": (name[0],)} if name else {}),
        COMMUNE,
        convert=convert,
    )


VARIANTS = (
    Variant(
        "quartiers",
        "code_quartier et nom_quartier",
        {
            "code": ("code_quartier", "num_quartier", "nuquart", "id_quartier", "numero_quartier", "c_qu"),
            "name": (
                "nom_quartier",
                "nomquart",
                "lib_quartier",
                "libelle_quartier",
                "nom",
                "l_qu",
                "quartier",
            ),
        },
        COMMUNE,
        convert=convert,
    ),
    Variant(
        "quartiers",
        "code et nom",
        {"code": ("code", "numero", "id"), "name": ("nom", "libelle", "name")},
        COMMUNE,
        convert=convert,
    ),
)
