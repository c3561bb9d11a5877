"""Placing people: the streets of the BAN, and what was matched loosely once.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


STREETS_OF_ADDRESSES = """
    INSERT INTO supply.street (source_file_id, commune_code, street_key, street_core, homonyms)
    SELECT source_file_id, commune_code, street_key, min(street_core),
           coalesce(min(part) <> max(part), false)
    FROM (SELECT *, CASE WHEN split_part(ban_id, '_', 3) <> '' THEN split_part(ban_id, '_', 2) END AS part
          FROM supply.address) a
    GROUP BY source_file_id, commune_code, street_key"""


def upgrade() -> None:
    op.create_table(
        "street",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.Column("street_key", sa.Text(), nullable=False),
        sa.Column("street_core", sa.Text(), nullable=False),
        sa.Column(
            "homonyms", sa.Boolean(), nullable=False, comment="several streets of the commune bear this name"
        ),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_street_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_file_id", "commune_code", "street_key", name=op.f("pk_street")),
        schema="supply",
    )
    op.create_index(
        "ix_street_street_key", "street", ["commune_code", "street_key"], unique=False, schema="supply"
    )
    op.create_index(
        "ix_street_street_core", "street", ["commune_code", "street_core"], unique=False, schema="supply"
    )
    op.execute(STREETS_OF_ADDRESSES)
    op.create_table(
        "street_match",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("rules", sa.SmallInteger(), nullable=False, comment="edition of the matching rules"),
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.Column("street_key", sa.Text(), nullable=False, comment="as a register writes it"),
        sa.Column("found", postgresql.ARRAY(sa.Text()), nullable=False, comment="street_key of the BAN"),
        sa.Column(
            "scores", postgresql.ARRAY(postgresql.REAL()), nullable=False, comment="0 to 1, best first"
        ),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_street_match_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "source_file_id", "rules", "commune_code", "street_key", name=op.f("pk_street_match")
        ),
        schema="supply",
        comment="streets that a written street may mean, none included, matched once for each BAN file",
    )
    op.create_geospatial_table(
        "geocoded",
        sa.Column("key", sa.Text(), nullable=False, comment="commune, number and street in normal form"),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("location_class", sa.Text(), nullable=True),
        sa.Column("score", postgresql.REAL(), nullable=True),
        sa.Column("commune_code", sa.Text(), nullable=True, comment="commune of the answer"),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_geocoded")),
        schema="supply",
    )


def downgrade() -> None:
    op.drop_geospatial_table("geocoded", schema="supply")
    op.drop_table("street_match", schema="supply")
    op.drop_table("street", schema="supply")
