"""The schema of the SQL log, version by version (Alembic)."""
