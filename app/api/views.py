"""The views on the published release, as SQLAlchemy Core sees them: all that the API may read."""

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Float, Integer, Text, column, table
from sqlalchemy.dialects.postgresql import ARRAY, DATERANGE

_SCHEMA = "published"

release = table(
    "release",
    column("id", Integer),
    column("vintage", Date),
    column("fingerprint", Text),
    schema=_SCHEMA,
)
release_history = table(
    "release_history",
    column("id", Integer),
    column("vintage", Date),
    column("status", Text),
    column("built_at", DateTime),
    column("published_at", DateTime),
    column("register", Text),
    column("part", Text),
    column("variant", Text),
    column("file_vintage", Date),
    column("sha256", Text),
    column("file_name", Text),
    schema=_SCHEMA,
)
release_graph = table(
    "release_graph",
    column("release_id", Integer),
    column("fingerprint", Text),
    column("problem", Text),
    schema=_SCHEMA,
)
running = table(
    "running",
    column("id", Integer),
    column("task", Text),
    column("register", Text),
    column("step", Text),
    column("done", BigInteger),
    column("total", BigInteger),
    column("started_at", DateTime),
    column("updated_at", DateTime),
    schema=_SCHEMA,
)
worker = table("worker", column("seen_at", DateTime), schema=_SCHEMA)
source = table("source", column("register", Text), column("vintage", Date), schema=_SCHEMA)
supply_vintage = table(
    "supply_vintage",
    column("register", Text),
    column("vintage", Date),
    schema=_SCHEMA,
)
territory = table(
    "territory",
    column("id", Integer),
    column("level", Text),
    column("code", Text),
    column("name", Text),
    column("kind", Text),
    column("area_km2", Float),
    column("parents", ARRAY(Integer)),
    schema=_SCHEMA,
)
shape = table(
    "shape",
    column("territory_id", Integer),
    column("band", Integer),
    column("geojson", Text),
    schema=_SCHEMA,
)
population = table(
    "population",
    column("territory_id", Integer),
    column("age_class", Text),
    column("sex", Text),
    column("value", Float),
    column("imputed_share", Float),
    column("method", Text),
    column("coverage", Float),
    schema=_SCHEMA,
)
profession = table(
    "profession",
    column("id", Integer),
    column("slug", Text),
    column("label", Text),
    column("feminine", Boolean),
    column("subject", Text),
    column("recourse", Text),
    column("population_age", Text),
    column("population_sex", Text),
    column("position", Integer),
    column("members", ARRAY(Text)),
    column("part_of", Text),
    schema=_SCHEMA,
)
profession_member = table(
    "profession_member",
    column("profession_id", Integer),
    column("profession_code", Text),
    column("skill_code", Text),
    column("category_code", Text),
    schema=_SCHEMA,
)
count = table(
    "count",
    column("territory_id", Integer),
    column("profession_id", Integer),
    column("scope", Text),
    column("headcount", Integer),
    column("weight", Float),
    column("sites", Integer),
    column("unlocated", Integer),
    schema=_SCHEMA,
)
past = table(
    "past",
    column("territory_id", Integer),
    column("profession_id", Integer),
    column("scope", Text),
    column("headcount", ARRAY(Integer)),
    column("weight", ARRAY(Float)),
    column("entries", ARRAY(Integer)),
    column("exits", ARRAY(Integer)),
    column("stays", Integer),
    column("ongoing", Integer),
    column("begun_before", Integer),
    column("median_days", Integer),
    schema=_SCHEMA,
)


def _places() -> tuple[object, ...]:
    return (
        column("site_id", Integer),
        column("valid", DATERANGE),
        column("finess", Text),
        column("number", Text),
        column("repetition", Text),
        column("street", Text),
        column("postcode", Text),
        column("town", Text),
        column("geom", Geometry("POINT", srid=4326)),
        column("location_class", Text),
        column("method", Text),
        column("score", Float),
        column("commune_id", Integer),
        column("territories", ARRAY(Integer)),
    )


practice = table(
    "practice",
    column("id", Integer),
    column("practitioner_id", Integer),
    column("profession_code", Text),
    column("skills", ARRAY(Text)),
    column("liberal", Boolean),
    column("ambulatory", Boolean),
    column("site_name", Text),
    *_places(),  # type: ignore[arg-type]
    schema=_SCHEMA,
)
convention = table(
    "convention",
    column("practitioner_id", Integer),
    column("site_id", Integer),
    column("profession_code", Text),
    column("convention", Text),
    schema=_SCHEMA,
)
convention_count = table(
    "convention_count",
    column("practices", Integer),
    column("known", Integer),
    schema=_SCHEMA,
)
establishment = table(
    "establishment",
    column("id", Integer),
    column("name", Text),
    column("kinds", ARRAY(Text)),
    *_places(),  # type: ignore[arg-type]
    schema=_SCHEMA,
)
