"""What marks a file as a ledger, and of which schema: kept where looking needs no SQLAlchemy."""

REVISION = "0001"
"""The newest schema revision; a test compares it with Alembic's head."""

APPLICATION_ID = 0x4D4C6467
"""Marks a SQLite file as a mission ledger (PRAGMA application_id; "MLdg" in ASCII)."""
