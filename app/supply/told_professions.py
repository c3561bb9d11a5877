"""Professions that tables of the city name, as people write them."""

from collections.abc import Sequence

from app.errors import CheckError, Place
from app.sources.columns import normalise
from app.supply.nomenclature import PROFESSIONS

_SLUGS = {normalise(name): known.slug for known in PROFESSIONS for name in (known.slug, known.label)}


def told_professions(written: Sequence[str], table: str, step: str) -> dict[str, list[str]]:
    """Return the professions of ``table`` as it writes them, and their slugs beside.

    Raises CheckError, naming those that nobody knows.
    """
    unknown = [name for name in written if normalise(name) not in _SLUGS]
    if unknown:
        raise CheckError(
            f"{table} nomme des professions inconnues : {', '.join(unknown[:10])}. Rien n'a été modifié.",
            place=Place(step=step),
            hint="Écrivez-les comme à l'adresse /api/v1/professions : medecin_generaliste, infirmier…",
        )
    return {"written": list(written), "slugs": [_SLUGS[normalise(name)] for name in written]}
