"""A synthetic France in the real tables, as its registers would leave it: nothing of a release is made yet.

35 000 communes of 50 000 IRIS, 1 600 QPV, 2.3 million squares of 200 m, practices that their addresses place.
IRIS are squares of seven cells by seven, shifted so that a quarter of the cells lie across a border.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

PRACTICES = 500_000
FILES = (
    *(("annuaire", "2024-11-04"), ("annuaire", "2025-11-03"), ("finess", "2025-11-05")),
    *(("communes", "2025-01-01"), ("iris", "2024-01-01"), ("qpv", "2024-01-01"), ("ban", "2025-11-01")),
    *(("iris_population", "2022-01-01"), ("filosofi", "2021-01-01"), ("ages", "2025-01-01")),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How many IRIS, how many of them are a commune of their own, how many QPV; practices come apart."""

    iris: int
    singles: int
    qpv: int
    side: int


def size_of(scale: float) -> Size:
    """Return the country at a scale: 1 is 50 000 IRIS in 35 000 communes, with 1 600 QPV."""
    iris = int(50_000 * scale)
    return Size(iris, int(32_000 * scale), int(1_600 * scale), int(iris**0.5) + 1)


FILE = """
    INSERT INTO ops.source_file (register, variant, vintage, sha256, file_name, size_bytes, rows_in,
                                 rows_kept, rows_rejected, departements)
    VALUES (:register, 'bench', CAST(:day AS date), :register || :day, '', 0, 0, 0, 0,
            CASE :register WHEN 'finess' THEN ARRAY['00'] ELSE '{}' END)"""

