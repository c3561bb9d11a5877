"""Loading of parsed rows into unlogged text tables, and their checks."""
