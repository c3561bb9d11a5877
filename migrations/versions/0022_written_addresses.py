"""Ways of writing an address are not checked again, and the marks of lines are kept as they are.

Revision: 0022
"""

from alembic import op

revision = "0022"
down_revision = "0028"
branch_labels = None
depends_on = None

REFERENCE = "fk_written_address_site_id"


def upgrade() -> None:
    # No site is ever deleted, and each check writes to the row of the site.
    op.drop_constraint(REFERENCE, "written_address", schema="supply")
    # Hashes do not compress: trying to took a second for a country.
    op.execute("ALTER TABLE supply.line_mark ALTER COLUMN people SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.execute("ALTER TABLE supply.line_mark ALTER COLUMN people SET STORAGE EXTENDED")
    op.create_foreign_key(
        REFERENCE, "written_address", "site", ["site_id"], ["id"],
        source_schema="supply", referent_schema="supply",
    )  # fmt: skip
