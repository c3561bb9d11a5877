"""Alembic's environment: runs on the connection that ``app.db.migrate`` gives."""

from alembic import context
from geoalchemy2 import alembic_helpers

from app.db.tables import SCHEMAS, metadata


def include_name(name: str | None, kind: str, parents: dict[str, str | None]) -> bool:
    """Compare only our schemas, and leave out partitions and staging tables."""
    if kind == "schema":
        return name in SCHEMAS and name not in ("staging", "published", "reserved")
    if kind == "table":
        return "_release_" not in (name or "")
    return parents.get("schema_name") != "staging"


def run() -> None:
    """Run the migrations on the given connection, in its transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        include_schemas=True,
        include_name=include_name,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        version_table_schema="ops",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
