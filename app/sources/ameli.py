"""Annuaire santé of the health insurance: who practises where, and in which conventional sector.

One line per person, address and speciality, without any national number; columns come in any order. Lines
of centres, pharmacies and suppliers bear a company's name and no person's.
"""

from app.sources.columns import Record, Variant
from app.sources.rows import Rejects

NAMELESS = "ni nom ni raison sociale"


def convert(record: Record, line: int, rejects: Rejects) -> Record | None:
    """Write codes without the leading zeros that some editions have; refuse a line that names nobody."""
    if not record.get("family_name") and not record.get("company_name"):
        rejects.add(line, NAMELESS)
        return None
    for name in ("specialty_code", "sector_code", "option_code"):
        code = record.get(name)
        if code and code.isdigit():
            record[name] = str(int(code))
    return record


VARIANTS = (
    Variant(
        "ameli",
        "liste-ps",
        {
            "family_name": ("ps_activite_nom",),
            "given_name": ("ps_activite_prenom",),
            "specialty_code": ("specialite_code",),
            "street": ("coordonnees_voie",),
            "postcode": ("coordonnees_code_postal",),
            "town": ("coordonnees_ville",),
            "sector_code": ("secteur_conventionnel_code",),
            "nature_code": ("nature_exercice_code",),
        },
        {
            "company_name": ("ps_activite_raison_sociale",),
            "specialty_label": ("specialite_libelle",),
            "type_label": ("type_ps_libelle",),
            "complement": ("coordonnees_complement",),
            "option_code": ("option_tarifaire_code",),
        },
        convert=convert,
    ),
)
