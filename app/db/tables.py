"""Every stored table: the truth that Alembic's migrations are compared with.

Integer keys inside, official codes outside. Geometries are EPSG:4326. What belongs to one release is
partitioned by ``release_id``; dropping a release drops its partitions.
"""

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, REAL, UUID, ExcludeConstraint

SCHEMAS = ("ops", "staging", "supply", "territory", "indicator", "published")
PARTITIONED = ("territory.population", "supply.placement", "indicator.count")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _now(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


# --- ops: files, runs, releases -------------------------------------------------------------------

source_file = Table(
    "source_file",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("register", Text, nullable=False),
    Column("part", Text, nullable=False, server_default=""),
    Column("variant", Text, nullable=False),
    Column("vintage", Date, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("rows_in", Integer, nullable=False),
    Column("rows_kept", Integer, nullable=False),
    Column("rows_rejected", Integer, nullable=False),
    Column("rejects", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("notes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    _now("loaded_at"),
    _now("last_success_at"),
    Column("superseded", Boolean, nullable=False, server_default=text("false")),
    Index(
        "uq_source_file_vintage",
        *("register", "part", "vintage"),
        unique=True,
        postgresql_where=text("NOT superseded"),
    ),
    schema="ops",
)

job_run = Table(
    "job_run",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("task", Text, nullable=False),
    Column("register", Text),
    Column("file_name", Text),
    Column("status", Text, nullable=False),
    Column("step", Text),
    Column("message", Text),
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="SET NULL")),
    _now("started_at"),
    Column("finished_at", DateTime(timezone=True)),
    CheckConstraint("status IN ('running', 'done', 'unchanged', 'refused', 'failed')", name="status"),
    schema="ops",
)

release = Table(
    "release",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("vintage", Date, nullable=False, comment="date of the supply shown"),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Text, nullable=False),
    _now("built_at"),
    Column("published_at", DateTime(timezone=True)),
    CheckConstraint("status IN ('built', 'published', 'retired')", name="status"),
    Index("uq_release_published", "status", unique=True, postgresql_where=text("status = 'published'")),
    schema="ops",
)

release_input = Table(
    "release_input",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("source_file_id", Integer, ForeignKey(source_file.c.id), primary_key=True),
    schema="ops",
)

# --- supply: people and places ----------------------------------------------------------------------

practitioner = Table(
    "practitioner",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("key", LargeBinary, nullable=False, unique=True, comment="keyed hash of the national id"),
    Column("civility", Text),
    Column("family_name", Text),
    Column("given_name", Text),
    schema="supply",
)

site = Table(
    "site",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("key", Text, nullable=False, unique=True, comment="FINESS number, or normalised address"),
    Column("finess", Text),
    Column("siret", Text),
    Column("name", Text),
    Column("number", Text),
    Column("repetition", Text),
    Column("street", Text),
    Column("street_key", Text, comment="normalised type and name"),
    Column("street_core", Text, comment="normalised name without type nor particles"),
    Column("postcode", Text),
    Column("town", Text),
    Column("town_key", Text),
    Column("cedex", Text),
    Column("commune_code", Text),
    Column("abroad", Boolean, nullable=False, server_default=text("false")),
    schema="supply",
)

written_address = Table(
    "written_address",
    metadata,
    Column("md5", UUID, primary_key=True, comment="of the address fields as the register writes them"),
    Column("site_id", Integer, ForeignKey(site.c.id), nullable=False),
    schema="supply",
    comment="every way an address was written, so that a next vintage only normalises new ones",
)

practice = Table(
    "practice",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("practitioner_id", Integer, ForeignKey(practitioner.c.id), nullable=False),
    Column("site_id", Integer, ForeignKey(site.c.id), nullable=False),
    Column("profession_code", Text, nullable=False),
    Column("skills", ARRAY(Text), nullable=False),
    Column("modes", ARRAY(Text), nullable=False),
    Column("sectors", ARRAY(Text), nullable=False),
    Column("liberal", Boolean, nullable=False),
    Column("ambulatory", Boolean, nullable=False),
    Column("valid", DATERANGE, nullable=False),
    ExcludeConstraint(
        ("practitioner_id", "="),
        ("site_id", "="),
        ("profession_code", "="),
        ("valid", "&&"),
        name="ex_practice_valid",
        using="gist",
    ),
    Index("ix_practice_site_id", "site_id"),
    schema="supply",
)

establishment = Table(
    "establishment",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("finess", Text, nullable=False),
    Column("site_id", Integer, ForeignKey(site.c.id), nullable=False),
    Column("name", Text),
    Column("category_code", Text, nullable=False),
    Column("siret", Text),
    Column("geom", Geometry("POINT", srid=4326, spatial_index=False)),
    Column("valid", DATERANGE, nullable=False),
    ExcludeConstraint(("finess", "="), ("valid", "&&"), name="ex_establishment_valid", using="gist"),
    Index("ix_establishment_site_id", "site_id"),
    schema="supply",
)

# BAN addresses of the départements in use.
address = Table(
    "address",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), nullable=False),
    Column("ban_id", Text, nullable=False),
    Column("commune_code", Text, nullable=False),
    Column("street_key", Text, nullable=False),
    Column("street_core", Text, nullable=False),
    Column("number", Integer),
    Column("repetition", Text, nullable=False, server_default=""),
    Column("old_commune_code", Text),
    Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
    Index("ix_address_source_file_id", "source_file_id"),
    Index("ix_address_street_key", "commune_code", "street_key", "number"),
    Index("ix_address_street_core", "commune_code", "street_core", "number"),
    schema="supply",
)

