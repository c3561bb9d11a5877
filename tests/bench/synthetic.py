"""A synthetic country in the real tables: polygons on a grid, practices at random, one published release."""

import numpy as np
import shapely
from sqlalchemy import Connection, text

from app.db.tables import PARTITIONED
from app.indicators.professions import store_professions

VERTICES = 60  # about what an IRIS of a city has
STEP = 0.012  # degrees between two centres
WEST, SOUTH = -4.0, 43.0
VINTAGE = "2025-11-03"

RELEASE = """
    WITH file AS (
      INSERT INTO ops.source_file (register, variant, vintage, sha256, file_name, size_bytes, rows_in,
                                   rows_kept, rows_rejected)
      VALUES ('annuaire', 'bench', CAST(:day AS date), '', '', 0, 0, 0, 0) RETURNING id
    ), made AS (
      INSERT INTO ops.release (vintage, fingerprint, status, published_at)
      VALUES (CAST(:day AS date), 'bench', 'published', now()) RETURNING id
    )
    INSERT INTO ops.release_input SELECT made.id, file.id FROM made, file RETURNING release_id"""

TERRITORIES = (
    """
    INSERT INTO territory.territory (source_file_id, level, code, name, geom, area_km2)
    SELECT (SELECT id FROM ops.source_file), 'iris', lpad(n::text, 9, '0'), 'IRIS ' || n,
           ST_SetSRID(decode(wkb, 'hex')::geometry, 4326), 1
    FROM unnest(CAST(:shapes AS text[])) WITH ORDINALITY u (wkb, n)""",
    """
    INSERT INTO territory.shape (territory_id, band, geom, geojson)
    SELECT id, 0, geom, ST_AsGeoJSON(geom, 6, 0) FROM territory.territory""",
    "INSERT INTO territory.membership SELECT :release, id, '{}' FROM territory.territory",
    """
    INSERT INTO territory.population
    SELECT :release, id, 'all', 'T', 2000 + id % 1000, 0, 'iris' FROM territory.territory""",
)

SUPPLY = (
    "SELECT setseed(0.5)",
    "INSERT INTO supply.practitioner (key) SELECT int4send(n) FROM generate_series(1, :people) n",
    "INSERT INTO supply.site (key) SELECT 'S' || n FROM generate_series(1, :sites) n",
    """
    INSERT INTO supply.placement
    SELECT :release, s.id,
           ST_Translate(c, (random() - 0.5) * 0.006, (random() - 0.5) * 0.006),
           'housenumber', 'ban_exact', 1, NULL, ARRAY[t.id]
    FROM (SELECT id, row_number() OVER () AS n FROM supply.site) s
    JOIN (SELECT id, row_number() OVER () - 1 AS n, ST_Centroid(geom) AS c FROM territory.territory) t
      ON t.n = (s.n * 7919) % :iris""",
    "DROP INDEX supply.uq_practice_lasting",  # half a million checks say nothing here
    """
    INSERT INTO supply.exercise (skills, modes, sectors, liberal, ambulatory)
    SELECT skills, '{L}', '{}', true, true
    FROM (VALUES ('{SM26}'::text[]), ('{SM54}'), ('{SM04}'), ('{SM38}'), ('{SM42}'), ('{SM40}'), ('{}')) AS
         one (skills)""",
    """
    INSERT INTO supply.practice (practitioner_id, site_id, exercise_id, profession_code, valid)
    SELECT p.first + n % :people, s.first + (n * 31) % :sites,
           w.ids[CASE WHEN n % 8 = 0 THEN 1 + n % 6 ELSE 7 END],
           (ARRAY['10', '60', '70', '40', '50', '21', '91', '93'])[1 + n % 8],
           daterange(CAST(:day AS date), NULL)
    FROM generate_series(1, :practices) n,
         (SELECT array_agg(id ORDER BY id) AS ids FROM supply.exercise) w,
         (SELECT min(id) AS first FROM supply.practitioner) p,
         (SELECT min(id) AS first FROM supply.site) s""",
)


def polygons(number: int, seed: int = 7) -> np.ndarray:
    """Return ``number`` rough polygons on a square grid, each inside its own square."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(number)))
    columns, rows = np.meshgrid(np.arange(side), np.arange(side))
    centre = np.stack([WEST + columns.ravel()[:number] * STEP, SOUTH + rows.ravel()[:number] * STEP], axis=1)
    angle = np.linspace(0, 2 * np.pi, VERTICES, endpoint=False)
    radius = STEP / 2 * rng.uniform(0.75, 0.98, (number, VERTICES))
    ring = centre[:, None, :] + np.stack([np.cos(angle) * radius, np.sin(angle) * radius], axis=2)
    return shapely.polygons(np.round(np.concatenate([ring, ring[:, :1]], axis=1), 6))


def fill(connection: Connection, iris: int, practices: int) -> int:
    """Fill an empty store with ``iris`` polygons and ``practices`` practices; return the release."""
    release = connection.execute(text(RELEASE), {"day": VINTAGE}).scalar_one()
    for table in PARTITIONED:
        connection.execute(
            text(f"CREATE TABLE {table}_bench PARTITION OF {table} FOR VALUES IN ({release:d})")
        )
    store_professions(connection, release)
    shapes = shapely.to_wkb(shapely.multipolygons(polygons(iris)[:, None]), hex=True).tolist()
    for statement in TERRITORIES:
        connection.execute(text(statement), {"shapes": shapes, "release": release})
    values = {
        "people": int(practices * 0.7),
        "sites": int(practices * 0.6),
        "practices": practices,
        "iris": iris,
        "day": VINTAGE,
        "release": release,
    }
    for statement in SUPPLY:
        connection.execute(text(statement), values)
    connection.execute(text("ANALYZE"))
    return int(release)
