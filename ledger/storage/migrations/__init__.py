"""The schema migrations of the SQL log (Alembic)."""