locality = Table(
    "locality",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), primary_key=True),
    Column("postcode", Text, primary_key=True),
    Column("town_key", Text, primary_key=True),
    Column("commune_code", Text, primary_key=True),
    schema="supply",
    comment="which commune a postcode and a town name mean, merged communes included",
)

cedex = Table(
    "cedex",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), nullable=False),
    Column("cedex", Text, nullable=False),
    Column("label", Text),
    Column("commune_code", Text, nullable=False),
    Index("ix_cedex_cedex", "cedex"),
    schema="supply",
)

placement = Table(
    "placement",
    metadata,
    Column("release_id", Integer, nullable=False),
    Column("site_id", Integer, nullable=False),
    Column("geom", Geometry("POINT", srid=4326, spatial_index=False)),
    Column("location_class", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("score", REAL),
    Column("commune_id", Integer),
    Column("territories", ARRAY(Integer), nullable=False),
    PrimaryKeyConstraint("release_id", "site_id"),
    CheckConstraint(
        "location_class IN ('finess', 'housenumber', 'street', 'locality', 'municipality', 'none')",
        name="location_class",
    ),
    Index("ix_placement_geom", "geom", postgresql_using="gist"),
    Index("ix_placement_territories", "territories", postgresql_using="gin"),
    schema="supply",
    postgresql_partition_by="LIST (release_id)",
)

# --- territory: levels, polygons, people ------------------------------------------------------------

territory = Table(
    "territory",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), nullable=False),
    Column("level", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text),
    Column("commune_codes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("departement_code", Text),
    Column("region_code", Text),
    Column("epci_code", Text),
    Column("stated_population", Float, comment="population written in the same file"),
    Column("geom", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)),
    Column("area_km2", Float),
    Column("repaired", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("source_file_id", "level", "code"),
    Index("ix_territory_level_code", "level", "code"),
    Index("ix_territory_geom", "geom", postgresql_using="gist"),
    schema="territory",
)

