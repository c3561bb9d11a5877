"""What is too costly to work out when a portrait is asked for: times, coverage, inequality."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text

from app.db.tables.base import metadata
from app.db.tables.network import origins
from app.db.tables.ops import release
from app.db.tables.territory import territory

FIGURES = "float4, one for each profession of the release in the order of their numbers; NaN is unknown"

score = Table(
    "score",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("territory_id", Integer, ForeignKey(territory.c.id), primary_key=True),
    Column("figure", Text, primary_key=True, comment="slug of the indicator, or what its sentence needs"),
    Column("mode", Text, primary_key=True, comment="how one travels; empty where nobody does"),
    Column(
        "origins_id",
        Integer,
        ForeignKey(origins.c.id, ondelete="CASCADE"),
        comment="the times it was made of; of others than those the release shows, it is not published",
    ),
    Column("value", LargeBinary, nullable=False, comment=FIGURES),
    Column("low", LargeBinary, comment="lower bounds of the 95 % intervals, as the values"),
    Column("high", LargeBinary),
    schema="indicator",
    comment="figures of every profession that are too costly to work out when asked for",
)
