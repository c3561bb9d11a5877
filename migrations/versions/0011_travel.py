"""Routing graphs, where people leave from, and the times it takes them.

Revision: 0011
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects.postgresql import REAL

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ORIGINS = "where people leave from: one set of points for one mode on one graph"
TRAVEL_TIME = "times to one place: sites that share it share them, and a site that moves has new ones"

READER = "observatoire_reader"
VIEWS = {
    "graph": """
        SELECT id, fingerprint, file_name, valhalla_version, modes, coverage, feed_first, feed_last, made_at
        FROM network.graph""",
    "release_origins": """
        SELECT r.release_id, r.mode, r.origins_id, o.graph_id, o.level, o.territory_ids, o.snap_m
        FROM network.release_origins r
        JOIN network.origins o ON o.id = r.origins_id""",
    "travel_time": """
        SELECT origins_id, lon, lat, limit_s, snap_m, ranks, seconds FROM network.travel_time""",
}


def upgrade() -> None:
    op.execute("CREATE SCHEMA network")
    op.create_table(
        "graph",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("source_file_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("valhalla_version", sa.Text(), nullable=False),
        sa.Column("modes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("coverage", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.Column("feed_first", sa.Date(), nullable=True, comment="first day of service of its timetable"),
        sa.Column("feed_last", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_graph_source_file_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_graph")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_graph_fingerprint")),
        schema="network",
    )
    op.create_table(
        "origins",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("graph_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column(
            "fingerprint",
            sa.String(length=64),
            nullable=False,
            comment="of the territories and their points",
        ),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column(
            "territory_ids",
            sa.LargeBinary(),
            nullable=False,
            comment="int32, in the order that ranks speak of",
        ),
        sa.Column(
            "snap_m",
            sa.LargeBinary(),
            nullable=False,
            comment="float32 metres to the street, NaN for none near",
        ),
        sa.CheckConstraint("mode IN ('walk', 'bike', 'car')", name=op.f("ck_origins_mode")),
        sa.CheckConstraint("level IN ('carreau', 'iris')", name=op.f("ck_origins_level")),
        sa.ForeignKeyConstraint(
            ["graph_id"], ["network.graph.id"], name=op.f("fk_origins_graph_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origins")),
        sa.UniqueConstraint(
            "graph_id", "mode", "fingerprint", name=op.f("uq_origins_graph_id_mode_fingerprint")
        ),
        schema="network",
        comment=ORIGINS,
    )
    op.create_table(
        "release_origins",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("origins_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_release_origins_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["origins_id"],
            ["network.origins.id"],
            name=op.f("fk_release_origins_origins_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "mode", name=op.f("pk_release_origins")),
        schema="network",
        comment="the graph and origins whose times a release shows",
    )
    op.create_table(
        "travel_time",
        sa.Column("origins_id", sa.Integer(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("limit_s", sa.SmallInteger(), nullable=False, comment="nothing further was looked for"),
        sa.Column(
            "snap_m", REAL(), nullable=True, comment="metres to the street, none when there is none near"
        ),
        sa.Column(
            "ranks",
            sa.LargeBinary(),
            nullable=False,
            comment="int32, places in territory_ids, ascending",
        ),
        sa.Column("seconds", sa.LargeBinary(), nullable=False, comment="int16, from 1 up, one for each rank"),
        sa.ForeignKeyConstraint(
            ["origins_id"], ["network.origins.id"], name=op.f("fk_travel_time_origins_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("origins_id", "lon", "lat", name=op.f("pk_travel_time")),
        schema="network",
        comment=TRAVEL_TIME,
    )
    # Numbers that say little when compressed, and are read whole.
    for column in ("ranks", "seconds"):
        op.execute(f"ALTER TABLE network.travel_time ALTER COLUMN {column} SET STORAGE EXTERNAL")
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO {READER}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
    op.drop_table("travel_time", schema="network")
    op.drop_table("release_origins", schema="network")
    op.drop_table("origins", schema="network")
    op.drop_table("graph", schema="network")
    op.execute("DROP SCHEMA network")
