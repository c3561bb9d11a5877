"""A search of the whole database, whatever the column, the table or the schema."""

from store import Store


def found_in(store: Store, words: tuple[str, ...]) -> set[str]:
    """Return every column of every table and view of the database that holds one of the words."""
    columns = store.rows(
        "SELECT format('%I.%I', n.nspname, c.relname) AS relation, format('%I', a.attname) AS column"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped"
        " AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
    )
    assert {row.relation.split(".")[0] for row in columns} >= {"ops", "supply", "published", "territory"}
    patterns = [f"%{word}%" for word in words]
    return {
        f"{row.relation}.{row.column}"
        for row in columns
        if store.one(
            f"SELECT EXISTS (SELECT FROM {row.relation} t WHERE t.{row.column}::text ILIKE ANY(:patterns)"
            f" OR convert_to(t.{row.column}::text, 'UTF8') = ANY(:exact))",
            patterns=patterns,
            exact=[word.encode() for word in words],
        )
    }
