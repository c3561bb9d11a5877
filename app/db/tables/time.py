"""What was, and what may become: counts over the vintages, and age classes."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
)

from app.db.tables.base import metadata
from app.db.tables.ops import release

past = Table(
    "past",
    metadata,
    Column("release_id", Integer, nullable=False),
    Column("territory_id", Integer, nullable=False),
    Column("profession_id", SmallInteger, nullable=False),
    Column("scope", Text, nullable=False),
    Column("headcount", ARRAY(Integer), nullable=False, comment="one element a vintage, oldest first"),
    Column("weight", ARRAY(Float), nullable=False),
    Column("entries", ARRAY(Integer), nullable=False, comment="since the vintage before; 0 at the first"),
    Column("exits", ARRAY(Integer), nullable=False, comment="since the vintage before; 0 at the first"),
    Column("stays", Integer, nullable=False, comment="begun after the first vintage"),
    Column("ongoing", Integer, nullable=False, comment="of them, those not ended at the last vintage"),
    Column("begun_before", Integer, nullable=False, comment="stays whose beginning is not known"),
    Column(
        "median_days",
        Integer,
        comment="Kaplan-Meier; NULL: not reached, or over too few people to be kept (METHODS 11)",
    ),
    PrimaryKeyConstraint("release_id", "territory_id", "profession_id", "scope"),
    schema="indicator",
    postgresql_partition_by="LIST (release_id)",
    comment="who practised where at each vintage that a release can go back to, in numbers",
)

pyramid = Table(
    "pyramid",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("territory_id", Integer, primary_key=True),
    Column("profession_id", SmallInteger, primary_key=True),
    Column("age_from", SmallInteger, primary_key=True),
    Column("age_to", SmallInteger, nullable=False, comment="included; 100 stands for no limit"),
    Column("headcount", Integer, comment="NULL where status is not known"),
    Column("status", Text, nullable=False),
    CheckConstraint("status IN ('known', 'unknown', 'suppressed')", name="status"),
    CheckConstraint("(status = 'known') = (headcount IS NOT NULL)", name="headcount"),
    schema="indicator",
    comment="age classes wide enough to be shown: nothing here is about fewer than 5 practitioners",
)
