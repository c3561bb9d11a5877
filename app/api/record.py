"""The catalogue record of what is published (DCAT-AP, JSON-LD), for data.gouv.fr to harvest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from app.api.formats.known import FORMATS, MAP_FORMS
from app.api.snapshot import Release
from app.indicators.wording import french_date

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "adms": "http://www.w3.org/ns/adms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
EUROPE = "http://publications.europa.eu/resource/authority"
LICENCE = "https://spdx.org/licenses/etalab-2.0.html"
# Days from one time to the next, at most, and what Europe's table of frequencies calls it.
FREQUENCIES = (
    *((2, "DAILY"), (5, "WEEKLY_2"), (10, "WEEKLY"), (20, "MONTHLY_2"), (45, "MONTHLY"), (75, "BIMONTHLY")),
    *((120, "QUARTERLY"), (270, "ANNUAL_2"), (400, "ANNUAL")),
)
HEALTH = f"{EUROPE}/data-theme/HEAL"
FRENCH = f"{EUROPE}/language/FRA"
PUBLISHER = "Observatoire de l'offre de soins"

type Node = dict[str, object]


@dataclass(frozen=True, slots=True)
class Set:
    """One data set of the record: a list of the API, with parameters that make it whole."""

    name: str
    title: str
    description: str
    path: str
    asked: Mapping[str, str]
    keywords: Sequence[str]


GENERAL = {"profession": "medecin_generaliste"}
SETS = (
    Set(
        "territoires",
        "Territoires et habitants, par IRIS",
        "Contours, superficie et habitants de chaque IRIS ; les autres niveaux se demandent par « level ».",
        "territories",
        {"level": "iris"},
        ("population", "IRIS", "quartiers"),
    ),
    Set(
        "lieux-d-exercice",
        "Lieux d'exercice des professionnels de santé",
        "Lieux d'exercice localisés et professions qui s'y exercent, sans aucun nom de personne.",
        "practices",
        {},
        ("médecins", "professionnels de santé", "établissements"),
    ),
    Set(
        "densites",
        "Densité de médecins généralistes, par IRIS",
        "Praticiens pour 100 000 habitants avec un intervalle à 95 % ; les autres professions se demandent "
        "par « profession ».",
        "densities",
        {"level": "iris", **GENERAL},
        ("densité médicale", "accès aux soins", "IRIS"),
    ),
    Set(
        "ecarts-qpv",
        "Offre de soins des quartiers prioritaires et du reste de la commune",
        "Rapport entre la densité d'un quartier prioritaire (QPV) et celle du reste de ses communes, avec "
        "son intervalle à 95 %.",
        "qpv-gaps",
        GENERAL,
        ("QPV", "inégalités", "accès aux soins"),
    ),
    Set(
        "evolutions",
        "Évolution des médecins généralistes, par commune",
        "Effectifs, arrivées et départs à chaque millésime.",
        "trends",
        {"level": "commune", **GENERAL},
        ("évolution", "médecins"),
    ),
)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who answers for what is published: a name, and where to write."""

    name: str
    contact: str | None
    # Days between two looks at the register of practitioners; None without a rule.
    pace: float | None = None


def frequency(pace: float | None) -> str:
    """Return the name of a pace in Europe's table.

    >>> frequency(7.0), frequency(30.4), frequency(None)
    ('WEEKLY', 'MONTHLY', 'IRREG')
    """
    return next((name for most, name in FREQUENCIES if pace is not None and pace <= most), "IRREG")


def record(
    site: str,
    release: Release,
    publisher: Publisher,
    bounds: tuple[float, float, float, float] | None,
    first_day: date,
) -> Node:
    """Return the catalogue of what ``site`` publishes; ``bounds`` are west, south, east, north in degrees."""
    catalogue = f"{site}/api/v1/catalogue"
    agent: Node = {"@id": f"{site}/#editeur", "@type": "foaf:Agent", "foaf:name": publisher.name}
    shared = _shared(site, release, publisher, bounds, first_day)
    sets = [_set(site, one, release) | {"dct:publisher": agent} | shared for one in SETS]
    return {
        "@context": CONTEXT,
        "@id": catalogue,
        "@type": "dcat:Catalog",
        "dct:title": _french("Offre de soins : catalogue de l'observatoire"),
        "dct:description": _french(
            "Ce que l'observatoire publie sur l'offre de soins, au " + french_date(release.vintage) + "."
        ),
        "dct:publisher": agent,
        "dct:language": {"@id": FRENCH},
        "dct:license": {"@id": LICENCE},
        "dct:modified": _day(release.vintage),
        "foaf:homepage": {"@id": f"{site}/"},
        "dcat:themeTaxonomy": {"@id": f"{EUROPE}/data-theme"},
        "dcat:service": [_service(site, agent)],
        "dcat:dataset": sets,
    }


