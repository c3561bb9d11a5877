"""The join of the health insurance's list with the annuaire, on people and streets made from a seed.

As in a country: a name in a thousand is everybody's, most are few people's; everybody practises in one of
20 000 towns of which a few are large, in streets that many towns have.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine, text

from app.db.tables import PARTITIONED
from app.sources.recognise import recognise
from app.staging.load import copy_rows
from app.supply.convention import tell_sectors
from geodata.demo import names

SIZES = (25_000, 50_000, 100_000)
BOUND_S = 5  # for 100 000 lines
DAY = date(2025, 11, 3)
TOWNS = 20_000
HEADER = (
    "ps_activite_nom;ps_activite_prenom;specialite_code;specialite_libelle;coordonnees_voie;"
    "coordonnees_code_postal;coordonnees_ville;secteur_conventionnel_code;nature_exercice_code"
)
RELEASE = "INSERT INTO ops.release (vintage, fingerprint, status) VALUES (:day, 'bench', 'held') RETURNING id"
SITE = ("id", "key", "number", "street", "street_key", "street_core", "postcode", "town", "town_key")
PRACTICE = ("id", "practitioner_id", "site_id", "exercise_id", "profession_code", "valid")

type Seen = tuple[str, str, str, int, str, str]  # family, given, profession, number, street, town


def lines(engine: Engine) -> Iterator[str]:
    """Yield what 25 000, 50 000 and 100 000 lines take, joined with as many practices."""
    spent = []
    for count in SIZES:
        with engine.connect() as connection, TemporaryDirectory() as folder:
            spent.append(_joined(connection, Path(folder), count))
            connection.rollback()
        per = spent[-1] / count * 100_000
        yield f"secteurs, {count:6d} lignes : {spent[-1]:5.1f} s, {per:.1f} s pour 100 000 (<= {BOUND_S})"
    slopes = [later / earlier for earlier, later in pairwise(spent)]
    yield f"secteurs, pente à 1x, 2x, 4x : {slopes[0]:.2f} puis {slopes[1]:.2f} (2 = linéaire)"


def _joined(connection: Connection, folder: Path, count: int) -> float:
    """Fill an empty store, and return the seconds that its join takes."""
    people = list(_people(count))
    release = connection.execute(text(RELEASE), {"day": DAY}).scalar_one()
    for table in PARTITIONED:
        name = f"{table}_bench"
        connection.execute(text(f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES IN ({release:d})"))
    _fill(connection, people)
    path = folder / "liste-ps-20251103.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write(HEADER + "\n")
        for family, given, code, number, street, town in people:
            specialty = "1" if code == "10" else "24"
            stream.write(
                f"{family};{given};{specialty};;{number} RUE {street};{_postcode(town)};{town};1;1\n"
            )
    listed = replace(recognise(path, max_bytes=1 << 30), vintage=DAY)
    start = time.perf_counter()
    tell_sectors(connection, release, DAY, listed)
    spent = time.perf_counter() - start
    known = connection.execute(text("SELECT count(*) FROM supply.convention")).scalar_one()
    assert known > 0.9 * count, known
    return spent


def _people(count: int) -> Iterator[Seen]:
    rng = random.Random(11)
    roots = [f"{first}{last}".upper() for first in names.SYLLABLES for last in names.SYLLABLES]
    streets = [f"{first} {root}".upper() for first in names.FIRST[:40] for root in names.ROOTS[:40]]
    for _ in range(count):
        yield (
            roots[int(rng.random() ** 2 * len(roots))],
            names.GIVEN[int(rng.random() * len(names.GIVEN))],
            rng.choice(("10", "60")),
            rng.randrange(1, 60),
            rng.choice(streets),
            f"VILLE {_letters(int(rng.random() ** 3 * TOWNS))}",
        )


def _letters(number: int) -> str:
    """Return a number in letters: figures are no part of a town's name."""
    return "".join(chr(ord("A") + int(figure)) for figure in str(number))


def _postcode(town: str) -> str:
    return f"{10_000 + sum(ord(letter) * 31**rank for rank, letter in enumerate(town)) % 80_000}"


def _fill(connection: Connection, people: list[Seen]) -> None:
    numbered = list(enumerate(people, 1))
    sites = (
        (str(rank), f"S{rank}", str(number), street, f"RUE {street}", street, _postcode(town), town, town)
        for rank, (_, _, _, number, street, town) in numbered
    )
    copy_rows(connection, "supply.site", SITE, sites)
    copy_rows(
        connection,
        "supply.practitioner",
        ("id", "key", "family_name", "given_name"),
        ((str(rank), f"\\x{rank:064x}", one[0], one[1]) for rank, one in numbered),
    )
    copy_rows(
        connection,
        "supply.exercise",
        ("id", "skills", "modes", "sectors", "liberal", "ambulatory"),
        [("1", "{}", "{L}", "{}", "t", "t")],
    )
    copy_rows(
        connection,
        "supply.practice",
        PRACTICE,
        ((*[str(rank)] * 3, "1", one[2], f"[{DAY},)") for rank, one in numbered),
    )
    connection.execute(text("ANALYZE supply.site, supply.practitioner, supply.practice"))
