"""Care activities that establishments are authorised to; figures of portraits that a build works out.

Revision: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0029"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"
MEMBER_BEFORE = "category of FINESS"
MEMBER = "category of FINESS, or kind of an authorised activity"
COLUMNS = """
    e.id, e.finess, e.name, e.category_code, e.site_id, e.valid, s.number, s.repetition, s.street, s.postcode,
    s.town, pl.geom, pl.location_class, pl.method, pl.score, pl.commune_id, pl.territories"""
PLACED = f"""
    FROM supply.establishment e
    JOIN supply.site s ON s.id = e.site_id
    JOIN supply.placement pl ON pl.site_id = e.site_id AND pl.release_id = {NOW_PUBLISHED}"""
AUTHORISED = f"""
    SELECT a.finess, array_agg(a.kind) AS kinds
    FROM supply.authorised a
    JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = {NOW_PUBLISHED}
    GROUP BY a.finess"""
ESTABLISHMENT = f"""
    SELECT {COLUMNS}, ARRAY[e.category_code] || told.kinds AS kinds
    {PLACED}
    LEFT JOIN ({AUTHORISED}) told ON told.finess = e.finess"""


SCORE = f"""
    SELECT s.territory_id, s.figure, s.mode, s.value, s.low, s.high
    FROM indicator.score s
    WHERE s.release_id = {NOW_PUBLISHED} AND (s.origins_id IS NULL OR s.origins_id IN (
      SELECT o.origins_id FROM network.release_origins o WHERE o.release_id = s.release_id))"""
FIGURES = "float4, one for each profession of the release in the order of their numbers; NaN is unknown"


def upgrade() -> None:
    _create_authorised()
    _create_score()
    op.execute(f"CREATE OR REPLACE VIEW published.establishment AS {ESTABLISHMENT}")
    op.execute(f"CREATE VIEW published.score AS {SCORE}")
    op.execute(f"GRANT SELECT ON published.score TO {READER}")


def _create_score() -> None:
    op.create_table(
        "score",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column(
            "figure", sa.Text(), nullable=False, comment="slug of the indicator, or what its sentence needs"
        ),
        sa.Column("mode", sa.Text(), nullable=False, comment="how one travels; empty where nobody does"),
        sa.Column(
            "origins_id",
            sa.Integer(),
            comment="the times it was made of; of others than those the release shows, it is not published",
        ),
        sa.Column("value", sa.LargeBinary(), nullable=False, comment=FIGURES),
        sa.Column("low", sa.LargeBinary(), comment="lower bounds of the 95 % intervals, as the values"),
        sa.Column("high", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_score_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["territory_id"], ["territory.territory.id"], name=op.f("fk_score_territory_id")
        ),
        sa.ForeignKeyConstraint(
            ["origins_id"], ["network.origins.id"], name=op.f("fk_score_origins_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("release_id", "territory_id", "figure", "mode", name=op.f("pk_score")),
        schema="indicator",
        comment="figures of every profession that are too costly to work out when asked for",
    )


def _create_authorised() -> None:
    op.create_table(
        "authorised",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("finess", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="an A and the number of the activity"),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_authorised_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_file_id", "finess", "kind", name=op.f("pk_authorised")),
        schema="supply",
        comment="establishments authorised to a care activity that makes up a profession, on the file's day",
    )
    op.alter_column(
        "profession_member",
        "category_code",
        comment=MEMBER,
        existing_comment=MEMBER_BEFORE,
        schema="indicator",
    )


def downgrade() -> None:
    op.execute("DROP VIEW published.score")
    op.drop_table("score", schema="indicator")
    op.execute("DROP VIEW published.establishment")
    op.execute(f"CREATE VIEW published.establishment AS SELECT {COLUMNS} {PLACED}")
    op.execute(f"GRANT SELECT ON published.establishment TO {READER}")
    op.alter_column(
        "profession_member",
        "category_code",
        comment=MEMBER_BEFORE,
        existing_comment=MEMBER,
        schema="indicator",
    )
    op.drop_table("authorised", schema="supply")
