"""What a release holds: professions and counts."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Identity,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
)

from app.db.tables.base import metadata

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
