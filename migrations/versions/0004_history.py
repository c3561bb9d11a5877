"""History: what a release can go back to, and what the API reads to compare two of them.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"

# Files loaded before the column was there: wherever something was in force on their date.
DEPARTEMENTS_OF_FILES = """
    UPDATE ops.source_file f
    SET departements = ARRAY(
      SELECT DISTINCT left(e.finess, 2) FROM supply.establishment e WHERE e.valid @> f.vintage ORDER BY 1)
    WHERE f.register = 'finess' AND NOT f.superseded"""

# Releases built before only placed the sites of their own date.
OWN_VINTAGES = """
    INSERT INTO ops.release_supply (release_id, source_file_id)
    SELECT i.release_id, i.source_file_id
    FROM ops.release_input i
    JOIN ops.source_file f ON f.id = i.source_file_id
    WHERE f.register IN ('annuaire', 'finess')"""

# No name of a person in any of them.
VIEWS = {
    "supply_vintage": f"""
        SELECT DISTINCT f.register, f.vintage
        FROM ops.release_supply s
        JOIN ops.source_file f ON f.id = s.source_file_id
        WHERE s.release_id = {NOW_PUBLISHED}""",
    "practice_history": """
        SELECT practitioner_id, site_id, profession_code, skills, modes, sectors, liberal, ambulatory, valid
        FROM supply.practice""",
    "establishment_history": """
        SELECT finess, site_id, name, category_code, siret, geom, valid FROM supply.establishment""",
    "release_placement": """
        SELECT release_id, site_id, geom, location_class, commune_id, territories FROM supply.placement""",
    "release_territory": """
        SELECT m.release_id, t.id, t.level, t.code, t.name
        FROM territory.membership m
        JOIN territory.territory t ON t.id = m.territory_id""",
    "site": """
        SELECT id, finess, number, repetition, street, postcode, town FROM supply.site""",
}


def upgrade() -> None:
    op.add_column(
        "source_file",
        sa.Column(
            "departements",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="FINESS: where its silence means a closure",
        ),
        schema="ops",
    )
    op.execute(DEPARTEMENTS_OF_FILES)
    op.create_table(
        "release_supply",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"], ["ops.release.id"], name=op.f("fk_release_supply_release_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_file_id"], ["ops.source_file.id"], name=op.f("fk_release_supply_source_file_id")
        ),
        sa.PrimaryKeyConstraint("release_id", "source_file_id", name=op.f("pk_release_supply")),
        schema="ops",
    )
    op.execute(OWN_VINTAGES)
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO {READER}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
    op.drop_table("release_supply", schema="ops")
    op.drop_column("source_file", "departements", schema="ops")