# Generalised copies of a territory, with their GeoJSON written once.
shape = Table(
    "shape",
    metadata,
    Column("territory_id", Integer, ForeignKey(territory.c.id, ondelete="CASCADE"), primary_key=True),
    Column("band", SmallInteger, primary_key=True, comment="0 full, 1 for zooms 10-12, 2 for zooms below 10"),
    Column("geom", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
    Column("geojson", Text, nullable=False),
    schema="territory",
)

cell = Table(
    "cell",
    metadata,
    Column("territory_id", Integer, ForeignKey(territory.c.id, ondelete="CASCADE"), primary_key=True),
    Column("people", Float, nullable=False),
    Column("share", Float, nullable=False, comment="part of the 200 m square that the file holds, 0 to 1"),
    Column("households", Float),
    Column("poor_households", Float),
    Column("single_parent_households", Float),
    Column("one_person_households", Float),
    Column("income_sum", Float),
    Column("ages", ARRAY(Float), comment="people of 0-3 4-5 6-10 11-17 18-24 25-39 40-54 55-64 65-79 80+"),
    Column("imputed", Boolean, nullable=False),
    schema="territory",
)

iris_population = Table(
    "iris_population",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), primary_key=True),
    Column("iris_code", Text, primary_key=True),
    Column("age_class", Text, primary_key=True),
    Column("sex", String(1), primary_key=True),
    Column("value", Float, nullable=False),
    schema="territory",
)

stated_population = Table(
    "stated_population",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), primary_key=True),
    Column("level", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("name", Text),
    Column("value", Float),
    Column("poverty_rate", Float),
    schema="territory",
    comment="populations published for a territory by its producer (INSEE's QPV table)",
)

membership = Table(
    "membership",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("territory_id", Integer, ForeignKey(territory.c.id), primary_key=True),
    Column("parents", ARRAY(Integer), nullable=False, comment="every territory that holds or meets it"),
    Index("ix_membership_parents", "parents", postgresql_using="gin"),
    schema="territory",
)

population = Table(
    "population",
    metadata,
    Column("release_id", Integer, nullable=False),
    Column("territory_id", Integer, nullable=False),
    Column("age_class", Text, nullable=False),
    Column("sex", String(1), nullable=False),
    Column("value", Float, nullable=False),
    Column("imputed_share", Float),
    Column("method", Text, nullable=False),
    PrimaryKeyConstraint("release_id", "territory_id", "age_class", "sex"),
    CheckConstraint("method IN ('stated', 'iris', 'cells', 'area', 'sum')", name="method"),
    schema="territory",
    postgresql_partition_by="LIST (release_id)",
)

# Lines and areas of OpenStreetMap drawn under the maps.
basemap = Table(
    "basemap",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text),
    Column("rank", SmallInteger),
    Column("geom", Geometry("GEOMETRY", srid=3857, spatial_index=False), nullable=False),
    Index("ix_basemap_geom", "geom", postgresql_using="gist"),
    schema="territory",
)

# --- indicator: what a release holds ----------------------------------------------------------------

profession = Table(
    "profession",
    metadata,
    Column("id", SmallInteger, Identity(always=True), primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("label", Text, nullable=False, comment="French, plural"),
    Column("feminine", Boolean, nullable=False, comment="gender of the label, for adjectives"),
    Column("subject", Text, nullable=False, comment="person or establishment"),
    Column("recourse", Text),
    Column("population_age", Text, nullable=False),
    Column("population_sex", String(1), nullable=False),
    Column("position", SmallInteger, nullable=False),
    CheckConstraint("subject IN ('person', 'establishment')", name="subject"),
    schema="indicator",
)

profession_member = Table(
    "profession_member",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("profession_id", SmallInteger, ForeignKey(profession.c.id, ondelete="CASCADE"), nullable=False),
    Column("profession_code", Text, comment="code of the annuaire"),
    Column("skill_code", Text, comment="code of a savoir-faire; null means any"),
    Column("category_code", Text, comment="category of FINESS"),
    schema="indicator",
)

count = Table(
    "count",
    metadata,
    Column("release_id", Integer, nullable=False),
    Column("territory_id", Integer, nullable=False),
    Column("profession_id", SmallInteger, nullable=False),
    Column("scope", Text, nullable=False),
    Column("headcount", Integer, nullable=False),
    Column("weight", Float, nullable=False),
    Column("sites", Integer, nullable=False),
    Column("unlocated", Integer, nullable=False, comment="people placed no better than their commune"),
    PrimaryKeyConstraint("release_id", "territory_id", "profession_id", "scope"),
    schema="indicator",
    postgresql_partition_by="LIST (release_id)",
)
