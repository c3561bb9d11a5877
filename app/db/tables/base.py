"""What every table shares: the schemas, the naming of constraints."""

from sqlalchemy import Column, DateTime, MetaData, func

SCHEMAS = ("ops", "staging", "supply", "territory", "network", "indicator", "published", "reserved")
PARTITIONED = (
    *("territory.population", "supply.placement", "supply.convention"),
    *("indicator.count", "indicator.past", "indicator.tile_place"),
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def now(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())
