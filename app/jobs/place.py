"""The place a deployment is about: its départements, the communes beyond their border, its contours.

Everything comes from the communes of geo.api.gouv.fr, fetched like any other source, so that what was
resolved once can be resolved again offline.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from app.errors import ParameterError, SourceError
from app.settings import Settings
from app.sources.perimeter import ARRONDISSEMENTS, Perimeter, departement_of
from app.sources.refusal import refusal

TOUCHING_DEGREES = 0.0003  # some 30 m: contours of neighbours do not always share their points
EDGE_DEGREES = 0.005
BASE_MAP_DEGREES = 0.25  # some 20 km around the place: half an hour of roads
ABOVE = ("epci", "codeEpci", "departement", "region", "codeRegion")
HINT = "Exemples : --within commune:35238, --within epci:243500139. L'option peut être répétée."


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune as the API gives it, with its contour in WGS84."""

    code: str
    name: str
    epci: str | None
    postcodes: tuple[str, ...]
    contour: shapely.Geometry
    feature: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """What was asked for, resolved. ``departements`` begin with the one that holds most of its communes."""

    within: tuple[str, ...]
    communes: tuple[str, ...]
    departements: tuple[str, ...]
    border: tuple[str, ...] = ()

    @property
    def opening(self) -> str | None:
        """Return the territory the map opens on: what was asked for, else the département, if it is one."""
        if len(self.within) == 1:
            return self.within[0]
        return f"departement:{self.departements[0]}" if len(self.departements) == 1 else None


def parsed(within: list[str]) -> list[tuple[str, str]]:
    """Split « commune:35238 » and « epci:243500139 », commas allowed. Raises ParameterError otherwise."""
    found: list[tuple[str, str]] = []
    for text in (part.strip() for value in within for part in value.split(",")):
        level, colon, code = text.partition(":")
        if not colon or level not in {"commune", "epci"} or not code.isalnum():
            raise ParameterError("within", f"« {text} » n'est ni une commune ni un EPCI.", hint=HINT)
        if level == "commune" and len(code) != 5:
            raise ParameterError(
                "within", f"« {code} » n'est pas un code INSEE de commune (5 caractères).", hint=HINT
            )
        found.append((level, next((c for c, p in ARRONDISSEMENTS.items() if code.startswith(p)), code)))
    return found


def read_communes(paths: Iterable[Path]) -> dict[str, Commune]:
    """Return the communes of some GeoJSON files by code. Raises SourceError for another content."""
    found: dict[str, Commune] = {}
    for path in paths:
        try:
            features = json.loads(path.read_text(encoding="utf-8"))["features"]
            for feature in features:
                commune = _commune(feature)
                found[commune.code] = commune
        except (ValueError, LookupError, TypeError, shapely.errors.GEOSException) as error:
            raise refusal(path, "La liste des communes n'a pas la forme attendue") from error
    return found


def _commune(feature: dict[str, Any]) -> Commune:
    said = feature["properties"]
    return Commune(
        code=said["code"],
        name=said["nom"],
        epci=said.get("codeEpci"),
        postcodes=tuple(said.get("codesPostaux") or ()),
        contour=shapely.make_valid(shapely.from_geojson(json.dumps(feature["geometry"]))),
        feature=feature,
    )


def members_of_epci(path: Path) -> list[str]:
    """Return the codes of the communes of an EPCI, from the API's list."""
    try:
        return [commune["code"] for commune in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, LookupError, TypeError) as error:
        raise refusal(path, "La liste des communes de l'EPCI n'a pas la forme attendue") from error


def ranked_departements(communes: Iterable[str]) -> tuple[str, ...]:
    """Return the départements of some communes, the one with most of them first."""
    counted: dict[str, int] = {}
    for code in communes:
        counted[departement_of(code)] = counted.get(departement_of(code), 0) + 1
    return tuple(sorted(counted, key=lambda code: (-counted[code], code)))


def refuse_unknown(place: Place, known: dict[str, Commune]) -> None:
    """Raise ParameterError for a commune that the list of its département does not have."""
    missing = [code for code in place.communes if code not in known]
    if missing:
        raise ParameterError(
            "within",
            f"La commune {missing[0]} n'existe pas dans le département {departement_of(missing[0])}.",
            hint="Vérifiez le code INSEE : ce n'est pas le code postal.",
        )


def reaches_the_edge(place: Place, known: dict[str, Commune]) -> bool:
    """Say whether the place lies at the border of its départements, where others' communes may touch it."""
    around = shapely.union_all([known[code].contour for code in place.communes]).buffer(EDGE_DEGREES)
    near = [one.contour for one in known.values() if shapely.intersects(one.contour, around)]
    uncovered = around.difference(shapely.union_all(near).buffer(TOUCHING_DEGREES))
    return bool(uncovered.area > TOUCHING_DEGREES**2)


def touching(place: Place, beyond: dict[str, Commune], known: dict[str, Commune]) -> tuple[str, ...]:
    """Return the communes outside the place's départements that touch it, by code."""
    around = shapely.union_all([known[code].contour for code in place.communes]).buffer(TOUCHING_DEGREES)
    return tuple(sorted(code for code, one in beyond.items() if shapely.intersects(one.contour, around)))


def perimeter(settings: Settings, known: dict[str, Commune]) -> Perimeter:
    """Return what is kept of national files: whole départements, border communes, the base map's box."""
    departements, border = settings.departement_codes(), settings.border_commune_codes()
    kept = [one for one in known.values() if departement_of(one.code) in departements or one.code in border]
    if not kept:
        raise SourceError("La liste des communes ne contient aucune commune du territoire choisi.")
    shown = _shown(settings, kept) or kept
    west, south, east, north = shapely.total_bounds([one.contour for one in shown])
    margin = BASE_MAP_DEGREES
    return Perimeter(
        departements=departements,
        border=border,
        postcodes=frozenset(code for one in kept if one.code in border for code in one.postcodes),
        contours=shapely.union_all([one.contour for one in kept]),
        box=(float(west) - margin, float(south) - margin, float(east) + margin, float(north) + margin),
    )


def _shown(settings: Settings, kept: list[Commune]) -> list[Commune]:
    level, _, code = (settings.within or "").partition(":")
    return [one for one in kept if code and code == {"commune": one.code, "epci": one.epci}.get(level)]


def composed(settings: Settings, known: dict[str, Commune]) -> bytes:
    """Return one GeoJSON of the place's communes.

    Beyond the border a commune comes without what is above it, and no commune names its region: a
    département drawn from three communes, or a region from one département, would be counted as if whole.
    """
    own, border = settings.departement_codes(), settings.border_commune_codes()
    features = []
    for code in sorted(known):
        inside = departement_of(code) in own
        if inside or code in border:
            dropped = ABOVE[3:] if inside else ABOVE
            said = {
                name: value
                for name, value in known[code].feature["properties"].items()
                if name not in dropped
            }
            features.append({**known[code].feature, "properties": said})
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
