"""What a release holds: professions and counts."""

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
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from app.db.tables.base import metadata
from app.db.tables.ops import release, source_file

profession = Table(
    "profession",
    metadata,
    Column("id", SmallInteger, Identity(always=True), primary_key=True),
    Column("slug", Text, nullable=False),
    Column("label", Text, nullable=False, comment="French, plural"),
    Column("feminine", Boolean, nullable=False, comment="gender of the label, for adjectives"),
    Column("subject", Text, nullable=False, comment="person or establishment"),
    Column("recourse", Text),
    Column("population_age", Text, nullable=False),
    Column("population_sex", String(1), nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("members", ARRAY(Text), comment="of a group: slugs of its professions; null for a profession"),
    Column("part_of", Text, comment="slug of the profession that counts the same people among others"),
    Index("uq_profession_slug", "slug", unique=True, postgresql_where=text("members IS NULL")),
    # A group whose members change is another one: the releases that counted the first still show it.
    Index(
        "uq_profession_members", "slug", "members", unique=True, postgresql_where=text("members IS NOT NULL")
    ),
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
    Column("category_code", Text, comment="category of FINESS, or kind of an authorised activity"),
    schema="indicator",
)

release_profession = Table(
    "release_profession",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("profession_id", SmallInteger, ForeignKey(profession.c.id), primary_key=True),
    schema="indicator",
    comment="the professions and groups that a release counts",
)

profession_group = Table(
    "profession_group",
    metadata,
    Column("source_file_id", Integer, ForeignKey(source_file.c.id, ondelete="CASCADE"), primary_key=True),
    Column("slug", Text, primary_key=True),
    Column("label", Text, nullable=False, comment="French, plural, as the city writes it"),
    Column("members", ARRAY(Text), nullable=False, comment="slugs of professions, groups of groups unfolded"),
    Column("position", SmallInteger, nullable=False),
    schema="indicator",
    comment="groups of professions that the city defines",
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
