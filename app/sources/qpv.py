"""Priority neighbourhoods (QPV): contours of 2015 and 2024, APUR's, and INSEE's table of indicators."""

import re

from app.sources.columns import Record, Variant
from app.sources.rows import Rejects
from app.sources.texts import commune_codes, decimal

CODE = re.compile(r"Q[PN](\d[0-9AB]\d)")


def convert(record: Record, _line: int, _rejects: Rejects) -> Record:
    """Separate the communes and find the département of a contour."""
    record["commune_codes"] = commune_codes(record.get("commune_codes"))
    names = record.get("commune_names")
    if names:
        record["commune_names"] = ", ".join(part.strip() for part in names.split(",") if part.strip())
    record["departement_code"] = departement(record.get("departement_code"), record.get("code"))
    return record


def departement(given: str | None, code: str | None) -> str | None:
    """Return the département, padded, or the one inside the code of the QPV.

    >>> departement(None, "QP059067"), departement("1", None)
    ('59', '01')
    """
    if given:
        return given.zfill(2)
    found = CODE.match(code or "")
    if not found:
        return None
    return found[1] if found[1].startswith("97") else found[1].removeprefix("0")


def convert_table(record: Record, line: int, rejects: Rejects) -> Record | None:
    """Write the figures with a decimal point; a population under secrecy or missing is refused."""
    for name in ("population", "commune_population", "poverty_rate"):
        record[name] = decimal(record.get(name))
    if record["population"] is None:
        rejects.add(line, "population absente ou non diffusée", record.get("code") or "")
        return None
    return record


VARIANTS = (
    Variant(
        "qpv",
        "2024",
        {"code": ("code_qp",), "name": ("lib_qp",), "commune_codes": ("insee_com",)},
        {"commune_names": ("lib_com",), "departement_code": ("insee_dep",), "region_code": ("insee_reg",)},
        convert=convert,
    ),
    Variant(
        "qpv",
        "2015",
        {"code": ("CODE_QP",), "name": ("NOM_QP",), "commune_names": ("COMMUNE_QP",)},
        convert=convert,
    ),
    Variant(
        "qpv",
        "2015, réédition régionale",
        {"code": ("code_qp",), "name": ("nom_qp",), "commune_codes": ("code_commune",)},
        {
            "commune_names": ("commune_qp", "nom_commune"),
            "departement_code": ("code_departement",),
        },
        convert=convert,
    ),
    Variant(
        "qpv",
        "APUR",
        {"code": ("C_NQPV",), "name": ("L_NQPV",), "commune_codes": ("C_CAINSEE",)},
        {"departement_code": ("C_DEP",)},
        convert=convert,
    ),
)

TABLE_VARIANTS = (
    Variant(
        "qpv_table",
        "indicateurs INSEE",
        {"code": ("code_qp", "codgeo"), "population": ("pop_mun",)},
        {
            "name": ("nom_qp", "libgeo"),
            "commune_name": ("nom_commune", "libcom"),
            "commune_population": ("pop_com",),
            "poverty_rate": ("tp60",),
        },
        convert=convert_table,
        latin1=True,
    ),
)
