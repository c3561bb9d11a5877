"""What tiles are cut from, in the map's projection and generalised by zoom; and when a worker was last seen.

Revision: 0029
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0029"
down_revision = "0021"
branch_labels = None
depends_on = None

READER = "observatoire_reader"
NOW_PUBLISHED = "(SELECT id FROM ops.release WHERE status = 'published')"
VIEWS = {
    "tile_shape": f"""
        SELECT t.territory_id, t.level, t.band, t.code, t.name, t.geom
        FROM territory.tile_shape t
        JOIN territory.membership m ON m.territory_id = t.territory_id
        WHERE m.release_id = {NOW_PUBLISHED}""",
    "tile_place": f"""
        SELECT band, site_id, sites, geom FROM indicator.tile_place WHERE release_id = {NOW_PUBLISHED}""",
    "worker": "SELECT last_heartbeat AS seen_at FROM work.procrastinate_workers",
}
# Releases and territories that are there already: what a load and a build write, as of this version.
SHAPES_BEFORE = """
    INSERT INTO territory.tile_shape (territory_id, level, band, code, name, geom)
    SELECT t.id, t.level, b.band, t.code, t.name,
           ST_Multi(ST_CollectionExtract(ST_MakeValid(ST_Transform(
             CASE b.band WHEN 3 THEN ST_SimplifyPreserveTopology(s.geom, 0.003) ELSE s.geom END, 3857)), 3))
    FROM (VALUES (0, 0), (1, 1), (2, 2), (3, 2)) b (band, source)
    JOIN territory.shape s ON s.band = b.source
    JOIN territory.territory t ON t.id = s.territory_id
    WHERE t.level <> 'carreau'"""
PARTITIONS_BEFORE = """
    DO $$
    DECLARE release integer;
    BEGIN
      FOR release IN SELECT id FROM ops.release LOOP
        EXECUTE format(
          'CREATE TABLE indicator.tile_place_release_%s PARTITION OF indicator.tile_place FOR VALUES IN (%s)',
          release, release);
      END LOOP;
    END $$"""
PLACES_BEFORE = """
    WITH place AS MATERIALIZED (
      SELECT pl.release_id, pl.site_id, ST_Transform(pl.geom, 3857) AS geom
      FROM supply.placement pl
      JOIN ops.release r ON r.id = pl.release_id
      WHERE pl.geom IS NOT NULL AND pl.location_class IN ('finess', 'housenumber', 'street')
        AND cardinality(pl.territories) > 0
        AND (EXISTS (SELECT 1 FROM supply.practice p
                     WHERE p.site_id = pl.site_id AND p.ambulatory AND p.valid @> r.vintage)
          OR EXISTS (SELECT 1 FROM supply.establishment e
                     WHERE e.site_id = pl.site_id AND e.valid @> r.vintage))
    )
    INSERT INTO indicator.tile_place (release_id, band, site_id, sites, geom)
    SELECT release_id, 0, site_id, 1, geom FROM place
    UNION ALL
    SELECT release_id, b.zoom, min(site_id), count(*),
           ST_SetSRID(ST_MakePoint(avg(ST_X(geom)), avg(ST_Y(geom))), 3857)
    FROM place, (VALUES (5), (7), (9), (11), (13)) b (zoom)
    GROUP BY release_id, b.zoom, floor(ST_X(geom) * 2 ^ b.zoom * 128 / 40075016.685578488),
             floor(ST_Y(geom) * 2 ^ b.zoom * 128 / 40075016.685578488)"""


def upgrade() -> None:
    op.create_table(
        "tile_shape",
        sa.Column("territory_id", sa.Integer(), nullable=False),
        sa.Column(
            "band", sa.SmallInteger(), nullable=False, comment="0 full, 1 zooms 10-12, 2 zooms 8-9, 3 below"
        ),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("geom", Geometry("MULTIPOLYGON", srid=3857, spatial_index=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["territory_id"],
            ["territory.territory.id"],
            name=op.f("fk_tile_shape_territory_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("territory_id", "band", name=op.f("pk_tile_shape")),
        schema="territory",
        comment="contours as tiles draw them, in EPSG:3857",
    )
    op.create_table(
        "tile_place",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column(
            "band", sa.SmallInteger(), nullable=False, comment="0 every site; else the last zoom it is for"
        ),
        sa.Column("site_id", sa.Integer(), nullable=False, comment="of several sites, the first"),
        sa.Column("sites", sa.Integer(), nullable=False, comment="how many stand there, one cell of a grid"),
        sa.Column("geom", Geometry("POINT", srid=3857, spatial_index=False), nullable=False),
        sa.PrimaryKeyConstraint("release_id", "band", "site_id", name=op.f("pk_tile_place")),
        schema="indicator",
        postgresql_partition_by="LIST (release_id)",
        comment="located sites in force as tiles draw them, in EPSG:3857",
    )
    op.execute(SHAPES_BEFORE)
    op.execute(PARTITIONS_BEFORE)
    op.execute(PLACES_BEFORE)
    op.create_index(
        "ix_tile_shape",
        "tile_shape",
        ["level", "band", "geom"],
        schema="territory",
        postgresql_using="gist",
    )
    op.create_index(
        "ix_tile_place", "tile_place", ["band", "geom"], schema="indicator", postgresql_using="gist"
    )
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW published.{name} AS {query}")
        op.execute(f"GRANT SELECT ON published.{name} TO {READER}")


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW published.{name}")
    op.drop_table("tile_place", schema="indicator")
    op.drop_table("tile_shape", schema="territory")
