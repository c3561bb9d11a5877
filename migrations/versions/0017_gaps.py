"""Who lives in each territory of a release, as far as need of care goes.

Revision: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"
COUNTS = ("households", "poor_households", "single_parent_households", "one_person_households", "income_sum")
# What is secret does not leave the store: the view holds no figure of a hidden territory.
SHOWN = ", ".join(f"CASE WHEN NOT hidden THEN {name} END AS {name}" for name in COUNTS)


def upgrade() -> None:
    op.create_table(
        "need",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column(
            "people",
            sa.Float(),
            nullable=False,
            comment="people of its squares, brought to the published total",
        ),
        sa.Column("priority_people", sa.Float(), nullable=False, comment="those of them who live in a QPV"),
        *(sa.Column(name, sa.Float()) for name in COUNTS),
        sa.Column(
            "hidden",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="about 10 households or fewer, or would give back one that is",
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_need_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.territory.id"], name=op.f("fk_need_territory_id")
        ),
        sa.PrimaryKeyConstraint("release_id", "territory_id", name=op.f("pk_need")),
        schema="indicator",
        comment="households of the 200 m squares, summed by territory; what is hidden is published nowhere",
    )
    op.execute(f"""
        CREATE VIEW published.need AS
        SELECT territory_id, people, priority_people, {SHOWN}, hidden
        FROM indicator.need WHERE release_id = {NOW_PUBLISHED}""")
    op.execute(f"GRANT SELECT ON published.need TO {READER}")


def downgrade() -> None:
    op.execute("DROP VIEW published.need")
    op.drop_table("need", schema="indicator")
