"""The queue of the worker, and the progress of a run.

Revision: 0010
"""

import sqlalchemy as sa
from alembic import op

from app.db import queue

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
STATES = "status IN ('running', 'done', 'unchanged', 'refused', 'failed', 'interrupted')"
STATES_BEFORE = "status IN ('running', 'done', 'unchanged', 'refused', 'failed')"


def upgrade() -> None:
    op.add_column(
        "job_run",
        sa.Column("done", sa.BigInteger(), comment="how far the step is, in what it counts"),
        schema="ops",
    )
    op.add_column("job_run", sa.Column("total", sa.BigInteger()), schema="ops")
    op.add_column(
        "job_run",
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        schema="ops",
    )
    op.add_column(
        "job_run",
        sa.Column(
            "unpublished",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="scheduled run that loaded something no release was built from yet",
        ),
        schema="ops",
    )
    _allow(STATES)
    # No file name, no message: they may tell folders and addresses of the city's machine.
    op.execute("""
        CREATE VIEW published.running AS
        SELECT id, task, register, step, done, total, started_at, updated_at
        FROM ops.job_run WHERE status = 'running'""")
    op.execute(f"GRANT SELECT ON published.running TO {READER}")
    queue.install(op.get_bind())


def downgrade() -> None:
    op.execute(f"DROP SCHEMA {queue.SCHEMA} CASCADE")
    op.execute("DROP VIEW published.running")
    op.execute("UPDATE ops.job_run SET status = 'failed' WHERE status = 'interrupted'")
    _allow(STATES_BEFORE)
    for name in ("unpublished", "updated_at", "total", "done"):
        op.drop_column("job_run", name, schema="ops")


def _allow(states: str) -> None:
    op.drop_constraint(op.f("ck_job_run_status"), "job_run", schema="ops")
    op.create_check_constraint(op.f("ck_job_run_status"), "job_run", states, schema="ops")
