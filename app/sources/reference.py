"""Reference counts brought by the city: practitioners or densities that a producer publishes."""

from datetime import date

from app.sources.columns import Match, Record, Variant, normalise
from app.sources.delimited import Delimited, records
from app.sources.rows import Rejects
from app.sources.texts import decimal, padded

LEVELS = ("france", "departement")
FRANCE = "FR"
YEARS = range(1990, 2100)


def convert(record: Record, line: int, rejects: Rejects) -> Record | None:
    """Read the level, the year and the numbers of a line; a line without any number says nothing."""
    level = normalise(record.get("level") or "")
    if level not in LEVELS:
        rejects.add(line, "niveau autre que france ou departement", record.get("level") or "")
        return None
    year = record.get("year") or ""
    if not year.isdigit() or int(year) not in YEARS:
        rejects.add(line, "année illisible", year)
        return None
    for name in ("headcount", "density"):
        written = record.get(name)
        record[name] = decimal(written)
        if written and (record[name] is None or (record[name] or "").startswith("-")):
            rejects.add(line, "effectif ou densité qui n'est pas un nombre positif", written)
            return None
    if record.get("headcount") is None and record.get("density") is None:
        rejects.add(line, "ni effectif ni densité")
        return None
    code = FRANCE if level == "france" else padded(record.get("code"), 2)
    return record | {"level": level, "code": code}


def newest_year(table: Delimited, found: Match) -> date | None:
    """Return the first day of the newest year that a file speaks of."""
    place = found.positions["year"]
    years = [fields[place].strip() for _, fields in records(table, Rejects())]
    known = [int(year) for year in years if year.isdigit() and int(year) in YEARS]
    return date(max(known), 1, 1) if known else None


VARIANTS = (
    Variant(
        "reference",
        "effectifs et densités de référence",
        {
            "profession": ("profession",),
            "level": ("niveau",),
            "origin": ("source",),
            "year": ("annee", "année"),
        },
        {
            "code": ("code", "code_territoire"),
            "headcount": ("effectif", "effectifs"),
            "density": ("densite", "densité"),
        },
        convert=convert,
        latin1=True,
    ),
)
