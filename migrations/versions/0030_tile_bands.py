"""Which zooms each copy of the contours is for, said again: fewer points from afar.

The copies themselves stay until their file is loaded again: finer than they need to be.

Revision: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0023"
branch_labels = None
depends_on = None

BEFORE = "0 full, 1 zooms 10-12, 2 zooms 8-9, 3 below"
NOW = "0 full, 1 zooms 11-13, 2 zooms 9-10, 3 below"


def upgrade() -> None:
    _say(BEFORE, NOW)


def downgrade() -> None:
    _say(NOW, BEFORE)


def _say(before: str, after: str) -> None:
    op.alter_column(
        "tile_shape",
        "band",
        schema="territory",
        existing_type=sa.SmallInteger(),
        existing_nullable=False,
        existing_comment=before,
        comment=after,
    )