def _shared(
    site: str,
    release: Release,
    publisher: Publisher,
    bounds: tuple[float, float, float, float] | None,
    first_day: date,
) -> Node:
    """Return what every data set says alike."""
    contact: Node = {
        "@type": "vcard:Organization",
        "vcard:fn": publisher.name,
        "vcard:hasURL": {"@id": f"{site}/mentions"},
    }
    if publisher.contact:
        contact["vcard:hasEmail"] = {"@id": f"mailto:{publisher.contact}"}
    told: Node = {
        "dcat:contactPoint": contact,
        "dcat:theme": [{"@id": HEALTH}],
        "dct:language": {"@id": FRENCH},
        "dct:license": {"@id": LICENCE},
        "dct:accrualPeriodicity": {"@id": f"{EUROPE}/frequency/{frequency(publisher.pace)}"},
        "dct:accessRights": {"@id": f"{EUROPE}/access-right/PUBLIC"},
        "dct:modified": _day(release.vintage),
        "owl:versionInfo": str(release.id),
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(first_day),
            "dcat:endDate": _day(release.vintage),
        },
    }
    if bounds is not None:
        told["dct:spatial"] = {"@type": "dct:Location", "dcat:bbox": _frame(bounds)}
    return told


def _set(site: str, one: Set, release: Release) -> Node:
    address = f"{site}/api/v1/{one.path}"
    return {
        "@id": f"{site}/api/v1/catalogue#{one.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": one.name,
        "dct:title": _french(one.title),
        "dct:description": _french(f"{one.description} Au {french_date(release.vintage)}."),
        "dcat:keyword": [_french(word) for word in one.keywords],
        "dcat:landingPage": {"@id": f"{site}/methode"},
        "dcat:distribution": [_distribution(address, one, form, release) for form in MAP_FORMS],
    }


def _distribution(address: str, one: Set, form: str, release: Release) -> Node:
    told = FORMATS[form]
    url = f"{address}?{urlencode({**one.asked, 'format': form})}"
    return {
        "@id": url,
        "@type": "dcat:Distribution",
        "dct:title": _french(f"{one.title} ({told.label})"),
        "dcat:accessURL": {"@id": url},
        "dcat:downloadURL": {"@id": url},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{told.bare_type}"},
        "dct:format": told.label,
        "dct:license": {"@id": LICENCE},
        "dct:modified": _day(release.vintage),
        "adms:status": {"@id": f"{EUROPE}/distribution-status/COMPLETED"},
    }


def _service(site: str, agent: Node) -> Node:
    return {
        "@id": f"{site}/ogc",
        "@type": "dcat:DataService",
        "dct:title": _french("Couches cartographiques (OGC API Features et Tiles)"),
        "dct:publisher": agent,
        "dct:license": {"@id": LICENCE},
        "dct:conformsTo": {"@id": "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"},
        "dcat:endpointURL": {"@id": f"{site}/ogc"},
        "dcat:endpointDescription": {"@id": f"{site}/ogc/api"},
    }


def _french(words: str) -> Node:
    return {"@value": words, "@language": "fr"}


def _day(day: date) -> Node:
    return {"@value": day.isoformat(), "@type": "xsd:date"}


def _frame(bounds: tuple[float, float, float, float]) -> Node:
    west, south, east, north = bounds
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{lon:.5f} {lat:.5f}" for lon, lat in corners)
    kind = "http://www.opengis.net/ont/geosparql#wktLiteral"
    return {"@value": f"POLYGON(({ring}))", "@type": kind}
