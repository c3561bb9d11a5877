"""What a release is judged on, and what the guards found."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
)

from app.db.tables.base import metadata, now
from app.db.tables.ops import release

# Kept with the release: the history it was counted from may be rewritten by a file loaded since.
release_measure = Table(
    "release_measure",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), nullable=False),
    Column("subject", Text, nullable=False, comment="slug of a profession; person or establishment: all"),
    Column("headcount", Integer, nullable=False),
    Column("practices", Integer, nullable=False),
    Column("located", Integer, nullable=False, comment="practices placed better than by their commune"),
    PrimaryKeyConstraint("release_id", "subject"),
    schema="ops",
)

judgement = Table(
    "judgement",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("against_id", Integer, ForeignKey(release.c.id, ondelete="SET NULL")),
    now("judged_at"),
    Column("accepted_at", DateTime(timezone=True), comment="when a person published it all the same"),
    schema="ops",
)

finding = Table(
    "finding",
    metadata,
    Column("release_id", Integer, ForeignKey(judgement.c.release_id, ondelete="CASCADE"), nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("guard", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Float),
    Column("after", Float),
    Column("limit", Float),
    Column("passed", Boolean, nullable=False),
    Column("sentence", Text, nullable=False, comment="French, names nobody"),
    PrimaryKeyConstraint("release_id", "rank"),
    schema="ops",
)