GROUND = (
    "DROP INDEX territory.ix_territory_geom",
    """
    CREATE TEMP TABLE ground AS
    SELECT k, CASE WHEN k < :singles THEN k ELSE :singles + (k - :singles) / 6 END AS commune,
           -4 + (k % :side) * 0.0189 + 0.00108 AS west, 43 + (k / :side) * 0.0126 + 0.00072 AS south
    FROM generate_series(0, :iris - 1) k""",
    """
    CREATE TEMP TABLE town AS
    SELECT commune, lpad((commune / 350 % 100)::text, 2, '0') AS departement,
           lpad((commune / 350 % 100)::text, 2, '0') || lpad((commune % 350 + 1)::text, 3, '0') AS code
    FROM (SELECT DISTINCT commune FROM ground) c""",
    "CREATE INDEX ON ground (k)",
    """
    INSERT INTO territory.territory (source_file_id, level, code, name, commune_codes, departement_code, geom,
                                     area_km2)
    SELECT (SELECT id FROM ops.source_file WHERE register = 'iris'), 'iris',
           t.code || lpad((g.k % 10000)::text, 4, '0'), 'IRIS ' || g.k, ARRAY[t.code], t.departement,
           ST_Multi(ST_Segmentize(
             ST_MakeEnvelope(west, south, west + 0.0189, south + 0.0126, 4326), 0.001)), 1.9
    FROM ground g JOIN town t USING (commune)""",
    """
    INSERT INTO territory.territory (source_file_id, level, code, name, commune_codes, departement_code,
                                     epci_code, region_code, geom, area_km2)
    SELECT (SELECT id FROM ops.source_file WHERE register = 'communes'), 'commune', t.code,
           'Ville ' || t.code, ARRAY[t.code], t.departement, lpad((commune / 28)::text, 9, '0'),
           lpad((commune / 350 % 100 / 8)::text, 2, '0'),
           ST_Multi(ST_Union(ST_MakeEnvelope(west, south, west + 0.0189, south + 0.0126, 4326))),
           1.9 * count(*)
    FROM ground g JOIN town t USING (commune) GROUP BY t.code, t.departement, commune""",
    *(
        f"""
        INSERT INTO territory.territory (source_file_id, level, code, name, commune_codes, departement_code,
                                         region_code, geom, area_km2)
        SELECT min(source_file_id), '{level}', {level}_code, '{level} ' || {level}_code,
               array_agg(code ORDER BY code),
               CASE '{level}' WHEN 'departement' THEN min(departement_code) END,
               CASE WHEN '{level}' <> 'epci' THEN min(region_code) END, ST_Multi(ST_Union(geom)),
               sum(area_km2)
        FROM territory.territory WHERE level = 'commune' GROUP BY {level}_code"""
        for level in ("epci", "departement", "region")
    ),
    """
    INSERT INTO territory.territory (source_file_id, level, code, name, commune_codes, geom, area_km2)
    SELECT (SELECT id FROM ops.source_file WHERE register = 'qpv'), 'qpv',
           'QN' || lpad(q::text, 5, '0') || 'M', 'Quartier ' || q, ARRAY[t.code],
           ST_Multi(ST_Segmentize(ST_MakeEnvelope(
             west + 0.004, south + 0.003, west + 0.012, south + 0.009, 4326), 0.0005)), 0.4
    FROM generate_series(0, :qpv - 1) q
    JOIN ground g ON g.k = :singles + q * 6 JOIN town t USING (commune)""",
    """
    INSERT INTO territory.territory (source_file_id, level, code, name, geom, area_km2)
    SELECT (SELECT id FROM ops.source_file WHERE register = 'filosofi'), 'carreau',
           'C' || k || '_' || i || '_' || j, 'Carreau',
           ST_Multi(ST_MakeEnvelope(west, south, west + 0.0027, south + 0.0018, 4326)), 0.04
    FROM (SELECT k, i, j, -4 + ((k % :side) * 7 + i) * 0.0027 AS west,
                 43 + ((k / :side) * 7 + j) * 0.0018 AS south
          FROM ground, generate_series(0, 6) i, generate_series(0, 6) j
          WHERE (i * 7 + j) % 16 <> 5) c""",
    """
    INSERT INTO territory.cell (territory_id, people, share, households, poor_households,
                                single_parent_households, one_person_households, income_sum, ages, imputed)
    SELECT id, p, 1, p / 2.2, p / 15.0, p / 25.0, p / 6.0, p * 21000,
           ARRAY[.05, .03, .06, .08, .08, .18, .2, .12, .14, .06]::float[], p < 24
    FROM (SELECT id, 8 + id % 61 AS p FROM territory.territory WHERE level = 'carreau') c""",
    """
    INSERT INTO territory.iris_population (source_file_id, iris_code, age_class, sex, value)
    SELECT (SELECT id FROM ops.source_file WHERE register = 'iris_population'), t.code, a.age, s.sex,
           (900 + t.id % 1700) * a.share * s.share
    FROM territory.territory t,
         (VALUES ('all', 1.0), ('0-14', .18), ('15-29', .18), ('30-44', .19), ('45-59', .2), ('60-74', .16),
                 ('75+', .09)) a (age, share),
         (VALUES ('T', 1.0), ('F', .52), ('H', .48)) s (sex, share)
    WHERE t.level = 'iris'
    UNION ALL
    SELECT (SELECT id FROM ops.source_file WHERE register = 'iris_population'), code, '15-49', 'F', 210
    FROM territory.territory WHERE level = 'iris'""",
    """
    INSERT INTO supply.age_count (source_file_id, profession, level, code, age_from, age_to, headcount)
    SELECT (SELECT id FROM ops.source_file WHERE register = 'ages'), p, t.level, t.code, a.first, a.last,
           (t.id + a.first) % 40
    FROM territory.territory t, unnest(ARRAY['medecin_generaliste', 'infirmier', 'chirurgien_dentiste']) p,
         (VALUES (20, 34), (35, 44), (45, 54), (55, 59), (60, 64), (65, 100)) a (first, last)
    WHERE t.level IN ('departement', 'region')""",
    """
    INSERT INTO supply.exercise (skills, modes, sectors, liberal, ambulatory)
    SELECT skills, '{L}', '{}', true, true
    FROM (VALUES ('{SM26}'::text[]), ('{SM54}'), ('{SM04}'), ('{SM38}'), ('{SM42}'), ('{SM40}'), ('{}')) AS
         one (skills)""",
    "CREATE INDEX ix_territory_geom ON territory.territory USING gist (geom)",
    "SELECT setseed(0.5)",
)

