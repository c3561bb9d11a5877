"""FINESS with a header line: historical stock (36 or 42 columns) and regional re-exports; shared conversions.

The codes of the overseas départements are FINESS' own (9A is Guadeloupe), coordinates are in the legal
projection of the place, and the commune may be three digits to add to the département.
"""

import re

from app.sources.columns import Aliases, Record, Variant
from app.sources.rows import Rejects
from app.sources.texts import decimal, iso_date, padded

OVERSEAS = {"9A": "971", "9B": "972", "9C": "973", "9D": "974", "9E": "975", "9F": "976"}
LAMBERT_93 = "2154"
SRID_OF_DEPARTEMENT = {
    "971": "5490",
    "972": "5490",
    "973": "2972",
    "974": "2975",
    "975": "4467",
    "976": "4471",
    "977": "5490",
    "978": "5490",
}
SRID_OF_UTM = {"N20": "5490", "N21": "4467", "N22": "2972", "S40": "2975", "S38": "4471"}
UTM = re.compile(r"UTM_?([NS])_?(\d{2})")
ROUTING = re.compile(r"(\d{4,5})\s+(\S.*)")
SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
LOST_SIRET = "SIRET abîmé par un tableur, laissé vide"


def departement_code(code: str | None) -> str | None:
    """Return INSEE's code of a département from FINESS' or from one a spreadsheet cut.

    >>> departement_code("9D"), departement_code("1"), departement_code("2A")
    ('974', '01', '2A')
    """
    if not code:
        return None
    return OVERSEAS.get(code.upper(), code.zfill(2).upper())


def commune_code(departement: str | None, commune: str | None) -> str | None:
    """Return INSEE's code of a commune from its département and its number in it.

    >>> commune_code("01", "53"), commune_code("971", "120"), commune_code("2A", "4")
    ('01053', '97120', '2A004')
    """
    if not commune or not departement:
        return None
    if len(commune) == 5:
        return commune
    if len(departement) == 2:
        return f"{departement}{commune.zfill(3)}"
    if len(commune) == 3 and commune[0] == departement[2]:
        return f"97{commune}"
    return f"{departement}{commune.zfill(2)[-2:]}"


def projection(source: str | None, departement: str | None) -> str:
    """Return the EPSG number of projected coordinates, from what FINESS says of them, else from the place.

    >>> projection("1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,UTM_S40", None)
    '2975'
    """
    if source and (found := UTM.search(source.upper())):
        return SRID_OF_UTM.get(f"{found[1]}{found[2]}", LAMBERT_93)
    if source and "LAMBERT" in source.upper():
        return LAMBERT_93
    return SRID_OF_DEPARTEMENT.get(departement or "", LAMBERT_93)


def siret(value: str | None, rejects: Rejects) -> str | None:
    """Return a SIRET; one that a spreadsheet turned into 2,601E+13 is lost and remarked."""
    if value and SCIENTIFIC.fullmatch(value):
        rejects.remark(LOST_SIRET)
        return None
    return value


def convert(record: Record, _line: int, rejects: Rejects) -> Record:
    """Bring a FINESS record to the canonical columns; see the module for what has to be undone."""
    departement = departement_code(record.get("departement"))
    record["departement_code"] = departement
    record["finess"] = padded(record.get("finess"), 9)
    record["finess_legal"] = padded(record.get("finess_legal"), 9)
    record["name"] = record.get("long_name") or record.get("short_name")
    record["siret"] = siret(record.get("siret"), rejects)
    record["complement"] = _joined(record, "name_complement", "recipient_complement", "street_complement")
    insee = padded(record.get("insee"), 5)
    record["commune_code"] = insee or commune_code(departement, record.get("commune"))
    routing = ROUTING.match(record.get("routing") or "")
    record["postcode"] = padded(record.get("given_postcode") or (routing[1] if routing else None), 5)
    record["town"] = routing[2] if routing else record.get("routing")
    record["opened_on"] = iso_date(record.get("opened"))
    record["closed"] = "f"
    record["x"], record["y"], record["srid"] = _point(record, departement)
    return record


def _joined(record: Record, *names: str) -> str | None:
    return " ".join(value for name in names if (value := record.get(name))) or None


def _point(record: Record, departement: str | None) -> tuple[str | None, str | None, str | None]:
    longitude, latitude = decimal(record.get("longitude")), decimal(record.get("latitude"))
    if longitude and latitude:
        return longitude, latitude, "4326"
    x, y = decimal(record.get("projected_x")), decimal(record.get("projected_y"))
    if not x or not y or (float(x) == 0 and float(y) == 0):
        return None, None, None
    return x, y, projection(record.get("coordinate_source"), departement)


COMMON = {
    "long_name": ("rslongue", "raison_sociale_longue"),
    "name_complement": ("complrs",),
    "recipient_complement": ("compldistrib",),
    "street_number": ("numvoie",),
    "street_type": ("typvoie",),
    "street_name": ("voie",),
    "street_complement": ("compvoie",),
    "locality": ("lieuditbp",),
    "siret": ("siret",),
}
REQUIRED = {
    "finess": ("nofinesset",),
    "finess_legal": ("nofinessej",),
    "short_name": ("rs",),
    "category_code": ("categetab",),
    "departement": ("departement",),
    "routing": ("ligneacheminement",),
}
STOCK_REQUIRED = {**REQUIRED, "insee": ("cog",), "given_postcode": ("codepostal",)}
STOCK_OPTIONAL = {**COMMON, "category_name": ("liblongcategetab", "libcategetab"), "opened": ("dateouvert",)}


def _variant(label: str, required: Aliases, optional: Aliases) -> Variant:
    return Variant("finess", label, required, optional, convert=convert, point=("x", "y"), latin1=True)


VARIANTS = (
    _variant(
        "stock historique, 42 colonnes",
        {**STOCK_REQUIRED, "projected_x": ("coordx",), "projected_y": ("coordy",)},
        {**STOCK_OPTIONAL, "coordinate_source": ("sourcegeocod",)},
    ),
    _variant("stock historique, 36 colonnes, sans coordonnées", STOCK_REQUIRED, STOCK_OPTIONAL),
    _variant(
        "réédition régionale",
        {
            **REQUIRED,
            "finess": ("numero_finess_etablissement", "nofinesset", "numero_finess", "finess"),
            "finess_legal": ("numero finess etablissement juridique", "nofinessej"),
            "short_name": ("raison_sociale", "rs"),
            "insee": ("code_insee", "insee", "codeinsee"),
        },
        {
            **COMMON,
            "commune": ("code_commune", "commune"),
            "category_name": ("categorie", "libcategetab"),
            "opened": ("dateouv", "dateouvert"),
            "projected_x": ("coordxet",),
            "projected_y": ("coordyet",),
            "coordinate_source": ("sourcecoordet",),
            "longitude": ("longitude", "lon"),
            "latitude": ("latitude", "lat"),
        },
    ),
)
