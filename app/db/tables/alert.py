"""Problems that somebody must know of, and through which channel each was told."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from app.db.tables.base import metadata, now

# One row from the day a problem is found to the day it is gone; it may come back as another row.
alert = Table(
    "alert",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("problem", Text, nullable=False, comment="what it is about, for example source:ban"),
    Column("title", Text, nullable=False, comment="French sentence that anybody may read"),
    Column("settled_title", Text, nullable=False, comment="the same, once it is over"),
    Column("detail", Text, comment="for the city's own people: may name folders and addresses"),
    now("opened_at"),
    Column("settled_at", DateTime(timezone=True)),
    Index("uq_alert_problem", "problem", unique=True, postgresql_where=text("settled_at IS NULL")),
    schema="ops",
)

alert_message = Table(
    "alert_message",
    metadata,
    Column("alert_id", Integer, ForeignKey(alert.c.id, ondelete="CASCADE"), primary_key=True),
    Column("event", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    now("told_at"),
    CheckConstraint("event IN ('opened', 'settled')", name="event"),
    CheckConstraint("channel IN ('webhook', 'mail')", name="channel"),
    schema="ops",
)
