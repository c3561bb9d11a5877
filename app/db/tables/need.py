"""Who lives in each territory of a release, as far as need of care goes."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, Table, text

from app.db.tables.base import metadata
from app.db.tables.ops import release
from app.db.tables.territory import territory

need = Table(
    "need",
    metadata,
    Column("release_id", Integer, ForeignKey(release.c.id, ondelete="CASCADE"), primary_key=True),
    Column("territory_id", Integer, ForeignKey(territory.c.id), primary_key=True),
    Column("people", Float, nullable=False, comment="people of its squares, brought to the published total"),
    Column("priority_people", Float, nullable=False, comment="those of them who live in a QPV"),
    Column("households", Float),
    Column("poor_households", Float),
    Column("single_parent_households", Float),
    Column("one_person_households", Float),
    Column("income_sum", Float),
    Column(
        "hidden",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="about 10 households or fewer, or would give back one that is",
    ),
    schema="indicator",
    comment="households of the 200 m squares, summed by territory; what is hidden is published nowhere",
)
