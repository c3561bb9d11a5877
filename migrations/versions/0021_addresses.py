"""Streets and addresses that a reader may search: those of the BAN files of the published release.

Revision: 0021
"""

from alembic import op

revision = "0021"
down_revision = "0018"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
INPUTS = """
    SELECT i.source_file_id FROM ops.release_input i
    WHERE i.release_id = (SELECT id FROM ops.release WHERE status = 'published')"""
VIEWS = {
    "street": f"""
        SELECT DISTINCT commune_code, street_key
        FROM supply.street WHERE source_file_id IN ({INPUTS})""",
    "house": f"""
        SELECT commune_code, street_key, number, repetition, geom
        FROM supply.address WHERE source_file_id IN ({INPUTS})""",
}


def upgrade() -> None:
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO {READER}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
