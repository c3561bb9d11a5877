"""The graph of each release, and how the people of its cells are split over its territories.

Revision: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"
SPLIT = "how the people of the cells of a release are split over the territories of a level"
VIEWS = {
    "release_graph": """
        SELECT r.release_id, r.graph_id, g.fingerprint, g.file_name, r.problem
        FROM network.release_graph r
        LEFT JOIN network.graph g ON g.id = r.graph_id""",
    "cell_split": f"""
        SELECT level, territory_ids, cell_ids, people
        FROM territory.cell_split WHERE release_id = {NOW_PUBLISHED}""",
}


def upgrade() -> None:
    op.add_column(
        "graph",
        sa.Column("feed_sha256", sa.String(length=64), nullable=True, comment="of its timetable"),
        schema="network",
    )
    op.create_table(
        "release_graph",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("graph_id", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True, comment="why its times are missing, in French"),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_release_graph_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["graph_id"], ["network.graph.id"], name=op.f("fk_release_graph_graph_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_release_graph")),
        schema="network",
        comment="the graph that a release shows, or why it has none",
    )
    op.create_table(
        "cell_split",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("territory_ids", sa.LargeBinary(), nullable=False, comment="int32, one a piece"),
        sa.Column("cell_ids", sa.LargeBinary(), nullable=False, comment="int32, one a piece"),
        sa.Column("people", sa.LargeBinary(), nullable=False, comment="float64, one a piece"),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_cell_split_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "level", name=op.f("pk_cell_split")),
        schema="territory",
        comment=SPLIT,
    )
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO {READER}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
    op.drop_table("cell_split", schema="territory")
    op.drop_table("release_graph", schema="network")
    op.drop_column("graph", "feed_sha256", schema="network")
