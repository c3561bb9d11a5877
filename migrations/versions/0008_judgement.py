"""What the guards found before publishing.

Revision: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
STATES = "status IN ('built', 'held', 'published', 'retired')"
STATES_BEFORE = "status IN ('built', 'published', 'retired')"

VIEWS = {
    "judgement": "SELECT release_id, against_id, judged_at, accepted_at FROM ops.judgement",
    "finding": """
        SELECT release_id, rank, guard, subject, before, after, "limit", passed, sentence FROM ops.finding""",
}


def upgrade() -> None:
    op.drop_constraint(op.f("ck_release_status"), "release", schema="ops")
    op.create_check_constraint(op.f("ck_release_status"), "release", STATES, schema="ops")
    op.create_table(
        "release_measure",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column(
            "subject",
            sa.Text(),
            nullable=False,
            comment="slug of a profession; person or establishment: all",
        ),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("practices", sa.Integer(), nullable=False),
        sa.Column(
            "located",
            sa.Integer(),
            nullable=False,
            comment="practices placed better than by their commune",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_release_measure_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "subject", name=op.f("pk_release_measure")),
        schema="ops",
    )
    op.create_table(
        "judgement",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("against_id", sa.Integer(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column(
            "accepted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when a person published it all the same",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_judgement_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["against_id"], ["ops.release.id"], name=op.f("fk_judgement_against_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_judgement")),
        schema="ops",
    )
    op.create_table(
        "finding",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("guard", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.Float(), nullable=True),
        sa.Column("after", sa.Float(), nullable=True),
        sa.Column("limit", sa.Float(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False, comment="French, names nobody"),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["ops.judgement.release_id"],
            name=op.f("fk_finding_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "rank", name=op.f("pk_finding")),
        schema="ops",
    )
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO {READER}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
    for name in ("finding", "judgement", "release_measure"):
        op.drop_table(name, schema="ops")
    op.drop_constraint(op.f("ck_release_status"), "release", schema="ops")
    op.execute("UPDATE ops.release SET status = 'built' WHERE status = 'held'")
    op.create_check_constraint(op.f("ck_release_status"), "release", STATES_BEFORE, schema="ops")
