"""A band of places for each far zoom: a quarter of the points that zooms 6 and 8 drew.

Revision: 0035
"""

from alembic import op

revision = "0035"
down_revision = "0030"
branch_labels = None
depends_on = None

# Releases that are there already: what a build writes, as of this version.
PLACES_BEFORE = """
    INSERT INTO indicator.tile_place (release_id, band, site_id, sites, geom)
    SELECT p.release_id, b.zoom, min(p.site_id), count(*),
           ST_SetSRID(ST_MakePoint(avg(ST_X(p.geom)), avg(ST_Y(p.geom))), 3857)
    FROM indicator.tile_place p, (VALUES (6), (8)) b (zoom)
    WHERE p.band = 0
    GROUP BY p.release_id, b.zoom, floor(ST_X(p.geom) * 2 ^ b.zoom * 128 / 40075016.685578488),
             floor(ST_Y(p.geom) * 2 ^ b.zoom * 128 / 40075016.685578488)"""


def upgrade() -> None:
    op.execute(PLACES_BEFORE)


def downgrade() -> None:
    op.execute("DELETE FROM indicator.tile_place WHERE band IN (6, 8)")
