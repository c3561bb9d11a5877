"""What a file says of itself once it has left the site: title, unit, release, sources, licence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.api.formats.listed import STATUS_MEANING, Listed
from app.api.snapshot import Release

LICENCE = "Licence Ouverte 2.0 (Etalab)"


@dataclass(frozen=True, slots=True)
class About:
    """``told`` are the French labels and values of a file; ``provenance`` what each line of a csv repeats."""

    title: str
    told: Mapping[str, str]
    provenance: Mapping[str, object]


def about(listed: Listed, release: Release, vintages: Mapping[str, date], title: str) -> About:
    """Return what a file says of itself; ``vintages`` are those of the registers of the release."""
    named = [name for name in listed.registers or vintages if name in vintages]
    source = " ".join(f"{name}:{vintages[name].isoformat()}" for name in named)
    unit = listed.head.get("unit")
    title = str(listed.head.get("title") or title)
    told = {
        "Titre": title,
        "Unité": str(unit) if unit else "celle de chaque colonne",
        "Version": str(release.id),
        "Date de l'offre": release.vintage.isoformat(),
        "Sources et millésimes": source or "aucun fichier chargé",
        "Licence": LICENCE,
        "Valeurs": f"Une case vide est une valeur inconnue ou secrète, jamais zéro. {STATUS_MEANING}",
        **_asked(listed.head),
    }
    provenance = {"unit": unit or "", "release": release.id, "vintage": release.vintage, "source": source}
    return About(title, told, provenance)


def _asked(head: Mapping[str, object]) -> dict[str, str]:
    """Return the parameters echoed, under their own names."""
    left_out = {"title", "unit"}
    return {
        name: _said(value)
        for name, value in head.items()
        if name not in left_out and value is not None and not isinstance(value, Mapping)
        if not (isinstance(value, Sequence) and any(isinstance(part, Mapping) for part in value))
    }


def _said(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(str(part) for part in value)
    return str(value)
