"""How many new addresses a second are placed against 2 million BAN rows, exactly and by resemblance."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import Connection, text

from app.db.sql import load
from app.staging.load import copy_rows
from app.supply.address import street_keys
from app.supply.placement import place
from app.territory.population import choose
from geodata.demo import names

DAY = date(2025, 11, 3)
# Streets by commune of a few départements: one large city, some towns, many villages; 25 numbers each.
SIZES = (*(3_000,) * 4, *(800,) * 40, *(60,) * 600)
NUMBERS = 25
KINDS = ("Rue", "Rue", "Rue", "Avenue", "Allée", "Impasse", "Chemin", "Place")
STREET = ("commune_code", "street_key", "street_core")
SITE = ("key", "number", "street_key", "street_core", "commune_code")


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds spent on placing ``addresses``, and how many of them got a point."""

    name: str
    addresses: int
    placed: int
    seconds: float

    @property
    def rate(self) -> float:
        """Addresses a second."""
        return self.addresses / self.seconds


def measure(connection: Connection, exact: int = 200_000, fuzzy: int = 20_000) -> list[Speed]:
    """Fill an empty store inside the caller's transaction, and time three placements.

    New addresses written as the BAN writes them; new ones with a slip; these again, as a next vintage has.
    """
    rng = random.Random(11)
    streets = list(_streets(rng))
    release = _fill(connection, streets)
    found = []
    for name, count, slip in (("exactes", exact, False), ("approchées", fuzzy, True)):
        _write_sites(connection, rng, streets, count, slip=slip)
        found.append(_timed(connection, release, f"adresses {name}", count))
    return [*found, _timed(connection, release, "les mêmes au millésime suivant", fuzzy)]


def _timed(connection: Connection, release: int, name: str, count: int) -> Speed:
    connection.execute(text("TRUNCATE supply.placement"))
    choose(connection, release)
    start = time.perf_counter()
    place(connection, release, DAY, DAY)
    seconds = time.perf_counter() - start
    placed = connection.execute(text("SELECT count(geom) FROM supply.placement")).scalar_one()
    return Speed(name, count, placed, seconds)


def _streets(rng: random.Random) -> Iterator[tuple[str, str, str]]:
    endings = [f"{first} {root}" for first in names.FIRST for root in names.ROOTS]
    endings += [f"des {name}" for name in names.NATURE]
    endings += [f"{field} {kind}" for field in names.FIELDS for kind in names.FIELD_KINDS]
    known = [street_keys(f"{kind} {ending}") for ending in endings for kind in ("Rue", rng.choice(KINDS[3:]))]
    for rank, size in enumerate(SIZES):
        for key, core in sorted(rng.sample(known, size)):
            if key and core:
                yield f"{rank:05d}", key, core


def _fill(connection: Connection, streets: list[tuple[str, str, str]]) -> int:
    release, source = connection.execute(text(
        "WITH f AS (INSERT INTO ops.source_file (register, variant, vintage, sha256, file_name, size_bytes, "
        "rows_in, rows_kept, rows_rejected) VALUES ('ban', 'bench', CAST(:day AS date), '', '', 0, 0, 0, 0) "
        "RETURNING id), r AS (INSERT INTO ops.release (vintage, fingerprint, status) "
        "VALUES (CAST(:day AS date), 'bench', 'built') RETURNING id) "
        "INSERT INTO ops.release_input SELECT r.id, f.id FROM r, f RETURNING release_id, source_file_id"
    ), {"day": DAY}).one()  # fmt: skip
    connection.execute(text(
        "CREATE TABLE supply.placement_release_bench PARTITION OF supply.placement "
        f"FOR VALUES IN ({release:d})"
    ))  # fmt: skip
    connection.execute(text("DROP INDEX supply.uq_practice_lasting"))
    connection.execute(text("INSERT INTO supply.practitioner (key) VALUES ('\\x00')"))
    connection.execute(
        text("CREATE TEMP TABLE street (commune_code text, street_key text, street_core text) ON COMMIT DROP")
    )
    copy_rows(connection, "street", STREET, iter(streets))
    connection.execute(text(
        "INSERT INTO supply.address (source_file_id, ban_id, commune_code, street_key, street_core, number, "
        "geom) SELECT (SELECT id FROM ops.source_file), md5(street_key || n || commune_code), commune_code, "
        "street_key, street_core, n, ST_SetSRID(ST_MakePoint(2 + random(), 46 + random()), 4326) "
        "FROM street, generate_series(1, :numbers) n"
    ), {"numbers": NUMBERS})  # fmt: skip
    connection.execute(load("app.supply", "street_insert"), {"source_file_id": source})
    connection.execute(text("ANALYZE supply.address, supply.street, ops.release_input"))
    return int(release)


def _write_sites(
    connection: Connection, rng: random.Random, streets: list[tuple[str, str, str]], count: int, *, slip: bool
) -> None:
    connection.execute(text("TRUNCATE supply.practice, supply.site CASCADE"))

    def rows() -> Iterator[tuple[str, ...]]:
        for rank in range(count):
            commune, key, core = rng.choice(streets)
            if slip:
                kind, wrong = key[: len(key) - len(core)], _swapped(rng, core)
                key, core = f"{kind}{wrong}", wrong
            yield f"{rank}", str(rng.randint(1, NUMBERS)), key, core, commune

    copy_rows(connection, "supply.site", SITE, rows())
    connection.execute(text(
        "WITH way AS (INSERT INTO supply.exercise (skills, modes, sectors, liberal, ambulatory) "
        "VALUES ('{}', '{L}', '{}', true, true) RETURNING id) "
        "INSERT INTO supply.practice (practitioner_id, site_id, exercise_id, profession_code, valid) "
        "SELECT (SELECT id FROM supply.practitioner), s.id, way.id, '10', "
        "daterange(CAST(:day AS date), NULL) FROM supply.site s, way"
    ), {"day": DAY})  # fmt: skip
    connection.execute(text("ANALYZE supply.site, supply.practice"))


def _swapped(rng: random.Random, core: str) -> str:
    pairs = list(pairwise(core))
    i = rng.choice([i for i, (a, b) in enumerate(pairs) if a != b and a.isalpha() and b.isalpha()])
    return core[:i] + core[i + 1] + core[i] + core[i + 2 :]
