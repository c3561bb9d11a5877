"""INSEE's population of the IRIS by age and sex: the columns bear the year (P19_POP, P22_POP0002...)."""

import re

from app.sources.catalogue import POPULATION_AGES
from app.sources.columns import Record, Variant
from app.sources.rows import Rejects
from app.sources.texts import decimal, padded

# Totals and the columns that make them up; INSEE's decimals add up to a thousandth.
SUMS = {
    "pop": (
        ("poph", "popf"),
        ("pop0014", "pop1529", "pop3044", "pop4559", "pop6074", "pop75p"),
        (
            *("pop0002", "pop0305", "pop0610", "pop1117", "pop1824"),
            *("pop2539", "pop4054", "pop5564", "pop6579", "pop80p"),
        ),
    ),
    "poph": (("h0014", "h1529", "h3044", "h4559", "h6074", "h75p"),),
    "popf": (("f0014", "f1529", "f3044", "f4559", "f6074", "f75p"),),
}
# People, and a share of them, by which a table rounded by somebody else may be away from its total.
ROUNDING_PEOPLE, ROUNDING_SHARE = 5.0, 0.005
YEAR_PREFIX = re.compile(r"^p\d{2}(?=[a-z])")
IRIS_WIDTH = 9


def without_year(name: str) -> str:
    """Return a normalised column name without its year.

    >>> without_year("p22pop0002")
    'pop0002'
    """
    return YEAR_PREFIX.sub("", name)


def convert(record: Record, line: int, rejects: Rejects) -> Record | None:
    """Put back lost zeros and write the decimals with a point; a population that is no number is refused."""
    code = record.get("iris_code") or ""
    if code.isdigit() and len(code) in (7, 8):
        rejects.remark("code IRIS complété d'un zéro perdu à gauche")
        code = code.zfill(IRIS_WIDTH)
    if len(code) != IRIS_WIDTH:
        rejects.add(line, "code IRIS qui n'a pas 9 caractères", code)
        return None
    record["iris_code"] = code
    record["commune_code"] = padded(record.get("commune_code"), 5) or code[:5]
    for name in POPULATION_AGES:
        value = record.get(name)
        if value is None:
            continue
        record[name] = decimal(value)
        if record[name] is None:
            rejects.add(line, "population qui n'est pas un nombre", f"{name} = {value}")
            return None
        if (record[name] or "").startswith("-"):
            rejects.add(line, "population négative", f"{name} = {value}")
            return None
    if wrong := unequal(record):
        rejects.add(line, "âges ou sexes qui ne font pas la population", wrong)
        return None
    return record


def unequal(record: Record) -> str | None:
    """Return the first total that its parts, all of them given, do not make up; None when they all do.

    >>> unequal({"pop": "100", "poph": "48.5", "popf": "51.5"})
    >>> unequal({"pop": "100", "poph": "48.5", "popf": "60"})
    'pop = 100, ses parties = 108.5'
    """
    for total, ways in SUMS.items():
        for parts in ways:
            written = [record.get(name) for name in (total, *parts)]
            if all(written):
                whole, *values = (float(value or 0) for value in written)
                if abs(sum(values) - whole) > max(ROUNDING_PEOPLE, ROUNDING_SHARE * whole):
                    return f"{total} = {record[total]}, ses parties = {sum(values):g}"
    return None


VARIANTS = (
    Variant(
        "iris_population",
        "évolution et structure de la population",
        {"iris_code": ("IRIS", "CODE_IRIS"), "pop": ("PAA_POP", "POP")},
        {
            "commune_code": ("COM", "DEPCOM", "CODE_COMMUNE"),
            **{name: (f"PAA_{name.upper()}", name) for name in POPULATION_AGES if name != "pop"},
        },
        convert=convert,
        latin1=True,
        rename=without_year,
    ),
)
