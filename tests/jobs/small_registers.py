"""Registers of a few lines, written in the producers' own formats, on a grid of metres in the sea.

Everything is drawn in EPSG:3035 from ``ORIGIN``, a corner of the 200 m grid near longitude -3.3, latitude
46.4, then brought to WGS84: a square of 200 m is exactly that, and areas can be computed by hand.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from pyproj import Transformer

ORIGIN = (3_300_000, 2_679_000)
TO_WGS84 = Transformer.from_crs(3035, 4326, always_xy=True)

type Box = tuple[float, float, float, float]
type Ring = list[list[float]]

ANNUAIRE_COLUMNS = (
    *("Type d'identifiant PP", "Identifiant PP", "Identification nationale PP"),
    *("Code civilité d'exercice", "Libellé civilité d'exercice", "Code civilité", "Libellé civilité"),
    *("Nom d'exercice", "Prénom d'exercice", "Code profession", "Libellé profession"),
    *("Code catégorie professionnelle", "Libellé catégorie professionnelle", "Code type savoir-faire"),
    *("Libellé type savoir-faire", "Code savoir-faire", "Libellé savoir-faire", "Code mode exercice"),
    *("Libellé mode exercice", "Numéro SIRET site", "Numéro SIREN site", "Numéro FINESS site"),
    *("Numéro FINESS établissement juridique", "Identifiant technique de la structure"),
    *("Raison sociale site", "Enseigne commerciale site", "Complément destinataire (coord. structure)"),
    *("Complément point géographique (coord. structure)", "Numéro Voie (coord. structure)"),
    *("Indice répétition voie (coord. structure)", "Code type de voie (coord. structure)"),
    *("Libellé type de voie (coord. structure)", "Libellé Voie (coord. structure)"),
    *("Mention distribution (coord. structure)", "Bureau cedex (coord. structure)"),
    *("Code postal (coord. structure)", "Code commune (coord. structure)"),
    *("Libellé commune (coord. structure)", "Code pays (coord. structure)"),
    *("Libellé pays (coord. structure)", "Téléphone (coord. structure)", "Téléphone 2 (coord. structure)"),
    *("Télécopie (coord. structure)", "Adresse e-mail (coord. structure)"),
    *("Code Département (structure)", "Libellé Département (structure)"),
    *("Ancien identifiant de la structure", "Autorité d'enregistrement", "Code secteur d'activité"),
    *("Libellé secteur d'activité", "Code section tableau pharmaciens"),
    *("Libellé section tableau pharmaciens", "Code rôle", "Libellé rôle"),
    *("Code genre activité", "Libellé genre activité", ""),
)
SHORT = {
    "id": "Identification nationale PP",
    "civility": "Code civilité",
    "family": "Nom d'exercice",
    "given": "Prénom d'exercice",
    "profession": "Code profession",
    "category": "Code catégorie professionnelle",
    "skill": "Code savoir-faire",
    "mode": "Code mode exercice",
    "siret": "Numéro SIRET site",
    "finess": "Numéro FINESS site",
    "company": "Raison sociale site",
    "complement": "Complément point géographique (coord. structure)",
    "number": "Numéro Voie (coord. structure)",
    "repetition": "Indice répétition voie (coord. structure)",
    "type": "Libellé type de voie (coord. structure)",
    "street": "Libellé Voie (coord. structure)",
    "office": "Bureau cedex (coord. structure)",
    "postcode": "Code postal (coord. structure)",
    "commune": "Code commune (coord. structure)",
    "town": "Libellé commune (coord. structure)",
    "country": "Code pays (coord. structure)",
    "sector": "Code secteur d'activité",
}
GP = {"profession": "10", "category": "C", "skill": "SM54", "mode": "L", "sector": "SA07"}
NURSE = {"profession": "60", "category": "C", "mode": "L", "sector": "SA07"}


def activity(identity: str, *parts: Mapping[str, str], **fields: str) -> dict[str, str]:
    """Return one line of the annuaire by the short names of its columns."""
    merged = {"id": identity, "civility": "MME", "family": f"NOM{identity}", "given": "Prénom"}
    for part in (*parts, fields):
        merged |= part
    return {SHORT[name]: value for name, value in merged.items()}


def at(number: str, street: str, *, kind: str = "Rue", town: str = "Aubrelle") -> dict[str, str]:
    """Return the fields of a plain address of the small city."""
    return {"number": number, "type": kind, "street": street, "postcode": "00100", "town": town}


def annuaire(folder: Path, day: date, lines: Iterable[Mapping[str, str]], *, mark: str = "0800") -> Path:
    """Write an annuaire of 56 columns dated by its name."""
    path = folder / f"PS_LibreAcces_Personne_activite_{day:%Y%m%d}{mark}.txt"
    rows = ["|".join(ANNUAIRE_COLUMNS)]
    rows += ["|".join(line.get(name, "") for name in ANNUAIRE_COLUMNS) for line in lines]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


AMELI_COLUMNS = (
    *("ps_activite_nom", "ps_activite_prenom", "ps_activite_raison_sociale", "specialite_code"),
    *("specialite_libelle", "type_ps_libelle", "coordonnees_voie", "coordonnees_complement"),
    *("coordonnees_code_postal", "coordonnees_ville", "secteur_conventionnel_code"),
    *("nature_exercice_code", "option_tarifaire_code"),
)


def insured(
    family: str, given: str, street: str, *, sector: str = "1", town: str = "AUBRELLE", **fields: str
) -> dict[str, str]:
    """Return one line of the health insurance's list, of a general practitioner unless told otherwise."""
    line = {
        "ps_activite_nom": family,
        "ps_activite_prenom": given,
        "specialite_code": "01",
        "type_ps_libelle": "Médecins généralistes et spécialistes",
        "coordonnees_voie": street,
        "coordonnees_code_postal": "00100",
        "coordonnees_ville": town,
        "secteur_conventionnel_code": sector,
        "nature_exercice_code": "01",
    }
    return line | fields


