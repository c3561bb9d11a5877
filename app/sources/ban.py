"""Base adresse nationale, one file per département: 20, 23 or 26 columns, or re-saved by another tool."""

import re

from app.sources.columns import Record, Variant
from app.sources.rows import Rejects
from app.sources.texts import padded

REQUIRED = {
    "id": ("id",),
    "number": ("numero",),
    "street_name": ("nom_voie",),
    "commune_code": ("code_insee",),
    "lon": ("lon",),
    "lat": ("lat",),
}
OPTIONAL = {
    "repetition": ("rep",),
    "postcode": ("code_postal",),
    "commune_name": ("nom_commune",),
    "old_commune_code": ("code_insee_ancienne_commune",),
    "old_commune_name": ("nom_ancienne_commune",),
    "locality": ("nom_ld",),
}
POSITION = {"position_type": ("type_position",)}
CERTIFIED = {"certification": ("certification_commune",), "parcels": ("cad_parcelles",)}
INTEROPERABLE = {"ban_address": ("id_ban_adresse",), "ban_street": ("id_ban_toponyme",)}

DEPARTEMENT = re.compile(r"adresses?-(?:ban-)?(\d{2,3}|2[AB]|france)(?![0-9A-Za-z])", re.IGNORECASE)


def convert(record: Record, _line: int, _rejects: Rejects) -> Record:
    """Mend what a re-save did: « NA » for nothing, codes without their leading zero."""
    for name, value in record.items():
        if value == "NA":
            record[name] = None
    record["commune_code"] = padded(record.get("commune_code"), 5)
    record["postcode"] = padded(record.get("postcode"), 5)
    record["old_commune_code"] = padded(record.get("old_commune_code"), 5)
    return record


def _variant(label: str, extra: dict[str, tuple[str, ...]]) -> Variant:
    return Variant(
        "ban",
        label,
        {**REQUIRED, **extra},
        OPTIONAL,
        convert=convert,
        point=("lon", "lat"),
        point_required=True,
    )


VARIANTS = (
    _variant("26 colonnes", {**POSITION, **CERTIFIED, **INTEROPERABLE}),
    _variant("23 colonnes", {**POSITION, **CERTIFIED}),
    _variant("20 colonnes, jusqu'en 2021", {}),
)


def departement(name: str, first_commune_code: str | None) -> str:
    """Return the département of a file, from its name, else from its first address.

    >>> departement("adresses-35.csv.gz", None)
    '35'
    """
    if named := DEPARTEMENT.search(name):
        return named[1].lower() if named[1].isalpha() else named[1].upper()
    code = padded(first_commune_code, 5) or ""
    return code[:3] if code.startswith("97") else code[:2]
