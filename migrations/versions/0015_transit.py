"""Public transport: the ordinary day of a graph's timetable, and the times of its mode.

Revision: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

GRAPH = """
    SELECT id, fingerprint, file_name, valhalla_version, modes, coverage, feed_first, feed_last, made_at"""
MODES = "mode IN ('walk', 'bike', 'car')"
WITH_TRANSIT = "mode IN ('walk', 'bike', 'car', 'transit')"
READER = "observatoire_reader"


def upgrade() -> None:
    op.add_column(
        "graph",
        sa.Column("feed_day", sa.Date(), nullable=True, comment="an ordinary working day of its timetable"),
        schema="network",
    )
    _check(WITH_TRANSIT)
    op.execute(f"CREATE OR REPLACE VIEW published.graph AS {GRAPH}, feed_day FROM network.graph")


def downgrade() -> None:
    op.execute("DELETE FROM network.origins WHERE mode = 'transit'")
    _check(MODES)
    # A view loses no column by being replaced.
    op.execute("DROP VIEW published.graph")
    op.execute(f"CREATE VIEW published.graph AS {GRAPH} FROM network.graph")
    op.execute(f"GRANT SELECT ON published.graph TO {READER}")
    op.drop_column("graph", "feed_day", schema="network")


def _check(condition: str) -> None:
    name = op.f("ck_origins_mode")
    op.drop_constraint(name, "origins", schema="network", type_="check")
    op.create_check_constraint(name, "origins", condition, schema="network")
