"""A next vintage writes what it changes and little else.

The marks of people's lines leave the practitioners, whose scattered rows each vintage rewrote, for one value.
The GiST exclusion and the foreign keys of practices took longer to keep than the practices themselves.

Revision: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

CONTENT = "keyed hash of their lines in the newest vintage, 0 when unknown; NULL: not in it"


def upgrade() -> None:
    op.create_table(
        "line_mark",
        sa.Column(
            "people",
            sa.LargeBinary(),
            nullable=False,
            comment="by mark: practitioner (int4), head of their key (int8), mark of their lines (int8)",
        ),
        schema="supply",
        comment="one row: who is in the newest vintage of the annuaire, and what its lines say of them",
    )
    # Hashes do not shrink.
    op.execute("ALTER TABLE supply.line_mark ALTER people SET STORAGE EXTERNAL")
    op.execute("""
        INSERT INTO supply.line_mark (people)
        SELECT string_agg(int4send(id) || substr(key, 1, 8) || int8send(content), '' ORDER BY content)
        FROM supply.practitioner WHERE content IS NOT NULL
        HAVING count(*) > 0""")
    op.drop_column("practitioner", "content", schema="supply")
    # Who leaves loses a name where the row stands.
    op.execute("ALTER TABLE supply.practitioner SET (fillfactor = 95)")
    op.drop_constraint("ex_practice_ended", "practice", schema="supply")
    for name in ("practitioner", "site"):
        op.drop_constraint(f"fk_practice_{name}_id", "practice", schema="supply")
    op.create_index("ix_site_abroad", "site", ["id"], schema="supply", postgresql_where=sa.text("abroad"))


def downgrade() -> None:
    op.drop_index("ix_site_abroad", "site", schema="supply")
    for name in ("practitioner", "site"):
        op.create_foreign_key(
            f"fk_practice_{name}_id",
            "practice",
            name,
            [f"{name}_id"],
            ["id"],
            source_schema="supply",
            referent_schema="supply",
        )
    op.create_exclude_constraint(
        "ex_practice_ended",
        "practice",
        ("practitioner_id", "="),
        ("site_id", "="),
        ("profession_code", "="),
        ("valid", "&&"),
        where=sa.text("NOT upper_inf(valid)"),
        schema="supply",
        using="gist",
    )
    op.execute("ALTER TABLE supply.practitioner RESET (fillfactor)")
    op.add_column("practitioner", sa.Column("content", sa.BigInteger(), comment=CONTENT), schema="supply")
    # The next vintage is read whole: nothing is known of anybody's lines.
    op.execute("UPDATE supply.practitioner SET content = 0 WHERE family_name IS NOT NULL")
    op.drop_table("line_mark", schema="supply")
