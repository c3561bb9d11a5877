"""Which key hashes the practitioners: another one would break every history without a word.

Revision: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_mark",
        sa.Column("mark", sa.Text(), nullable=False, comment="HMAC of a fixed text under the key"),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_key_mark")),
        schema="ops",
    )


def downgrade() -> None:
    op.drop_table("key_mark", schema="ops")
