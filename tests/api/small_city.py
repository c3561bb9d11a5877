"""A small invented city, written straight into the tables: what the API is asked about.

Two communes, three IRIS, one QPV across both communes. Two releases: the second is published. People have a
name so that tests can look for it where it must never be.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from psycopg.types.range import DateRange
from sqlalchemy import Connection, Table, create_engine, func, insert, literal, select, text
from sqlalchemy.pool import NullPool

from app.db import tables
from app.indicators.gap_build import store_gaps
from app.indicators.placing import store_placing
from app.indicators.tile_places import store_tile_places
from app.indicators.trend_build import store_past

SPRING, AUTUMN, FINESS_DAY = date(2025, 5, 1), date(2025, 11, 3), date(2025, 9, 1)
FAMILY_NAME = "QUENOUILLARD"
PARTITIONED = (
    *("territory.population", "supply.placement", "supply.convention"),
    *("indicator.count", "indicator.past", "indicator.tile_place"),
)


@dataclass
class City:
    """Numbers of what was written, by code or name."""

    connection: Connection
    files: dict[str, int] = field(default_factory=dict)
    past: int = 0
    releases: dict[str, int] = field(default_factory=dict)
    territories: dict[str, int] = field(default_factory=dict)
    professions: dict[str, int] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)

    def add(self, table: Table, **values: Any) -> int:
        """Insert a row and return its number."""
        number: int = self.connection.execute(
            insert(table).values(**values).returning(table.c.id)
        ).scalar_one()
        return number


def square(west: float, south: float, side: float = 0.01) -> str:
    """Return a square of ``side`` degrees as WKT."""
    east, north = west + side, south + side
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    return f"SRID=4326;MULTIPOLYGON((({ring})))"


def write_files(city: City) -> None:
    vintages = {"annuaire": AUTUMN, "finess": FINESS_DAY, "communes": SPRING, "iris": SPRING, "osm": SPRING}
    rejects = {"Commune inconnue": {"count": 1, "examples": [{"line": 7, "excerpt": "<b>|12|"}]}}
    for register, vintage in vintages.items():
        city.files[register] = city.add(
            tables.source_file,
            register=register,
            variant="essai",
            vintage=vintage,
            sha256=register.ljust(64, "0"),
            file_name=f"{register}.csv",
            size_bytes=10,
            rows_in=10,
            rows_kept=9,
            rows_rejected=1,
            rejects=rejects if register == "annuaire" else {},
            notes=["polygones réparés (1)"] if register == "communes" else [],
        )


def write_past(city: City) -> None:
    """Write the annuaire of spring, to which the published release can go back."""
    city.past = city.add(
        tables.source_file,
        register="annuaire",
        variant="essai",
        vintage=SPRING,
        sha256="spring".ljust(64, "0"),
        file_name="annuaire_printemps.csv",
        size_bytes=10,
        rows_in=10,
        rows_kept=10,
        rows_rejected=0,
    )


def write_releases(city: City) -> None:
    for name, vintage, status in (("old", SPRING, "retired"), ("new", AUTUMN, "published")):
        number = city.add(
            tables.release,
            vintage=vintage,
            fingerprint=name.ljust(64, "f"),
            status=status,
            published_at=vintage,
        )
        city.releases[name] = number
        newest = city.files["annuaire"] if name == "new" else city.past
        others = [file for register, file in city.files.items() if register != "annuaire"]
        for table, files in (
            (tables.release_input, [newest, *others]),
            (tables.release_supply, {city.past, newest, city.files["finess"]}),
        ):
            city.connection.execute(
                insert(table), [{"release_id": number, "source_file_id": file} for file in files]
            )
        for table in PARTITIONED:
            city.connection.execute(
                text(f"CREATE TABLE {table}_release_{number} PARTITION OF {table} FOR VALUES IN ({number})")
            )


TERRITORIES = (
    # level, code, name, parents, west, people (all, T)
    ("departement", "00", "Essai", (), -3.31, 3500.0),
    ("commune", "00101", "Alpha", ("00",), -3.31, 2500.0),
    ("commune", "00102", "Bêta", ("00",), -3.29, 1000.0),
    ("iris", "001010101", "+Nord", ("00101", "00"), -3.31, 1500.0),
    ("iris", "001010102", "Zone d'activité", ("00101", "00"), -3.30, None),
    ("iris", "001020101", "Bêta", ("00102", "00"), -3.29, 1000.0),
    ("qpv", "QN00001M", "Les Deux-Rives", ("00101", "00102", "00"), -3.295, 400.0),
    ("quartier", "99", "Hors commune", (), -3.25, 0.0),
)


def write_territories(city: City) -> None:
    for level, code, name, parents, west, people in TERRITORIES:
        geom = square(west, 46.4)
        number = city.add(
            tables.territory,
            source_file_id=city.files["iris" if level == "iris" else "communes"],
            level=level,
            code=code,
            name=name,
            kind="H" if level == "iris" else None,
            geom=geom,
            area_km2=0.85,
        )
        city.territories[code] = number
        outline = '{"type":"MultiPolygon","coordinates":[[[[%s,46.4],[%s,46.4],[%s,46.41],[%s,46.4]]]]}'
        bands = [
            {
                "territory_id": number,
                "band": band,
                "geom": geom,
                "geojson": outline % (west, west + 0.01, west, west),
            }
            for band in (0, 1, 2)
        ]
        city.connection.execute(insert(tables.shape), bands)
        drawn = [
            {
                "territory_id": number,
                "band": band,
                "level": level,
                "code": code,
                "name": name,
                "geom": func.ST_Transform(func.ST_GeomFromEWKT(geom), 3857),
            }
            for band in (0, 1, 2, 3)
        ]
        for row in drawn:
            city.connection.execute(insert(tables.tile_shape).values(row))
        for release, times in (("old", 1.0), ("new", 1.0)):
            ids = [city.territories[parent] for parent in parents]
            city.connection.execute(
                insert(tables.membership).values(
                    release_id=city.releases[release], territory_id=number, parents=ids
                )
            )
            if people is not None:
                write_population(city, city.releases[release], number, people * times)


def write_population(city: City, release: int, territory: int, people: float) -> None:
    parts = (("all", "T", 1.0), ("all", "F", 0.5), ("0-14", "T", 0.2))
    rows = [
        {
            "release_id": release,
            "territory_id": territory,
            "age_class": age,
            "sex": sex,
            "value": people * share,
            "imputed_share": 0.1,
            "method": "iris",
        }
        for age, sex, share in parts
    ]
    city.connection.execute(insert(tables.population), rows)


def write_professions(city: City) -> None:
    written = (
        ("medecin_generaliste", "Médecins généralistes", "person", "first", "all", "T", False),
        ("sage_femme", "Sages-femmes", "person", "second", "all", "F", True),
        ("pediatre", "Pédiatres", "person", "second", "0-14", "T", False),
        ("pharmacie", "Pharmacies", "establishment", None, "all", "T", True),
    )
    for position, (slug, label, subject, recourse, age, sex, feminine) in enumerate(written):
        city.professions[slug] = city.add(
            tables.profession,
            slug=slug,
            label=label,
            subject=subject,
            recourse=recourse,
            population_age=age,
            population_sex=sex,
            feminine=feminine,
            position=position,
        )
    members = (
        ("medecin_generaliste", "10", "SM26", None),
        ("medecin_generaliste", "10", "SM53", None),
        ("sage_femme", "50", None, None),
        ("pediatre", "10", "SM40", None),
        ("pharmacie", None, None, "620"),
    )
    rows = [
        {
            "profession_id": city.professions[slug],
            "profession_code": code,
            "skill_code": skill,
            "category_code": category,
        }
        for slug, code, skill, category in members
    ]
    city.connection.execute(insert(tables.profession_member), rows)
    city.connection.execute(
        insert(tables.release_profession),
        [
            {"release_id": release, "profession_id": profession}
            for release in city.releases.values()
            for profession in city.professions.values()
        ],
    )


def write_sites(city: City) -> None:
    written = (
        # key, name, class, longitude, commune, territories
        ("house", '=HYPERLINK("x")', "housenumber", -3.305, "00101", ("001010101", "00101", "00")),
        ("street", "Cabinet QUENOUILLARD", "street", -3.295, "00101", ("001010102", "00101", "00")),
        ("town_a", None, "municipality", None, "00101", ("00101", "00")),
        ("town_b", None, "municipality", None, "00102", ("00102", "00")),
        ("departement", None, "none", None, None, ("00",)),
        ("nowhere", None, "none", None, None, ()),
    )
    for key, name, location_class, longitude, commune, held_by in written:
        number = city.add(
            tables.site,
            key=key,
            name=name,
            number="3",
            repetition="B",
            street="R DES ESSAIS",
            postcode="00100",
            town="ALPHA",
            finess="000000001" if key == "house" else None,
        )
        city.sites[key] = number
        rows = [
            {
                "release_id": release,
                "site_id": number,
                "geom": f"SRID=4326;POINT({longitude} 46.405)" if longitude else None,
                "location_class": location_class,
                "method": "ban_exact",
                "score": 0.9 if longitude else None,
                "commune_id": city.territories[commune] if commune else None,
                "territories": [city.territories[code] for code in held_by],
            }
            for release in city.releases.values()
        ]
        city.connection.execute(insert(tables.placement), rows)


ALWAYS = DateRange(date(2020, 1, 1), None)
CLOSED = DateRange(date(2020, 1, 1), date(2025, 6, 1))
# Open on the day of FINESS, closed since: the establishments' own vintage counts.
OPEN_THEN = DateRange(date(2020, 1, 1), date(2025, 10, 1))
# Who practises where; the fifth is placed no better than two communes, the tenth than the département.
PRACTICES = (
    (1, "house", "liberal", ["SM26"], ALWAYS),
    (1, "street", "liberal", ["SM26"], ALWAYS),
    (2, "house", "liberal", ["SM26", "SM53"], ALWAYS),
    (3, "house", "liberal", ["SM53"], ALWAYS),
    (4, "town_a", "liberal", ["SM26"], ALWAYS),
    (5, "town_a", "liberal", ["SM26"], ALWAYS),
    (5, "town_b", "liberal", ["SM26"], ALWAYS),
    (6, "nowhere", "liberal", ["SM26"], ALWAYS),
    (10, "departement", "liberal", ["SM26"], ALWAYS),
    (7, "house", "ambulatory", ["SM26"], ALWAYS),
    (8, "house", "hospital", ["SM26"], ALWAYS),
    (9, "house", "liberal", ["SM26"], CLOSED),
)


def write_practices(city: City) -> None:
    people = {
        number: city.add(
            tables.practitioner, key=bytes([number]), family_name=FAMILY_NAME, given_name="Anatole"
        )
        for number in {row[0] for row in PRACTICES}
    }
    ways = {
        (mode, *skills): city.add(
            tables.exercise,
            skills=skills,
            modes=["L"],
            sectors=[],
            liberal=mode == "liberal",
            ambulatory=mode in {"liberal", "ambulatory"},
        )
        for mode, skills in {(row[2], tuple(row[3])): row[2:4] for row in PRACTICES}.values()
    }
    for number, site, mode, skills, valid in PRACTICES:
        city.add(
            tables.practice,
            practitioner_id=people[number],
            site_id=city.sites[site],
            exercise_id=ways[mode, *skills],
            profession_code="10",
            valid=valid,
        )


# Sectors of the people at the first house (the second's is unknown) and, of another release, another one.
SECTORS = (
    ("new", 1, "house", "secteur_1"),
    ("new", 1, "street", "secteur_1"),
    ("new", 3, "house", "secteur_2_optam"),
    ("old", 2, "house", "non_conventionne"),
)


def write_sectors(city: City) -> None:
    for release, number, site, convention in SECTORS:
        city.connection.execute(
            insert(tables.convention).from_select(
                ["release_id", "practitioner_id", "site_id", "profession_code", "convention"],
                select(
                    literal(city.releases[release]),
                    tables.practitioner.c.id,
                    literal(city.sites[site]),
                    literal("10"),
                    literal(convention),
                ).where(tables.practitioner.c.key == bytes([number])),
            )
        )
    city.connection.execute(
        insert(tables.convention_count).values(
            release_id=city.releases["new"],
            profession_code="10",
            **dict.fromkeys(("unusable", "elsewhere", "not_found", "ambiguous"), 0),
            **{"lines": 3, "matched": 3, "practices": 8, "known": 3},
        )
    )


def write_establishments(city: City) -> None:
    for finess, site, valid in (("000000001", "house", ALWAYS), ("000000002", "street", OPEN_THEN)):
        city.add(
            tables.establishment,
            finess=finess,
            site_id=city.sites[site],
            name=f"PHARMACIE {finess[-1]}",
            category_code="620",
            valid=valid,
        )


def write_counts(city: City) -> None:
    doctors: dict[str, tuple[int, float, int, int]] = {
        "001010101": (3, 2.5, 1, 0),
        "001010102": (1, 0.5, 1, 0),
        "00101": (5, 4.5, 3, 2),
        "00102": (1, 0.5, 1, 1),
        "00": (6, 6.0, 5, 3),
    }
    shops = {"001010101": (1, 1.0, 1, 0), "001010102": (1, 1.0, 1, 0), "00101": (2, 2.0, 2, 0)}
    rows: list[dict[str, Any]] = []
    for release, more in (("old", 4), ("new", 0)):
        for slug, scope, counts in (
            ("medecin_generaliste", "liberal", doctors),
            ("pharmacie", "establishment", shops),
        ):
            rows += [
                {
                    "release_id": city.releases[release],
                    "territory_id": city.territories[code],
                    "profession_id": city.professions[slug],
                    "scope": scope,
                    "headcount": headcount + more,
                    "weight": weight + more,
                    "sites": sites,
                    "unlocated": unlocated,
                }
                for code, (headcount, weight, sites, unlocated) in counts.items()
            ]
    city.connection.execute(insert(tables.count), rows)


def write_quality(city: City) -> None:
    """Count how well places are known as a build does, and leave one problem open."""
    for store in (store_placing, store_tile_places):
        store(city.connection, city.releases["new"], AUTUMN, FINESS_DAY)
    city.add(
        tables.alert,
        problem="source:finess",
        title="Le chargement de « FINESS » a été refusé.",
        settled_title="Le chargement de « FINESS » passe de nouveau.",
        detail="Fichier /secret/dossier/finess.csv",
    )
    city.add(
        tables.job_run,
        task="refresh",
        register="finess",
        file_name="finess.csv",
        status="refused",
        message="Fichier /secret/dossier/finess.csv",
    )


def write_trends(city: City) -> None:
    """Count who practised at each vintage as a build does."""
    store_past(city.connection, city.releases["new"])


# What a build knows of where people live: half of the QPV's people in each of two IRIS, squares of none.
LIVING = (
    "CREATE TEMP TABLE chosen (id integer, geom geometry) ON COMMIT DROP",
    "CREATE TEMP TABLE piece (iris_id integer, cell_id integer, geom geometry, people float) ON COMMIT DROP",
    """CREATE TEMP TABLE in_commune ON COMMIT DROP AS
       SELECT m.territory_id AS id, c.id AS commune_id
       FROM territory.membership m JOIN territory.territory c ON c.id = ANY (m.parents)
       WHERE m.release_id = :release AND c.level = 'commune'""",
    """CREATE TEMP TABLE iris_value ON COMMIT DROP AS
       SELECT p.territory_id AS iris_id, p.age_class, p.sex, p.value
       FROM territory.population p JOIN territory.territory t ON t.id = p.territory_id
       WHERE p.release_id = :release AND t.level = 'iris'""",
    """CREATE TEMP TABLE share ON COMMIT DROP AS
       SELECT q.id AS territory_id, i.id AS iris_id, 0.2 AS part_of_iris
       FROM territory.territory q, territory.territory i
       WHERE q.level = 'qpv' AND i.code IN ('001010102', '001020101')""",
)


def write_gaps(city: City) -> None:
    """Compare the QPV with its communes as a build does."""
    release = city.releases["new"]
    for statement in LIVING:
        bound = text(statement)
        asked = {"release": release} if ":release" in statement else {}
        city.connection.execute(bound, asked)
    store_gaps(city.connection, release, AUTUMN, FINESS_DAY)


def write_basemap(city: City) -> None:
    drawn = (
        ("road", "Grande Rue", 1, "LINESTRING(-3.31 46.40, -3.29 46.41)"),
        ("road", "Sentier", 4, "LINESTRING(-3.31 46.41, -3.29 46.40)"),
        ("water", None, 1, "POLYGON((-3.30 46.40, -3.29 46.40, -3.29 46.41, -3.30 46.40))"),
        ("place", "Alpha", 1, "POINT(-3.305 46.405)"),
    )
    statement = text(
        "INSERT INTO territory.basemap (source_file_id, kind, name, rank, geom) VALUES (:file, :kind, :name,"
        " :rank, ST_Transform(ST_GeomFromText(:wkt, 4326), 3857))"
    )
    rows = [
        {"file": city.files["osm"], "kind": kind, "name": name, "rank": rank, "wkt": wkt}
        for kind, name, rank, wkt in drawn
    ]
    city.connection.execute(statement, rows)


def write_city(url: str) -> City:
    """Write the whole city into an empty migrated database and commit it."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        city = City(connection)
        for write in (
            write_files,
            write_past,
            write_releases,
            write_territories,
            write_professions,
            write_sites,
            write_practices,
            write_sectors,
            write_establishments,
            write_counts,
            write_quality,
            write_trends,
            write_gaps,
            write_basemap,
        ):
            write(city)
    engine.dispose()
    return city
