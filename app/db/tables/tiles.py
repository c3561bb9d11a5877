"""What vector tiles are cut from: contours and places in the map's projection, generalised by zoom."""

from geoalchemy2 import Geometry
from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, SmallInteger, Table, Text

from app.db.tables.base import metadata
from app.db.tables.territory import territory

tile_shape = Table(
    "tile_shape",
    metadata,
    Column("territory_id", Integer, ForeignKey(territory.c.id, ondelete="CASCADE"), primary_key=True),
    Column("band", SmallInteger, primary_key=True, comment="0 full, 1 zooms 11-13, 2 zooms 9-10, 3 below"),
    Column("level", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("geom", Geometry("MULTIPOLYGON", srid=3857, spatial_index=False), nullable=False),
    Index("ix_tile_shape", "level", "band", "geom", postgresql_using="gist"),
    schema="territory",
    comment="contours as tiles draw them, in EPSG:3857",
)

tile_place = Table(
    "tile_place",
    metadata,
    Column("release_id", Integer, nullable=False),
    Column("band", SmallInteger, nullable=False, comment="0 every site; else the last zoom it is for"),
    Column("site_id", Integer, nullable=False, comment="of several sites, the first"),
    Column("sites", Integer, nullable=False, comment="how many stand there, one cell of a grid"),
    Column("geom", Geometry("POINT", srid=3857, spatial_index=False), nullable=False),
    PrimaryKeyConstraint("release_id", "band", "site_id"),
    Index("ix_tile_place", "band", "geom", postgresql_using="gist"),
    schema="indicator",
    postgresql_partition_by="LIST (release_id)",
    comment="located sites in force as tiles draw them, in EPSG:3857",
)
