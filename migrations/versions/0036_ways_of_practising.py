"""Ways of practising in a table of their own: practices, which each repeated three lists, take half the room.

Revision: 0036
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import DATERANGE

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"
WAY = "skills, modes, sectors, liberal, ambulatory"
TOLD = (
    "id, practitioner_id, site_id, profession_code, skills, modes, sectors, liberal, ambulatory, valid, name"
)
# What readers see, whatever ``{practice}`` is made of: the same columns before and after.
VIEWS = {
    "published.practice": f"""
        SELECT p.id, p.practitioner_id, p.site_id, p.profession_code, p.skills, p.liberal, p.ambulatory,
               p.valid, s.finess, s.name AS site_name, s.number, s.repetition, s.street, s.postcode, s.town,
               pl.geom, pl.location_class, pl.method, pl.score, pl.commune_id, pl.territories
        FROM {{practice}} p
        JOIN supply.site s ON s.id = p.site_id
        JOIN supply.placement pl ON pl.site_id = p.site_id AND pl.release_id = {NOW_PUBLISHED}""",
    "published.practice_history": """
        SELECT practitioner_id, site_id, profession_code, skills, modes, sectors, liberal, ambulatory, valid
        FROM {practice}""",
    "reserved.person": f"""
        SELECT p.id AS practice_id, p.practitioner_id, p.site_id, p.profession_code, p.skills, p.liberal,
               p.ambulatory, p.valid, n.civility, n.family_name, n.given_name, p.name AS place_name
        FROM {{practice}} p
        JOIN supply.practitioner n ON n.id = p.practitioner_id
        JOIN supply.placement pl ON pl.site_id = p.site_id AND pl.release_id = {NOW_PUBLISHED}
        WHERE n.family_name IS NOT NULL""",
}
MARKED = "who is in the newest vintage of the annuaire, and what its lines say of them"
PRACTISED = """
    CREATE VIEW supply.practised AS
    SELECT p.id, p.practitioner_id, p.site_id, p.profession_code, e.skills, e.modes, e.sectors, e.liberal,
           e.ambulatory, p.valid, p.name
    FROM supply.practice p
    JOIN supply.exercise e ON e.id = p.exercise_id"""


def codes(name: str) -> sa.Column:
    return sa.Column(name, sa.ARRAY(sa.Text()), nullable=False)


def flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), nullable=False)


def create_practice(*what: sa.Column) -> None:
    """Create the table of practices with what tells how each is practised, the former one set aside."""
    op.execute("ALTER TABLE supply.practice RENAME TO practice_before")
    op.execute("ALTER SEQUENCE supply.practice_id_seq RENAME TO practice_before_id_seq")
    op.execute("ALTER TABLE supply.practice_before DROP CONSTRAINT pk_practice")
    op.execute("DROP INDEX IF EXISTS supply.ix_practice_site_id, supply.uq_practice_lasting")
    op.create_table(
        "practice",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        *what,
        sa.Column(
            "name", sa.Text(), comment="of the place, in the newest vintage only: it often bears a person's"
        ),
        schema="supply",
    )


def finish_practice() -> None:
    """Make the keys of the new table, and drop the former one."""
    op.execute("ALTER TABLE supply.practice ADD CONSTRAINT pk_practice PRIMARY KEY (id)")
    op.create_index("ix_practice_site_id", "practice", ["site_id"], schema="supply")
    op.create_index(
        "uq_practice_lasting",
        "practice",
        ["practitioner_id", "site_id", "profession_code"],
        unique=True,
        postgresql_where=sa.text("upper_inf(valid)"),
        schema="supply",
    )
    op.execute("""
        SELECT setval('supply.practice_id_seq', last_value, is_called) FROM supply.practice_before_id_seq""")
    op.execute("ANALYZE supply.practice")


def tell_marks(how: str) -> None:
    op.execute(f"COMMENT ON TABLE supply.line_mark IS '{how}: {MARKED}'")


def show(practice: str) -> None:
    for name, query in VIEWS.items():
        op.execute(f"CREATE OR REPLACE VIEW {name} AS {query.format(practice=practice)}")


def upgrade() -> None:
    op.create_table(
        "exercise",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        *(codes(name) for name in ("skills", "modes", "sectors")),
        *(flag(name) for name in ("liberal", "ambulatory")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise")),
        schema="supply",
        comment="ways of practising: skills, modes and sectors in order, and which counts they enter",
    )
    op.execute(f"INSERT INTO supply.exercise ({WAY}) SELECT DISTINCT {WAY} FROM supply.practice")
    create_practice(
        sa.Column("exercise_id", sa.Integer(), nullable=False),
        sa.Column("profession_code", sa.Text(), nullable=False),
        sa.Column("valid", DATERANGE(), nullable=False),
    )
    op.execute(f"""
        INSERT INTO supply.practice (id, practitioner_id, site_id, exercise_id, profession_code, valid, name)
        OVERRIDING SYSTEM VALUE
        SELECT p.id, p.practitioner_id, p.site_id, e.id, p.profession_code, p.valid, p.name
        FROM supply.practice_before p JOIN supply.exercise e USING ({WAY})
        ORDER BY p.id""")
    finish_practice()
    op.execute(PRACTISED)
    show("supply.practised")
    op.drop_table("practice_before", schema="supply")
    tell_marks("in parts")


def downgrade() -> None:
    create_practice(
        sa.Column("profession_code", sa.Text(), nullable=False),
        *(codes(name) for name in ("skills", "modes", "sectors")),
        *(flag(name) for name in ("liberal", "ambulatory")),
        sa.Column("valid", DATERANGE(), nullable=False),
    )
    op.execute(f"""
        INSERT INTO supply.practice ({TOLD}) OVERRIDING SYSTEM VALUE
        SELECT {TOLD} FROM supply.practised ORDER BY id""")
    finish_practice()
    show("supply.practice")
    op.execute("DROP VIEW supply.practised")
    op.drop_table("practice_before", schema="supply")
    op.drop_table("exercise", schema="supply")
    tell_marks("one row")
    # Before, it was read as one: the next vintage is then read whole.
    op.execute("DELETE FROM supply.line_mark")
