"""Conventional sector of practices, by release; head-counts by age class, brought by the city.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"

# Head-counts by age are not published: METHODS 11 keeps groups under five secret, and a projection will read
# the store itself.
VIEWS = {
    "convention": f"""
        SELECT practitioner_id, site_id, profession_code, convention
        FROM supply.convention WHERE release_id = {NOW_PUBLISHED}""",
    "convention_count": f"""
        SELECT profession_code, lines, unusable, elsewhere, not_found, ambiguous, matched, practices, known
        FROM supply.convention_count WHERE release_id = {NOW_PUBLISHED}""",
}
COUNTS = {
    "lines": "of the health insurance's file",
    "unusable": "that name nobody, or no known sector",
    "elsewhere": "in a town where the annuaire shows nobody",
    "not_found": None,
    "ambiguous": "several people fit, or several sectors",
    "matched": None,
    "practices": "liberal ones in force on the release's date",
    "known": "of them, whose sector is known",
}


def upgrade() -> None:
    op.create_table(
        "convention",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("profession_code", sa.Text(), nullable=False),
        sa.Column("convention", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "convention IN ('secteur_1', 'secteur_2', 'secteur_2_optam', 'droit_permanent',"
            " 'non_conventionne')",
            name=op.f("ck_convention_convention"),
        ),
        sa.PrimaryKeyConstraint(
            "release_id", "practitioner_id", "site_id", "profession_code", name=op.f("pk_convention")
        ),
        schema="supply",
        postgresql_partition_by="LIST (release_id)",
    )
    op.create_table(
        "convention_count",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column(
            "profession_code",
            sa.Text(),
            nullable=False,
            comment="empty: lines of no profession of the annuaire",
        ),
        *(sa.Column(name, sa.Integer(), nullable=False, comment=told) for name, told in COUNTS.items()),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["ops.release.id"],
            name=op.f("fk_convention_count_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "profession_code", name=op.f("pk_convention_count")),
        schema="supply",
        comment="what became of the health insurance's lines, for each release",
    )
    op.create_table(
        "age_count",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False, comment="slug"),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("age_from", sa.SmallInteger(), nullable=False),
        sa.Column("age_to", sa.SmallInteger(), nullable=False, comment="included; 100 stands for no limit"),
        sa.Column("headcount", sa.Integer(), nullable=True, comment="NULL: kept secret by the producer"),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_age_count_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "source_file_id", "profession", "level", "code", "age_from", name=op.f("pk_age_count")
        ),
        schema="supply",
        comment="how many professionals of each age class, never who",
    )
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO {READER}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
    op.drop_table("age_count", schema="supply")
    op.drop_table("convention_count", schema="supply")
    # The partitions of releases go with their table.
    op.drop_table("convention", schema="supply")
