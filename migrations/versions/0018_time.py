"""Counts over the vintages of a release, and age classes that may be shown.

Revision: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"

VIEWS = {
    "past": f"""
        SELECT territory_id, profession_id, scope, headcount, weight, entries, exits, stays, ongoing,
               begun_before, median_days
        FROM indicator.past WHERE release_id = {NOW_PUBLISHED}""",
    "pyramid": f"""
        SELECT territory_id, profession_id, age_from, age_to, headcount, status
        FROM indicator.pyramid WHERE release_id = {NOW_PUBLISHED}""",
}
RELEASES_BEFORE = """
    DO $$
    DECLARE release integer;
    BEGIN
      FOR release IN SELECT id FROM ops.release LOOP
        EXECUTE format(
          'CREATE TABLE indicator.past_release_%s PARTITION OF indicator.past FOR VALUES IN (%s)',
          release, release);
      END LOOP;
    END $$"""


def upgrade() -> None:
    _create_past()
    _create_pyramid()
    op.execute(RELEASES_BEFORE)
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO {READER}")


def _create_past() -> None:
    per_vintage = "since the vintage before; 0 at the first"
    op.create_table(
        "past",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("profession_id", sa.SmallInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column(
            "headcount",
            sa.ARRAY(sa.Integer()),
            nullable=False,
            comment="one element a vintage, oldest first",
        ),
        sa.Column("weight", sa.ARRAY(sa.Float()), nullable=False),
        sa.Column("entries", sa.ARRAY(sa.Integer()), nullable=False, comment=per_vintage),
        sa.Column("exits", sa.ARRAY(sa.Integer()), nullable=False, comment=per_vintage),
        sa.Column("stays", sa.Integer(), nullable=False, comment="begun after the first vintage"),
        sa.Column(
            "ongoing", sa.Integer(), nullable=False, comment="of them, those not ended at the last vintage"
        ),
        sa.Column("begun_before", sa.Integer(), nullable=False, comment="stays whose beginning is not known"),
        sa.Column(
            "median_days",
            sa.Integer(),
            nullable=True,
            comment="Kaplan-Meier; NULL: not reached, or over too few people to be kept (METHODS 11)",
        ),
        sa.PrimaryKeyConstraint("release_id", "territory_id", "profession_id", "scope", name=op.f("pk_past")),
        schema="indicator",
        postgresql_partition_by="LIST (release_id)",
        comment="who practised where at each vintage that a release can go back to, in numbers",
    )


def _create_pyramid() -> None:
    op.create_table(
        "pyramid",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column("profession_id", sa.SmallInteger(), nullable=False),
        sa.Column("age_from", sa.SmallInteger(), nullable=False),
        sa.Column("age_to", sa.SmallInteger(), nullable=False, comment="included; 100 stands for no limit"),
        sa.Column("headcount", sa.Integer(), nullable=True, comment="NULL where status is not known"),
        sa.Column("status", sa.Text(), nullable=False),
        sa.CheckConstraint("status IN ('known', 'unknown', 'suppressed')", name=op.f("ck_pyramid_status")),
        sa.CheckConstraint("(status = 'known') = (headcount IS NOT NULL)", name=op.f("ck_pyramid_headcount")),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_pyramid_release_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "release_id", "territory_id", "profession_id", "age_from", name=op.f("pk_pyramid")
        ),
        schema="indicator",
        comment="age classes wide enough to be shown: nothing here is about fewer than 5 practitioners",
    )


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
    for table in ("pyramid", "past"):
        op.drop_table(table, schema="indicator")