def ameli(folder: Path, day: date, lines: Iterable[Mapping[str, str]]) -> Path:
    """Write the health insurance's list, dated by its name, with its byte order mark."""
    path = folder / f"liste-ps-{day:%Y%m%d}.csv"
    rows = [";".join(AMELI_COLUMNS)]
    rows += [";".join(line.get(name, "") for name in AMELI_COLUMNS) for line in lines]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8-sig")
    return path


def table(path: Path, rows: Sequence[Mapping[str, object]], separator: str = ";") -> Path:
    """Write a delimited file whose header is the keys of the first row."""
    names = list(rows[0])
    lines = [separator.join(names)]
    lines += [separator.join(str(row.get(name, "")) for name in names) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def point(x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of a point given in metres from the origin."""
    longitude, latitude = TO_WGS84.transform(ORIGIN[0] + x, ORIGIN[1] + y)
    return float(longitude), float(latitude)


def ring(box: Box) -> Ring:
    """Return the closed ring of a rectangle given in metres from the origin."""
    x0, y0, x1, y1 = box
    corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    return [list(point(*corner)) for corner in corners]


def layer(
    path: Path, features: Iterable[tuple[Mapping[str, object], Box | dict[str, object] | None]]
) -> Path:
    """Write a GeoJSON file of rectangles in metres, or of ready geometries."""
    drawn = [
        {
            "type": "Feature",
            "properties": dict(properties),
            "geometry": {"type": "Polygon", "coordinates": [ring(shape)]}
            if isinstance(shape, tuple)
            else shape,
        }
        for properties, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": drawn}), encoding="utf-8")
    return path


def iris(folder: Path, boxes: Mapping[str, Box], *, year: int = 2024) -> Path:
    """Write IRIS contours by code; the commune is the code's first five characters."""
    rows = [
        (
            {"INSEE_COM": code[:5], "NOM_COM": f"Ville {code[:5]}", "IRIS": code[5:], "CODE_IRIS": code}
            | {"NOM_IRIS": f"Iris {code}", "TYP_IRIS": "H"},
            box,
        )
        for code, box in boxes.items()
    ]
    return layer(folder / f"iris_{year}.geojson", rows)


def quartiers(folder: Path, boxes: Mapping[str, Box], commune: str = "00101", *, year: int = 2024) -> Path:
    """Write a city's own quartiers."""
    rows = [
        ({"code_quartier": code, "nom_quartier": f"Quartier {code}", "code_insee": commune}, box)
        for code, box in boxes.items()
    ]
    return layer(folder / f"quartiers_{year}.geojson", rows)


def qpv(folder: Path, boxes: Mapping[str, tuple[str, Box]], *, year: int = 2024) -> Path:
    """Write QPV in the naming of 2024, each with the communes it names."""
    rows = [
        ({"code_qp": code, "lib_qp": f"Quartier {code}", "insee_com": communes}, box)
        for code, (communes, box) in boxes.items()
    ]
    return layer(folder / f"qpv_{year}.geojson", rows)


def communes(
    folder: Path, boxes: Mapping[str, Box | None], *, people: int | None = None, year: int = 2025
) -> Path:
    """Write communes as geo.api.gouv.fr does, all in one EPCI, département and region."""
    rows = [
        (
            {
                "code": code,
                "nom": f"Ville {code}",
                "codesPostaux": [f"{int(code) - 1:05d}"],
                "codeEpci": "000000001",
                "epci": {"code": "000000001", "nom": "Agglomération"},
                "codeDepartement": code[:2],
                "departement": {"code": code[:2], "nom": "Fictif"},
                "codeRegion": "00",
                "region": {"code": "00", "nom": "Région fictive"},
                "population": people,
            },
            box,
        )
        for code, box in boxes.items()
    ]
    return layer(folder / f"communes_{year}.geojson", rows)


AGES = ("0014", "1529", "3044", "4559", "6074", "75P")


def iris_population(folder: Path, people: Mapping[str, float], *, year: int = 22) -> Path:
    """Write INSEE's table: a sixth of the people in each age class, half of each of either sex."""
    rows: list[dict[str, object]] = []
    for code, count in people.items():
        row: dict[str, object] = {"IRIS": code, "COM": code[:5], f"P{year}_POP": count}
        row |= {f"P{year}_POP{age}": count / 6 for age in AGES}
        for sex in ("H", "F"):
            row[f"P{year}_POP{sex}"] = count / 2
            row |= {f"P{year}_{sex}{age}": count / 12 for age in AGES}
        rows.append(row)
    return table(folder / f"base-ic-evol-struct-pop-20{year}.CSV", rows)


def square(column: int, line: int) -> Box:
    """Return the square of 200 m in a column and line of the grid."""
    return (200 * column, 200 * line, 200 * (column + 1), 200 * (line + 1))


def cell_code(column: int, line: int) -> str:
    """Return INSEE's code of a square."""
    return f"CRS3035RES200mN{ORIGIN[1] + 200 * line}E{ORIGIN[0] + 200 * column}"


def cells(
    folder: Path,
    people: Mapping[tuple[int, int], float],
    *,
    imputed: frozenset[tuple[int, int]] = frozenset(),
    drawn: Mapping[tuple[int, int], Box] | None = None,
) -> Path:
    """Write Filosofi squares by (column, line); ``drawn`` gives those that the file cuts."""
    rows = [
        (
            {"idcar_200m": cell_code(*place), "ind": count, "men": 20, "men_pauv": 3, "men_fmp": 2}
            | {"men_1ind": 5, "ind_snv": 1000.0, "i_est_200": int(place in imputed), "lcog_geo": "00101"}
            | {f"ind_{age}": 1 for age in ("0_3", "4_5", "6_10", "11_17", "18_24", "25_39", "40_54")}
            | {f"ind_{age}": 1 for age in ("55_64", "65_79", "80p")},
            (drawn or {}).get(place, square(*place)),
        )
        for place, count in people.items()
    ]
    return layer(folder / "carreaux_2021.geojson", rows)


def qpv_table(folder: Path, people: Mapping[str, float], *, year: int = 2020) -> Path:
    """Write INSEE's table of QPV."""
    rows = [
        {"code_qp": code, "nom_qp": "Q", "nom_commune": "Aubrelle", "pop_mun": count, "pop_com": 9000}
        for code, count in people.items()
    ]
    return table(folder / f"qpv_insee_{year}.csv", rows, ",")


def ban(
    folder: Path, addresses: Sequence[Mapping[str, object]], *, name: str = "adresses-00-2025-01.csv"
) -> Path:
    """Write addresses: number, rep, street, postcode, commune, town, old (code, name), place in metres."""
    rows: list[dict[str, object]] = []
    streets: dict[object, int] = {}
    for rank, address in enumerate(addresses):
        longitude, latitude = point(*address["place"])  # type: ignore[misc]
        commune = address.get("commune", "00101")
        street = streets.setdefault((commune, address.get("old"), address["street"]), len(streets))
        rows.append(
            {
                "id": address.get("id", f"{commune}_{street:04d}_{rank:05d}"),
                "numero": address.get("number", ""),
                "rep": address.get("rep", ""),
                "nom_voie": address["street"],
                "code_postal": address.get("postcode", "00100"),
                "code_insee": commune,
                "nom_commune": address.get("town", "Aubrelle"),
                "code_insee_ancienne_commune": address.get("old", ""),
                "nom_ancienne_commune": address.get("old_name", ""),
                "lon": longitude,
                "lat": latitude,
            }
        )
    return table(folder / name, rows)


def cedex(folder: Path, codes: Mapping[str, str]) -> Path:
    """Write the CEDEX table."""
    rows = [{"cedex": code, "libelle": "VILLE CEDEX", "insee": commune} for code, commune in codes.items()]
    return table(folder / "cedex_2025.csv", rows)


def finess(folder: Path, day: date, establishments: Sequence[Mapping[str, object]]) -> Path:
    """Write a regional re-export of FINESS with longitude and latitude; ``place`` is in metres or None."""
    rows: list[dict[str, object]] = []
    for found in establishments:
        place = found.get("place")
        longitude, latitude = point(*place) if place else ("", "")  # type: ignore[misc]
        rows.append(
            {
                "nofinesset": found["finess"],
                "nofinessej": "000900001",
                "rs": found.get("name", "ETABLISSEMENT"),
                "categetab": found.get("category", "620"),
                "departement": "00",
                "code_insee": found.get("commune", "00101"),
                "numvoie": found.get("number", ""),
                "typvoie": found.get("type", ""),
                "voie": found.get("street", ""),
                "ligneacheminement": found.get("routing", "00100 AUBRELLE"),
                "siret": found.get("siret", ""),
                "longitude": longitude,
                "latitude": latitude,
            }
        )
    return table(folder / f"finess_{day:%Y-%m-%d}.csv", rows)
