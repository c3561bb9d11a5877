"""FINESS+ in JSON: establishments (« ege ») at the top or inside their legal entity (« pmej »).

The pairs of coordinates swap names between editions, so they are told apart by magnitude. The address of
the site has usage "03". A quarter of the sites have no coordinates.
"""

from collections.abc import Iterator
from typing import Any

from app.sources.columns import Record, Variant
from app.sources.containers import Content
from app.sources.finess import departement_code, projection, siret
from app.sources.json_stream import Element, json_elements
from app.sources.places import WGS84, in_france
from app.sources.rows import Rejects
from app.sources.texts import decimal, iso_date, padded

SITE_USAGE = "03"
ACTIVE = "A"
NAMED = {
    "finess": ("numFinessEge",),
    "category_code": ("categorieEntiteGeographiqueExercice",),
}


def convert(record: Record, _line: int, rejects: Rejects) -> Record:
    """Pad the codes and drop a damaged SIRET; the rest is done where the JSON is read."""
    record["finess"] = padded(record.get("finess"), 9)
    record["siret"] = siret(record.get("siret"), rejects)
    return record


VARIANT = Variant("finess", "FINESS+ (JSON)", NAMED, convert=convert, point=("x", "y"))


def field(holder: object, name: str) -> Any:  # noqa: ANN401 - JSON
    """Return a member whatever the case of its name, unwrapped when it is a code with its system."""
    if not isinstance(holder, dict):
        return None
    wanted = name.lower()
    value = next((value for key, value in holder.items() if key.lower() == wanted), None)
    return field(value, "code") if isinstance(value, dict) and "code" in value else value


def text(holder: object, name: str) -> str | None:
    """Return a member as text, None when empty or not a text."""
    value = field(holder, name)
    return (
        (value.strip() or None) if isinstance(value, str) else str(value) if isinstance(value, int) else None
    )


def is_site(value: object) -> bool:
    """Say whether a JSON value describes an establishment."""
    return isinstance(field(value, "informationsGeneralesEGE"), dict)


def is_finess_plus(elements: list[Element]) -> bool:
    """Say whether the first elements of a JSON file are those of FINESS+."""
    return any(
        is_site(element.value) or isinstance(field(element.value, "ege"), list) or _is_wrapper(element)
        for element in elements
    )


def _is_wrapper(element: Element) -> bool:
    return isinstance(element.value, dict) and isinstance(field(element.value, "pmej"), list)


def is_schema(elements: list[Element]) -> bool:
    """Say whether the file is the published JSON schema, that is documentation."""
    named = {element.key: element.value for element in elements}
    return "$schema" in named and "finess" in str(named.get("$id", "")).lower()


def sites(content: Content) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    """Yield the establishments of a file, each with its line and the FINESS number of its legal entity."""
    for element in json_elements(content):
        found: list[object] = [element.value]
        if _is_wrapper(element):
            found = list(field(element.value, "pmej"))
        for holder in found:
            yield from _sites_of(holder, element.line)


def _sites_of(holder: object, line: int) -> Iterator[tuple[int, dict[str, Any], str | None]]:
    if isinstance(holder, dict) and is_site(holder):
        yield line, holder, None
    legal = text(field(holder, "informationsGeneralesPmej"), "numFinessPm")
    for site in field(holder, "ege") or ():
        if isinstance(site, dict) and is_site(site):
            yield line, site, legal


def site_records(content: Content) -> Iterator[tuple[int, Record]]:
    """Yield one record per establishment, in canonical columns."""
    for line, site, legal in sites(content):
        yield line, _identity(site, legal) | _place(_address(site))


def _identity(site: dict[str, Any], legal: str | None) -> Record:
    general = field(site, "informationsGeneralesEGE")
    category = "categorieEntiteGeographiqueExercice"
    return {
        "finess": text(general, "numFinessEge"),
        "finess_legal": legal or text(site, "numFinessPm") or text(general, "numFinessPm"),
        "name": text(general, "nomEgeLong") or text(general, "nomEgeCourt"),
        "category_code": text(site, category) or text(general, category),
        "siret": text(general, "siret"),
        "opened_on": iso_date(text(general, "dateOuverture") or text(general, "dateCreation")),
        "closed": _closed(site, general),
    }


def _place(place: object) -> Record:
    commune = text(place, "cogCommune")
    x, y, srid = _point(field(place, "coordonneesGeographique"), commune)
    return {
        "street_number": text(place, "numeroVoie"),
        "street_type": text(place, "typeVoie"),
        "street_name": text(place, "libelleVoie"),
        "complement": text(place, "complementVoie") or text(place, "complementPointGeographique"),
        "locality": text(place, "lieuDit"),
        "postcode": padded(text(place, "codePostal"), 5),
        "commune_code": padded(commune, 5),
        "town": text(place, "ligneAcheminement"),
        "departement_code": _departement(commune),
        "x": x,
        "y": y,
        "srid": srid,
    }


def _closed(site: object, general: object) -> str:
    state = text(site, "etatObjet") or text(general, "etatObjet") or ACTIVE
    return "f" if state.upper().startswith(ACTIVE) else "t"


def _address(site: dict[str, Any]) -> object:
    found = field(site, "adresse") or field(field(site, "informationsGeneralesEGE"), "adresse") or []
    addresses = found if isinstance(found, list) else [found]
    of_site = (address for address in addresses if text(address, "usageAdresse") == SITE_USAGE)
    return next(of_site, addresses[0] if addresses else None)


def _departement(commune: str | None) -> str | None:
    code = padded(commune, 5)
    if not code:
        return None
    return departement_code(code[:3] if code.startswith("97") else code[:2])


def _point(pairs: object, commune: str | None) -> tuple[str | None, str | None, str | None]:
    """Return x, y and EPSG of a site: degrees if one pair holds them, else the projected pair in order."""
    readings = [
        (decimal(text(pairs, "coordonneeX")), decimal(text(pairs, "coordonneeY"))),
        (decimal(text(pairs, "directionLongitude")), decimal(text(pairs, "directionLatitude"))),
    ]
    known = [(float(x), float(y)) for x, y in readings if x and y and (float(x), float(y)) != (0, 0)]
    for x, y in known:
        for lon, lat in ((x, y), (y, x)):
            if in_france(lon, lat, WGS84):
                return repr(lon), repr(lat), "4326"
    for x, y in known:
        if abs(x) > 360 or abs(y) > 360:
            east, north = (x, y) if x < y else (y, x)
            return repr(east), repr(north), projection(None, _departement(commune))
    return None, None, None
