"""Annuaire santé of the health insurance: recognised by its columns, in any order; not loaded yet."""

from app.sources.columns import Variant, same

REASON = "L'annuaire de l'Assurance maladie est reconnu mais n'est pas chargé : il n'a ni RPPS ni coordonnées"

VARIANTS = (
    Variant(
        "ameli",
        "liste-ps",
        same(
            "ps_activite_nom",
            "specialite_code",
            "coordonnees_voie",
            "coordonnees_code_postal",
            "secteur_conventionnel_code",
            "nature_exercice_code",
        ),
        same("ps_activite_prenom", "type_ps_code", "coordonnees_ville", "option_tarifaire_code"),
    ),
)
