"""Routing graphs, and the times they gave."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import REAL

from app.db.tables.base import metadata, now
from app.db.tables.ops import release, source_file

graph = Table(
    "graph",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="SET NULL")),
    Column("file_name", Text, nullable=False),
    Column("valhalla_version", Text, nullable=False),
    Column("modes", ARRAY(Text), nullable=False),
    Column("coverage", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
    Column("feed_first", Date, comment="first day of service of its timetable"),
    Column("feed_last", Date),
    Column("feed_sha256", String(64), comment="of its timetable"),
    Column("feed_day", Date, comment="an ordinary working day of its timetable"),
    now("made_at"),
    schema="network",
)

origins = Table(
    "origins",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("graph_id", Integer, ForeignKey(graph.c.id, ondelete="CASCADE"), nullable=False),
    Column("mode", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False, comment="of the territories and their points"),
    Column("level", Text, nullable=False),
    Column("territory_ids", LargeBinary, nullable=False, comment="int32, in the order that ranks speak of"),
    Column("snap_m", LargeBinary, nullable=False, comment="float32 metres to the street, NaN for none near"),
    UniqueConstraint("graph_id", "mode", "fingerprint"),
    CheckConstraint("mode IN ('walk', 'bike', 'car', 'transit')", name="mode"),
    CheckConstraint("level IN ('carreau', 'iris')", name="level"),
    schema="network",
    comment="where people leave from: one set of points for one mode on one graph",
)

release_origins = Table(
    "release_origins",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("mode", Text, primary_key=True),
    Column("origins_id", Integer, ForeignKey(origins.c.id, ondelete="CASCADE"), nullable=False),
    schema="network",
    comment="the graph and origins whose times a release shows",
)

release_graph = Table(
    "release_graph",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("graph_id", Integer, ForeignKey(graph.c.id, ondelete="SET NULL")),
    Column("problem", Text, comment="why its times are missing, in French"),
    schema="network",
    comment="the graph that a release shows, or why it has none",
)

travel_time = Table(
    "travel_time",
    metadata,
    Column("origins_id", Integer, ForeignKey(origins.c.id, ondelete="CASCADE"), nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("limit_s", SmallInteger, nullable=False, comment="nothing further was looked for"),
    Column("snap_m", REAL, comment="metres to the street, none when there is none near"),
    Column("ranks", LargeBinary, nullable=False, comment="int32, places in territory_ids, ascending"),
    Column("seconds", LargeBinary, nullable=False, comment="int16, from 1 up, one for each rank"),
    PrimaryKeyConstraint("origins_id", "lon", "lat"),
    schema="network",
    comment="times to one place: sites that share it share them, and a site that moves has new ones",
)
