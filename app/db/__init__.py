"""Database: engines, tables, local cluster, COPY and packaged SQL."""
