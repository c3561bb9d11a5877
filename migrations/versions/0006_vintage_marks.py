"""What the newest vintage of the annuaire held, so that the next one is compared before it is parsed.

Two ranges of one practice are kept apart by a btree where they last, by GiST where they ended: a GiST index
of a national annuaire took longer to fill than everything else together.

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PRACTICE = ("practitioner_id", "site_id", "profession_code")


def upgrade() -> None:
    op.add_column(
        "practitioner",
        sa.Column(
            "content",
            sa.BigInteger(),
            comment="keyed hash of their lines in the newest vintage, 0 when unknown; NULL: not in it",
        ),
        schema="supply",
    )
    op.add_column(
        "practice",
        sa.Column(
            "name", sa.Text(), comment="of the place, in the newest vintage only: it often bears a person's"
        ),
        schema="supply",
    )
    op.add_column(
        "source_file",
        sa.Column(
            "line_marks", sa.Text(), comment="annuaire: how the lines of its people were marked in the store"
        ),
        schema="ops",
    )
    # Sorted and compared as bytes: three times as fast, and nobody reads them in order.
    op.alter_column("site", "key", type_=sa.Text(collation="C"), schema="supply")
    op.drop_constraint("ex_practice_valid", "practice", schema="supply")
    _exclude("ex_practice_ended", where="NOT upper_inf(valid)")
    op.create_index(
        "uq_practice_lasting",
        "practice",
        [*PRACTICE],
        unique=True,
        schema="supply",
        postgresql_where=sa.text("upper_inf(valid)"),
    )


def downgrade() -> None:
    op.drop_index("uq_practice_lasting", "practice", schema="supply", if_exists=True)
    op.drop_constraint("ex_practice_ended", "practice", schema="supply")
    _exclude("ex_practice_valid")
    op.alter_column("site", "key", type_=sa.Text(), schema="supply")
    op.drop_column("source_file", "line_marks", schema="ops")
    op.drop_column("practice", "name", schema="supply")
    op.drop_column("practitioner", "content", schema="supply")


def _exclude(name: str, where: str | None = None) -> None:
    op.create_exclude_constraint(
        name,
        "practice",
        *((column, "=") for column in PRACTICE),
        ("valid", "&&"),
        where=sa.text(where) if where else None,
        schema="supply",
        using="gist",
    )
