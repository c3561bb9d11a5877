"""Every stored table: the truth that Alembic's migrations are compared with.

Integer keys inside, official codes outside. Geometries are EPSG:4326. What belongs to one release is
partitioned by ``release_id``; dropping a release drops its partitions.
"""

from app.db.tables.alert import alert, alert_message
from app.db.tables.base import PARTITIONED, SCHEMAS, metadata
from app.db.tables.indicator import (
    count,
    profession,
    profession_group,
    profession_member,
    release_profession,
)
from app.db.tables.judgement import finding, judgement, release_measure
from app.db.tables.need import need
from app.db.tables.network import graph, origins, release_graph, release_origins, travel_time
from app.db.tables.ops import job_run, key_mark, release, release_input, release_supply, source_file
from app.db.tables.quality import folding, placing, reference
from app.db.tables.score import score
from app.db.tables.security import api_key, audit, opposition, web_session
from app.db.tables.supply import (
    act_count,
    address,
    age_count,
    authorised,
    cedex,
    convention,
    convention_count,
    establishment,
    exercise,
    geocoded,
    line_mark,
    locality,
    placement,
    practice,
    practitioner,
    site,
    street,
    street_match,
    written_address,
)
from app.db.tables.territory import (
    basemap,
    cell,
    cell_split,
    iris_population,
    membership,
    population,
    shape,
    stated_population,
    territory,
)
from app.db.tables.tiles import tile_place, tile_shape
from app.db.tables.time import past, pyramid

__all__ = [
    "PARTITIONED",
    "SCHEMAS",
    "act_count",
    "address",
    "age_count",
    "alert",
    "alert_message",
    "api_key",
    "audit",
    "authorised",
    "basemap",
    "cedex",
    "cell",
    "cell_split",
    "convention",
    "convention_count",
    "count",
    "establishment",
    "exercise",
    "finding",
    "folding",
    "geocoded",
    "graph",
    "iris_population",
    "job_run",
    "judgement",
    "key_mark",
    "line_mark",
    "locality",
    "membership",
    "metadata",
    "need",
    "opposition",
    "origins",
    "past",
    "placement",
    "placing",
    "population",
    "practice",
    "practitioner",
    "profession",
    "profession_group",
    "profession_member",
    "pyramid",
    "reference",
    "release",
    "release_graph",
    "release_input",
    "release_measure",
    "release_origins",
    "release_profession",
    "release_supply",
    "score",
    "shape",
    "site",
    "source_file",
    "stated_population",
    "street",
    "street_match",
    "territory",
    "tile_place",
    "tile_shape",
    "travel_time",
    "web_session",
    "written_address",
]
