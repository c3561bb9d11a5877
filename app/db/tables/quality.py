"""How good a release is: where its places are known from, and the counts that others publish."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Integer,
    SmallInteger,
    Table,
    Text,
)

from app.db.tables.base import metadata
from app.db.tables.ops import release, source_file

placing = Table(
    "placing",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("profession", Text, primary_key=True, comment="slug; empty: every practitioner"),
    Column("location_class", Text, primary_key=True),
    Column("practices", Integer, nullable=False),
    Column("practitioners", Integer, nullable=False, comment="people whose best place is of this class"),
    CheckConstraint(
        "location_class IN ('finess', 'housenumber', 'street', 'locality', 'municipality', 'none',"
        " 'nowhere')",
        name="location_class",
    ),
    schema="indicator",
    comment="practices of the published area by how well they are placed; nowhere: no territory is known",
)

folding = Table(
    "folding",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("practices", Integer, nullable=False),
    Column("practitioners", Integer, nullable=False),
    Column("sites", Integer, nullable=False),
    schema="indicator",
    comment="what the lines of the annuaire were folded into, on the date of the release",
)

reference = Table(
    "reference",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), primary_key=True),
    Column("level", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("profession", Text, primary_key=True, comment="slug"),
    Column("headcount", Float),
    Column("density", Float, comment="for 100 000 inhabitants"),
    Column("origin", Text, nullable=False, comment="who publishes it"),
    Column("year", SmallInteger, nullable=False),
    CheckConstraint("level IN ('france', 'departement')", name="level"),
    CheckConstraint("headcount IS NOT NULL OR density IS NOT NULL", name="known"),
    schema="indicator",
)
