"""Groups of professions, the professions of each release, people spread by addresses, reach of estimates.

Revision: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"
COVERAGE = "of an estimate: part of the area whose IRIS has a known population"
METHODS = "method IN ('stated', 'iris', 'cells', 'addresses', 'area', 'sum')"
METHODS_BEFORE = "method IN ('stated', 'iris', 'cells', 'area', 'sum')"
# With nothing published yet, releases are still compared: those of the newest one then.
SHOWN = f"coalesce({NOW_PUBLISHED}, (SELECT max(release_id) FROM indicator.release_profession))"

PROFESSION = "SELECT id, slug, label, feminine, subject, recourse, population_age, population_sex, position"
MEMBER = "SELECT m.profession_id, m.profession_code, m.skill_code, m.category_code"
POPULATION = "SELECT territory_id, age_class, sex, value, imputed_share, method"

VIEWS = {
    "profession": f"""
        {PROFESSION}, members, part_of
        FROM indicator.profession
        WHERE id IN (SELECT profession_id FROM indicator.release_profession WHERE release_id = {SHOWN})""",
    "profession_member": f"""
        {MEMBER}
        FROM indicator.profession_member m
        WHERE profession_id IN (
          SELECT profession_id FROM indicator.release_profession WHERE release_id = {SHOWN})""",
    "population": f"""
        {POPULATION}, coverage
        FROM territory.population WHERE release_id = {NOW_PUBLISHED}""",
    # Where people of an IRIS without inhabited square are looked for.
    "address": f"""
        SELECT a.commune_code, a.geom
        FROM supply.address a
        JOIN ops.release_input i ON i.source_file_id = a.source_file_id AND i.release_id = {NOW_PUBLISHED}""",
}
VIEWS_BEFORE = {
    "profession": f"{PROFESSION} FROM indicator.profession",
    "profession_member": f"{MEMBER} FROM indicator.profession_member m",
    "population": f"{POPULATION} FROM territory.population WHERE release_id = {NOW_PUBLISHED}",
}


def upgrade() -> None:
    for name, kind, comment in (
        ("members", sa.ARRAY(sa.Text()), "of a group: slugs of its professions; null for a profession"),
        ("part_of", sa.Text(), "slug of the profession that counts the same people among others"),
    ):
        op.add_column("profession", sa.Column(name, kind, comment=comment), schema="indicator")
    op.drop_constraint(op.f("uq_profession_slug"), "profession", schema="indicator")
    for name, columns, where in (
        ("uq_profession_slug", ["slug"], "members IS NULL"),
        ("uq_profession_members", ["slug", "members"], "members IS NOT NULL"),
    ):
        op.create_index(
            name, "profession", columns, unique=True, schema="indicator", postgresql_where=sa.text(where)
        )
    _create_tables()
    op.execute(
        "INSERT INTO indicator.release_profession (release_id, profession_id)"
        " SELECT r.id, p.id FROM ops.release r CROSS JOIN indicator.profession p"
    )
    op.add_column(
        "population",
        sa.Column("coverage", sa.Float(), comment=COVERAGE),
        schema="territory",
    )
    _allow(METHODS)
    for name, query in VIEWS.items():
        op.execute(f"CREATE OR REPLACE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO {READER}")


def downgrade() -> None:
    for name in VIEWS:
        op.execute(f"DROP VIEW published.{name}")
    for name, query in VIEWS_BEFORE.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO {READER}")
    op.execute("UPDATE territory.population SET method = 'area' WHERE method = 'addresses'")
    _allow(METHODS_BEFORE)
    op.drop_column("population", "coverage", schema="territory")
    for table in ("profession_group", "release_profession"):
        op.drop_table(table, schema="indicator")
    op.execute("DELETE FROM indicator.count c USING indicator.profession p"
               " WHERE p.id = c.profession_id AND p.members IS NOT NULL")  # fmt: skip
    op.execute("DELETE FROM indicator.profession WHERE members IS NOT NULL")
    for name in ("uq_profession_members", "uq_profession_slug"):
        op.drop_index(name, "profession", schema="indicator")
    op.create_unique_constraint(op.f("uq_profession_slug"), "profession", ["slug"], schema="indicator")
    for column in ("part_of", "members"):
        op.drop_column("profession", column, schema="indicator")


def _allow(methods: str) -> None:
    op.drop_constraint(op.f("ck_population_method"), "population", schema="territory")
    op.create_check_constraint(op.f("ck_population_method"), "population", methods, schema="territory")


def _create_tables() -> None:
    op.create_table(
        "release_profession",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("profession_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["ops.release.id"],
            name=op.f("fk_release_profession_release_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["profession_id"],
            ["indicator.profession.id"],
            name=op.f("fk_release_profession_profession_id"),
        ),
        sa.PrimaryKeyConstraint("release_id", "profession_id", name=op.f("pk_release_profession")),
        schema="indicator",
        comment="the professions and groups that a release counts",
    )
    op.create_table(
        "profession_group",
        sa.Column("source_file_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False, comment="French, plural, as the city writes it"),
        sa.Column(
            "members",
            sa.ARRAY(sa.Text()),
            nullable=False,
            comment="slugs of professions, groups of groups unfolded",
        ),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_file_id"],
            ["ops.source_file.id"],
            name=op.f("fk_profession_group_source_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source_file_id", "slug", name=op.f("pk_profession_group")),
        schema="indicator",
        comment="groups of professions that the city defines",
    )
