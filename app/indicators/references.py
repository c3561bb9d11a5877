"""Reference counts: loaded as a city brings them, and compared with what is published here."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from app.db.sql import load
from app.errors import CheckError, Place
from app.indicators.density import poisson_interval
from app.sources.columns import normalise
from app.sources.texts import french_count
from app.supply.nomenclature import PROFESSIONS

PACKAGE = "app.indicators"
PER = 100_000
# Communes merge every year: files of two years never list quite the same ones.
TOLERATED_MISSING = 0.02
REGISTER_OF = {"person": "annuaire", "establishment": "finess"}

_SLUGS = {normalise(name): known.slug for known in PROFESSIONS for name in (known.slug, known.label)}


@dataclass(frozen=True, slots=True)
class Compared:
    """One profession: ours, the reference, and how far apart.

    ``gap`` is ours / reference - 1, its bounds those of our Poisson count (METHODS 4), the reference taken as
    exact. ``established`` says whether chance alone would not explain it.
    """

    profession: str
    label: str
    headcount: int
    reference: float
    gap: float
    gap_low: float
    gap_high: float
    established: bool
    density: float | None
    reference_density: float | None
    france_density: float | None
    origin: str
    year: int


@dataclass(frozen=True, slots=True)
class ComparedTerritory:
    """One département with its professions; none, and why not, when it is not wholly loaded."""

    code: str
    name: str
    professions: tuple[Compared, ...]
    why_not: str | None = None


def load_references(connection: Connection, source_file_id: int) -> None:
    """Store ``staging.reference``. Raises CheckError for an unknown profession."""
    written: list[str] = list(connection.execute(load(PACKAGE, "reference_professions")).scalars())
    unknown = [name for name in written if normalise(name) not in _SLUGS]
    if unknown:
        raise CheckError(
            f"Le tableau de référence nomme des professions inconnues : {', '.join(unknown[:10])}. "
            "Rien n'a été modifié.",
            place=Place(step="contrôle des références"),
            hint="Écrivez-les comme à l'adresse /api/v1/professions : medecin_generaliste, infirmier…",
        )
    slugs = [_SLUGS[normalise(name)] for name in written]
    values = {"source_file_id": source_file_id, "written": written, "slugs": slugs}
    connection.execute(load(PACKAGE, "reference_insert"), values)


def compared(connection: Connection, registers: frozenset[str]) -> tuple[ComparedTerritory, ...]:
    """Return the published départements that a reference speaks of.

    ``registers`` are those that the release was built on: what another would count is unknown, not 0.
    """
    rows = connection.execute(load(PACKAGE, "reference_compared")).mappings().all()
    france = {row["profession"]: row["reference_density"] for row in rows if row["level"] == "france"}
    places: dict[str, list[RowMapping]] = defaultdict(list)
    for row in rows:
        if row["level"] != "france":
            places[row["code"]].append(row)
    return tuple(_territory(lines, france, registers) for lines in places.values())


def _territory(
    rows: list[RowMapping], france: dict[str, float | None], registers: frozenset[str]
) -> ComparedTerritory:
    first = rows[0]
    why_not = _why_not(first)
    known = [row for row in rows if REGISTER_OF[row["subject"]] in registers]
    found = () if why_not else (compare(row, france.get(row["profession"])) for row in known)
    return ComparedTerritory(
        first["code"], first["name"], tuple(one for one in found if one is not None), why_not
    )


def _why_not(row: RowMapping) -> str | None:
    if row["listed"] is None:
        return (
            "aucun fichier d'adresses (BAN) de ce département n'est chargé : rien ne dit si toutes ses "
            "communes y sont"
        )
    if row["missing"] > TOLERATED_MISSING * row["listed"]:
        return (
            f"il n'est chargé qu'en partie : {french_count(row['missing'])} de ses "
            f"{french_count(row['listed'])} communes manquent"
        )
    return None


def compare(row: RowMapping, france_density: float | None) -> Compared | None:
    """Compare a count with its reference; None where a density is given and the population is unknown."""
    headcount, population = row["headcount"], row["population"]
    expected: float | None = row["reference_headcount"]
    if expected is None and population is not None:
        expected = row["reference_density"] * population / PER
    if not expected:
        return None
    low, high = (float(bound[0]) for bound in poisson_interval([headcount]))
    return Compared(
        profession=row["profession"],
        label=row["label"],
        headcount=headcount,
        reference=expected,
        gap=headcount / expected - 1,
        gap_low=low / expected - 1,
        gap_high=high / expected - 1,
        established=not low <= expected <= high,
        density=headcount / population * PER if population else None,
        reference_density=row["reference_density"],
        france_density=france_density,
        origin=row["origin"],
        year=row["year"],
    )
