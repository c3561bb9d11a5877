"""INSEE's population of the IRIS by age and sex: the columns bear the year (P19_POP, P22_POP0002...)."""

import re

from app.sources.catalogue import POPULATION_AGES
from app.sources.columns import Record, Variant
from app.sources.rows import Rejects
from app.sources.texts import decimal, padded

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
    return record


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