# Seven sites in ten are in towns; every site is a house, streets of one name lie in many.
SUPPLY = (
    """
    CREATE TEMP TABLE house AS
    SELECT n, CASE WHEN random() < 0.7 THEN :singles + floor(random() * (:iris - :singles))
                   ELSE floor(random() * :singles) END::integer AS k, random() AS x, random() AS y
    FROM generate_series(:known + 1, :practices) n WHERE n % 5 <= 2""",
    """
    INSERT INTO supply.site (key, number, street_key, street_core, commune_code)
    SELECT 'A|' || n, (1 + n % 25)::text, 'RUE R' || n / 25, 'R' || n / 25, t.code
    FROM house JOIN ground g USING (k) JOIN town t USING (commune)""",
    """
    INSERT INTO supply.address (source_file_id, ban_id, commune_code, street_key, street_core, number, geom)
    SELECT (SELECT id FROM ops.source_file WHERE register = 'ban'), 'B' || n, t.code,
           'RUE R' || n / 25, 'R' || n / 25, 1 + n % 25,
           ST_SetSRID(ST_MakePoint(g.west + x * 0.0189, g.south + y * 0.0126), 4326)
    FROM house JOIN ground g USING (k) JOIN town t USING (commune)""",
    """
    INSERT INTO supply.practitioner (key)
    SELECT int4send(n) FROM generate_series(:known + 1, :practices) n WHERE n % 10 < 7""",
    """
    INSERT INTO supply.practice (practitioner_id, site_id, exercise_id, profession_code, valid)
    SELECT p.first + n * 7 % p.number, s.first + n * 31 % s.number,
           w.ids[CASE WHEN n % 8 = 0 THEN 1 + n % 6 ELSE 7 END],
           (ARRAY['10', '60', '70', '40', '50', '21', '91', '93'])[1 + n % 8],
           CASE n % 20 WHEN 0 THEN daterange('2024-11-04', '2025-11-03')
                       WHEN 1 THEN daterange('2025-11-03', NULL) ELSE daterange('2024-11-04', NULL) END
    FROM generate_series(:known + 1, :practices) n,
         (SELECT array_agg(id ORDER BY id) AS ids FROM supply.exercise) w,
         (SELECT max(id) - count(*) + 1 AS first, count(*) AS number FROM supply.practitioner
          WHERE id > :people) p,
         (SELECT max(id) - count(*) + 1 AS first, count(*) AS number FROM supply.site WHERE id > :sites) s""",
    "DROP TABLE house",
    "DELETE FROM supply.street",
    "UPDATE ops.source_file SET sha256 = 'of ' || :practices WHERE register = 'annuaire'",
)


def fill_ground(connection: Connection, size: Size) -> None:
    """Write the territories and the people of a country into an empty store."""
    for register, day in FILES:
        connection.execute(text(FILE), {"register": register, "day": day})
    for statement in GROUND:
        connection.execute(text(statement), _asked(statement, size))
    connection.execute(text("DROP INDEX supply.uq_practice_lasting"))  # half a million checks say nothing


def add_practices(connection: Connection, size: Size, known: int, practices: int) -> None:
    """Bring the practices of a country from ``known`` to ``practices``."""
    more = {"known": known, "practices": practices}
    for name, table in (("people", "practitioner"), ("sites", "site")):
        more[name] = connection.execute(text(f"SELECT coalesce(max(id), 0) FROM supply.{table}")).scalar_one()
    for statement in SUPPLY:
        connection.execute(text(statement), _asked(statement, size, **more))
    connection.execute(text("ANALYZE"))


def _asked(statement: str, size: Size, **more: int) -> dict[str, int]:
    values = {"iris": size.iris, "singles": size.singles, "qpv": size.qpv, "side": size.side, **more}
    return {name: value for name, value in values.items() if f":{name}" in statement}
