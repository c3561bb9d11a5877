"""Addresses: numbers along both sides of every street, and the BAN file that lists them."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import shapely
from pyproj import Transformer

from geodata.demo import plan
from geodata.demo.groups import locate
from geodata.demo.names import StreetName, famous_endings, local_endings, plain
from geodata.demo.plan import Floats, Ints
from geodata.demo.skeleton import Line
from geodata.demo.streets import NOT_STREETS, Network, urbanity
from geodata.demo.zoning import Blocks

COLUMNS: Final = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;"
    "source_position;source_nom_voie;certification_commune;cad_parcelles;id_ban_adresse;id_ban_toponyme;"
    "id_ban_commune"
)
SPACING: Final = {"urban": 38.0, "estate": 52.0, "activity": 90.0, "rural": 240.0, "wood": 500.0}
REPETITIONS: Final = ("", "bis", "ter", "quater", "quinquies")
TYPES: Final = {
    "primary": ("Avenue", "Boulevard"),
    "secondary": ("Boulevard", "Avenue", "Cours"),
    "tertiary": ("Rue", "Avenue", "Rue"),
    "residential": ("Rue", "Rue", "Rue", "Rue", "Rue", "Rue", "Allée"),
    "dead end": ("Impasse", "Allée", "Impasse", "Square"),
    "quay": ("Quai",),
    "park": ("Promenade",),
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """One row an address, in the order of the file. ``xy`` in local metres, ``lonlat`` in degrees."""

    ids: list[str]
    number: Ints
    suffix: list[str]
    street: list[StreetName]
    commune: Ints
    block: Ints
    xy: Floats
    lonlat: Floats

    def __len__(self) -> int:
        return len(self.ids)


def to_lonlat(xy: Floats) -> Floats:
    """Return longitude and latitude (n, 2) of local metres (n, 2)."""
    transformer = Transformer.from_crs(2154, 4326, always_xy=True)
    return np.stack(transformer.transform(*plan.lambert(xy).T), axis=1)


RANK: Final = {
    "primary": 0,
    "secondary": 1,
    "quay": 2,
    "park": 3,
    "tertiary": 4,
    "residential": 5,
    "dead end": 6,
}


def _word(rng: np.random.Generator, kind: str, distance: float, rural: bool) -> str:
    """Return a street type that fits the class of the street and where it lies."""
    if rural and kind != "quay":
        return "Route" if kind in ("primary", "secondary") else "Chemin"
    if kind == "residential" and distance < 500.0 and rng.random() < 0.1:
        return "Place"
    return TYPES[kind][int(rng.integers(len(TYPES[kind])))]


def street_names(seed: int, lines: tuple[Line, ...], blocks: Blocks) -> list[StreetName | None]:
    """Name every street line, the best known endings on the main streets; ``None`` for what is no street.

    A name is borne once in a commune, but some dead ends differ from another street by their type only.
    """
    rng = plan.generator(seed, 5)
    stores = [(famous_endings(), local_endings(rng)) for _ in plan.COMMUNES]
    borne: list[list[StreetName]] = [[] for _ in plan.COMMUNES]
    middle = shapely.get_coordinates([shapely.centroid(line.geometry) for line in lines])
    home = np.maximum(blocks.commune[locate(blocks.polygons, middle + np.array([1.0, 2.0]))], 0)
    away = np.hypot(*(middle - np.array([plan.COMMUNES[c].centre for c in home])).T)
    rural = urbanity(middle) < 0.5
    names: list[StreetName | None] = [None] * len(lines)
    for k in sorted(range(len(lines)), key=lambda k: (RANK.get(lines[k].kind, 9), away[k])):
        kind = lines[k].kind
        if kind in NOT_STREETS:
            continue
        word = _word(rng, kind, float(away[k]), bool(rural[k]))
        name = _namesake(rng, word, borne[home[k]]) if kind == "dead end" else None
        if name is None:
            famous, local = stores[home[k]]
            well_known = famous and (RANK[kind] < 4 or rng.random() < 0.5)
            ending = famous.pop(int(rng.integers(len(famous)))) if well_known else local.pop(0)
            name = StreetName(word, ending)
        borne[home[k]].append(name)
        names[k] = name
    return names


def _namesake(rng: np.random.Generator, word: str, borne: list[StreetName]) -> StreetName | None:
    """Return a name that differs by its type only from one already borne, for a third of the calls."""
    if rng.random() > 0.3 or not borne:
        return None
    name = StreetName(word, borne[int(rng.integers(len(borne)))].rest)
    return None if name in borne else name


def _along(rng: np.random.Generator, line: shapely.LineString, gap: float) -> tuple[Floats, Ints]:
    """Return points beside a street and their numbers: odd on the left from the end nearest the centre."""
    points = shapely.get_coordinates(line)
    if np.hypot(*points[0]) > np.hypot(*points[-1]):
        points = points[::-1]
    travelled = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    found, numbers = [], []
    for side in (1, -1):
        at = np.arange(10.0 + rng.uniform(0.0, gap / 2), travelled[-1] - 6.0, gap)
        at = np.clip(at + rng.uniform(-0.2, 0.2, len(at)) * gap, 2.0, travelled[-1] - 2.0)
        place = np.stack([np.interp(at, travelled, points[:, k]) for k in (0, 1)], axis=1)
        ahead = np.stack([np.interp(at + 1.0, travelled, points[:, k]) for k in (0, 1)], axis=1)
        behind = np.stack([np.interp(at - 1.0, travelled, points[:, k]) for k in (0, 1)], axis=1)
        along = (ahead - behind) / np.hypot(*(ahead - behind).T)[:, None]
        normal = np.stack([-along[:, 1], along[:, 0]], axis=1) * side
        found.append(place + normal * rng.uniform(7.0, 14.0, (len(at), 1)))
        step = rng.choice(3, size=len(at), p=(0.035, 0.845, 0.12))
        step[:1] = 1
        numbers.append(2 * np.cumsum(step) - (1 if side > 0 else 0))
    return np.concatenate(found), np.concatenate(numbers)


def _points(
    seed: int, lines: tuple[Line, ...], blocks: Blocks, streets: Ints
) -> tuple[Floats, Ints, Ints, Ints]:
    rng = plan.generator(seed, 6)
    middle = [shapely.line_interpolate_point(lines[k].geometry, 0.5, normalized=True) for k in streets]
    xy = shapely.get_coordinates(middle)
    use = blocks.use[np.maximum(locate(blocks.polygons, xy + np.array([1.0, 2.0])), 0)]
    points, numbers, owner = [], [], []
    for k, u, centre in zip(streets, use, xy, strict=True):
        if lines[k].kind == "quay" and u == "rural":
            continue
        gap = SPACING.get(str(u), 60.0) * float(
            np.interp(np.hypot(*centre), [0, 900, 2500], [0.72, 0.95, 1.2])
        )
        found, number = _along(rng, lines[k].geometry, gap)
        points.append(found)
        numbers.append(number)
        owner.append(np.full(len(found), k))
    place = np.concatenate(points)
    block = locate(blocks.polygons, place)
    dry = (block >= 0) & ~np.isin(blocks.use[block], ("water", "park", "garden"))
    return place[dry], np.concatenate(numbers)[dry], np.concatenate(owner)[dry], block[dry]


def _suffixes(key: Ints) -> list[str]:
    """Return "", "bis", "ter" ... for the first, second, third of equal rows in a row."""
    fresh = np.concatenate([[True], (np.diff(key, axis=0) != 0).any(axis=1)])
    first = np.maximum.accumulate(np.where(fresh, np.arange(len(key)), 0))
    return [REPETITIONS[k] for k in np.arange(len(key)) - first]


def build(seed: int, network: Network, blocks: Blocks) -> Addresses:
    """Return the addresses of all communes, sorted by commune, street and number."""
    names = street_names(seed, network.lines, blocks)
    streets = np.array([k for k in np.unique(network.line) if names[k] is not None], dtype=np.int64)
    xy, number, owner, block = _points(seed, network.lines, blocks, streets)
    xy = np.round(xy, 2)
    commune = blocks.commune[block]
    order = np.lexsort((xy[:, 0], number, owner, commune))
    xy, number, owner, block, commune = xy[order], number[order], owner[order], block[order], commune[order]
    suffix = _suffixes(np.stack([commune, owner, number], axis=1))
    street = [names[k] for k in owner]
    ids = [
        f"{plan.COMMUNES[c].code}_{k + 1:04d}_{n:05d}{'_' + s if s else ''}"
        for c, k, n, s in zip(commune, owner, number, suffix, strict=True)
    ]
    named = [name for name in street if name is not None]
    return Addresses(ids, number, suffix, named, commune, block, xy, to_lonlat(xy))


def _uuid(text: str) -> str:
    digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:]}"


def _row(addresses: Addresses, k: int, metres: Floats) -> str:
    commune = plan.COMMUNES[addresses.commune[k]]
    name = str(addresses.street[k])
    street_id = addresses.ids[k][:10]
    merged = plan.MERGED_COMMUNE if commune.code == "00103" and addresses.xy[k, 1] < -2_550.0 else ("", "")
    fields = (
        *(addresses.ids[k], street_id, str(addresses.number[k]), addresses.suffix[k], name, commune.postcode),
        *(commune.code, commune.name, *merged, f"{metres[k, 0]:.2f}", f"{metres[k, 1]:.2f}"),
        *(f"{addresses.lonlat[k, 0]:.6f}", f"{addresses.lonlat[k, 1]:.6f}", "entrée", "", ""),
        *(commune.capitals, plain(name), "commune", "commune", "1" if commune is plan.CITY else "0"),
        *(
            f"{commune.code}000A{k % 9999 + 1:04d}",
            _uuid(addresses.ids[k]),
            _uuid(street_id),
            _uuid(commune.code),
        ),
    )
    return ";".join(fields)


def write(addresses: Addresses, path: Path) -> Path:
    """Write the BAN file of the département (26 columns, gzip)."""
    metres = plan.lambert(addresses.xy)
    rows = [COLUMNS, *(_row(addresses, k, metres) for k in range(len(addresses)))]
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        packed.write(("\n".join(rows) + "\n").encode())
    return path
