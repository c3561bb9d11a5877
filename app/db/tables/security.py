"""Keys, sessions, and what was asked with them."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from app.db.tables.base import metadata, now

api_key = Table(
    "api_key",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("prefix", Text, nullable=False, unique=True, comment="what the key begins with; may be shown"),
    Column(
        "digest", LargeBinary, nullable=False, comment="SHA-256 of the whole key, which is 256 random bits"
    ),
    Column("label", Text, nullable=False, comment="who has it, or what for"),
    Column("role", Text, nullable=False),
    now("created_at"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    CheckConstraint("role IN ('public', 'agent', 'admin')", name="role"),
    schema="ops",
)

web_session = Table(
    "web_session",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True, comment="SHA-256 of the cookie"),
    Column("subject", Text, nullable=False, comment="who, as the identity provider numbers them"),
    Column("label", Text, nullable=False, comment="e-mail address, or the subject without one"),
    Column("role", Text, nullable=False),
    Column("id_token", Text, nullable=False, comment="handed back to the provider at sign-out"),
    now("created_at"),
    now("seen_at"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("role IN ('agent', 'admin')", name="role"),
    schema="ops",
)

# Only ever added to: the web's own role may neither change nor delete a line.
audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    now("at"),
    Column("actor", Text, nullable=False, comment="key:prefix, session:address, command:account"),
    Column("role", Text, nullable=False),
    Column("action", Text, nullable=False, comment="for example names.read or release.publish"),
    Column("subject", Text, nullable=False, server_default="", comment="what was read or changed"),
    Column("people", Integer, comment="how many people were named"),
    Index("ix_audit_at", "at"),
    schema="ops",
)

# Somebody who objected: under the same keyed hash as supply.practitioner, and nothing else of them.
opposition = Table(
    "opposition",
    metadata,
    Column("key", LargeBinary, primary_key=True, comment="keyed hash of the national id"),
    now("at"),
    schema="supply",
)
