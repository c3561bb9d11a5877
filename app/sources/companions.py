"""The two files that come with the annuaire in its archive: skills, diplomas. Recognised, not loaded."""

from app.sources.columns import Variant

LABEL = "Annuaire santé, fichier compagnon"
REASON = (
    "Ce fichier accompagne l'annuaire santé mais n'en porte pas les lieux d'exercice : il n'est pas chargé"
)

_PRACTICE = ("Identifiant technique de la structure", "Code postal (coord. structure)", "Code mode exercice")
_PERSON = {"national_id": ("Identification nationale PP",), "family_name": ("Nom d'exercice",)}

SKILLS = Variant(
    "annuaire",
    "savoir-faire (fichier compagnon, non chargé)",
    {
        **_PERSON,
        "category_code": ("Code catégorie professionnelle",),
        "skill_type": ("Code type savoir-faire",),
        "skill_code": ("Code savoir-faire",),
    },
    {"profession_code": ("Code profession",)},
    never=_PRACTICE,
)
DIPLOMAS = Variant(
    "annuaire",
    "diplômes et autorisations d'exercice (fichier compagnon, non chargé)",
    {
        **_PERSON,
        "diploma_code": ("Code diplôme obtenu",),
        "diploma_type": ("Code type diplôme obtenu",),
        "authorisation": ("Code type autorisation",),
    },
    never=_PRACTICE,
)
VARIANTS = (SKILLS, DIPLOMAS)
