"""What practitioners do in a year, by profession and territory, as a city tells it.

Revision: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"
ACTIVITY = f"""
    SELECT p.id AS profession_id, t.id AS territory_id, t.level,
           a.acts::double precision / a.headcount AS acts
    FROM supply.act_count a
    JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = {NOW_PUBLISHED}
    JOIN indicator.profession p ON p.slug = a.profession
    JOIN territory.territory t ON t.level = a.level AND t.code = a.code
    JOIN territory.membership m ON m.territory_id = t.id AND m.release_id = i.release_id
    WHERE a.headcount IS NOT NULL"""


def upgrade() -> None:
    op.create_table(
        "act_count",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False, comment="slug"),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("headcount", sa.Integer(), comment="NULL: fewer than five, or kept secret by the producer"),
        sa.Column("acts", sa.Integer(), comment="of all of them, in a year"),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_act_count_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_file_id", "profession", "level", "code", name=op.f("pk_act_count")),
        sa.CheckConstraint("headcount >= 5", name=op.f("ck_act_count_headcount")),
        sa.CheckConstraint("(headcount IS NULL) = (acts IS NULL)", name=op.f("ck_act_count_known")),
        schema="supply",
        comment="what the practitioners of a territory do in a year, never who",
    )
    op.execute(f"CREATE VIEW published.activity AS {ACTIVITY}")
    op.execute(f"GRANT SELECT ON published.activity TO {READER}")


def downgrade() -> None:
    op.execute("DROP VIEW published.activity")
    op.drop_table("act_count", schema="supply")
