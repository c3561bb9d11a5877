"""The truth set of the demo city: addresses as people type them, and where each really is.

Every row becomes the address of one practitioner of its own, without FINESS number nor SIRET: what is
scored is the reading of the address alone, the hardest case.
"""

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, Engine, text

from app.jobs.refresh import refresh
from app.jobs.releases import build_release
from app.settings import Settings
from geodata.demo import addresses, annuaire, finess, geofiles, written
from geodata.demo.annuaire import HEADER
from geodata.demo.city import build
from geodata.demo.practitioners import Register
from geodata.demo.sites import Ground

DAY = date(2025, 11, 3)
VINTAGES = {
    "communes.geojson": date(2025, 1, 1),
    "adresses-00.csv.gz": date(2025, 11, 1),
    "cedex_fictif.csv": date(2025, 1, 1),
}
RIGHT_METRES = 5.0
WRONG_METRES = 300.0
SHORT = {
    "Numéro Voie (coord. structure)": "numero",
    "Indice répétition voie (coord. structure)": "repetition",
    "Code type de voie (coord. structure)": "type_code",
    "Libellé type de voie (coord. structure)": "type_label",
    "Libellé Voie (coord. structure)": "voie",
    "Bureau cedex (coord. structure)": "bureau_cedex",
    "Code postal (coord. structure)": "code_postal",
    "Code commune (coord. structure)": "code_commune",
    "Libellé commune (coord. structure)": "nom_commune",
}
PRACTITIONER = {
    "Code profession": "10",
    "Code catégorie professionnelle": "C",
    "Code savoir-faire": "SM54",
    "Code mode exercice": "L",
    "Code secteur d'activité": "SA07",
    "Prénom d'exercice": "Prénom",
}
PLACED = text(
    "SELECT r.family_name AS name, pl.location_class, pl.method,"
    " ST_Distance(pl.geom::geography, ST_SetSRID(ST_MakePoint(t.lon, t.lat), 4326)::geography) AS metres"
    " FROM supply.placement pl JOIN supply.practice p ON p.site_id = pl.site_id"
    " JOIN supply.practitioner r ON r.id = p.practitioner_id"
    " JOIN unnest(CAST(:names AS text[]), CAST(:lons AS float[]), CAST(:lats AS float[]))"
    "   AS t (name, lon, lat) ON t.name = r.family_name"
    " WHERE pl.release_id = :release"
)


@dataclass(frozen=True, slots=True)
class Score:
    """How the rows with one kind of error were placed; ``wrong`` lie more than 300 m off."""

    error: str
    rows: int
    right: int
    wrong: int
    unplaced: int

    @property
    def right_share(self) -> float:
        """Part placed at the right number, 0 to 1; what is not placed is not right."""
        return self.right / self.rows

    @property
    def wrong_share(self) -> float:
        """Part placed more than 300 m away, 0 to 1."""
        return self.wrong / self.rows


def measure(
    engine: Engine, settings: Settings, folder: Path, seed: int = 2025, *, hidden: int = 0
) -> list[Score]:
    """Place the truth set of a demo city in an empty store, and return its scores.

    ``hidden`` takes one street in so many out of the BAN and scores only the addresses on those, which no
    answer can place right: what is placed is another street taken for theirs.
    """
    rows = write_registers(folder, seed)
    if hidden:
        rows = hide_streets(folder / "adresses-00.csv.gz", rows, hidden)
    for name, day in VINTAGES.items():
        refresh(engine, settings, folder / name, vintage=day)
    refresh(engine, settings, write_annuaire(rows, folder, DAY))
    built = build_release(engine)
    with engine.connect() as connection:
        return score(connection, built.id, rows)


def write_registers(folder: Path, seed: int) -> list[dict[str, str]]:
    """Write what addresses are placed with, and return the rows of the truth set."""
    city = build(seed)
    ground = Ground(city)
    establishments = finess.found(seed, ground)
    people = Register(seed, ground, establishments).fill()
    structures = annuaire.structures(people, [row.structure for row in establishments])
    geofiles.write_communes(
        folder / "communes.geojson", city.communes, np.zeros(len(city.communes), np.int64)
    )
    addresses.write(city.addresses, folder / "adresses-00.csv.gz")
    written.write_cedex(folder / "cedex_fictif.csv")
    as_written = written.write_down(seed, structures, city.addresses)
    return read_truth(written.write_truth(folder / "truth.csv", as_written))


def hide_streets(ban: Path, rows: list[dict[str, str]], one_in: int) -> list[dict[str, str]]:
    """Take one street in ``one_in`` out of a BAN file, and return the rows of the truth set that it held."""

    def is_hidden(ban_id: str) -> bool:
        return zlib.crc32("_".join(ban_id.split("_")[:2]).encode()) % one_in == 0

    header, *lines = gzip.decompress(ban.read_bytes()).decode().splitlines(keepends=True)
    kept = [line for line in lines if not is_hidden(line.split(";", 1)[0])]
    ban.write_bytes(gzip.compress("".join([header, *kept]).encode()))
    return [row for row in rows if is_hidden(row["id_ban"])]


def read_truth(path: Path) -> list[dict[str, str]]:
    """Return the rows of the truth set."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_annuaire(rows: Sequence[dict[str, str]], folder: Path, day: date) -> Path:
    """Write an annuaire with one practitioner for each row, named by the row's structure."""
    names = HEADER.split("|")
    lines = [HEADER]
    for rank, row in enumerate(rows):
        cells = {
            **PRACTITIONER,
            "Identification nationale PP": f"8{rank:011d}",
            "Nom d'exercice": row["structure"],
            **{column: row[field] for column, field in SHORT.items()},
        }
        lines.append("|".join(cells.get(name, "") for name in names))
    path = folder / f"PS_LibreAcces_Personne_activite_{day:%Y%m%d}0800.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def score(connection: Connection, release: int, rows: Sequence[dict[str, str]]) -> list[Score]:
    """Return the scores by kind of error, the whole set last under the name "all"."""
    found = connection.execute(
        PLACED,
        {
            "release": release,
            "names": [row["structure"] for row in rows],
            "lons": [float(row["lon"]) for row in rows],
            "lats": [float(row["lat"]) for row in rows],
        },
    ).all()
    metres = {place.name: place.metres for place in found}
    rows_of: Counter[str] = Counter()
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        verdict = _verdict(metres.get(row["structure"]))
        for kind in (row["erreur"], "all"):
            rows_of[kind] += 1
            seen[kind, verdict] += 1
    kinds = [*sorted(kind for kind in rows_of if kind != "all"), "all"]
    return [Score(k, rows_of[k], seen[k, "right"], seen[k, "wrong"], seen[k, "unplaced"]) for k in kinds]


def _verdict(metres: float | None) -> str:
    if metres is None:
        return "unplaced"
    if metres <= RIGHT_METRES:
        return "right"
    return "wrong" if metres > WRONG_METRES else "near"
