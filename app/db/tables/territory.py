"""Levels, polygons and the people who live in them."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from app.db.tables.base import metadata
from app.db.tables.ops import release, source_file

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

cell_split = Table(
    "cell_split",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("level", Text, primary_key=True),
    Column("territory_ids", LargeBinary, nullable=False, comment="int32, one a piece"),
    Column("cell_ids", LargeBinary, nullable=False, comment="int32, one a piece"),
    Column("people", LargeBinary, nullable=False, comment="float64, one a piece"),
    schema="territory",
    comment="how the people of the cells of a release are split over the territories of a level",
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
    Column("coverage", Float, comment="of an estimate: part of the area whose IRIS has a known population"),
    PrimaryKeyConstraint("release_id", "territory_id", "age_class", "sex"),
    CheckConstraint("method IN ('stated', 'iris', 'cells', 'addresses', 'area', 'sum')", name="method"),
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
