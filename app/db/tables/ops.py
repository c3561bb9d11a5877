"""Files, runs and releases."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.db.tables.base import metadata, now

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
    now("loaded_at"),
    now("last_success_at"),
    Column("superseded", Boolean, nullable=False, server_default=text("false")),
    Column(
        "departements",
        ARRAY(Text),
        nullable=False,
        server_default=text("'{}'"),
        comment="FINESS: where its silence means a closure",
    ),
    Column("line_marks", Text, comment="annuaire: how the lines of its people were marked in the store"),
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
    now("started_at"),
    Column("finished_at", DateTime(timezone=True)),
    Column("done", BigInteger, comment="how far the step is, in what it counts"),
    Column("total", BigInteger),
    now("updated_at"),
    Column(
        "unpublished",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="scheduled run that loaded something no release was built from yet",
    ),
    CheckConstraint(
        "status IN ('running', 'done', 'unchanged', 'refused', 'failed', 'interrupted')", name="status"
    ),
    schema="ops",
)

release = Table(
    "release",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("vintage", Date, nullable=False, comment="date of the supply shown"),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Text, nullable=False),
    now("built_at"),
    Column("published_at", DateTime(timezone=True)),
    CheckConstraint("status IN ('built', 'held', 'published', 'retired')", name="status"),
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

# Every vintage of supply that a release can go back to, its own included.
release_supply = Table(
    "release_supply",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("source_file_id", Integer, ForeignKey(source_file.c.id), primary_key=True),
    schema="ops",
)

key_mark = Table(
    "key_mark",
    metadata,
    Column("mark", Text, primary_key=True, comment="HMAC of a fixed text under the key"),
    schema="ops",
)
