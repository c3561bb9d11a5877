"""Alembic migrations; the tables' truth is ``app.db.tables``."""
