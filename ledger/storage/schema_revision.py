"""What marks a database as a ledger, and of which schema: kept where looking is cheap."""

from events.errors import NewerLedgerError, OlderLedgerError

REVISIONS = ("0001", "0002", "0003", "0004")
"""Every schema revision there has been; a test compares them with Alembic's."""

REVISION = REVISIONS[-1]

APPLICATION_ID = 0x4D4C6467
"""Marks a SQLite file as a mission ledger (PRAGMA application_id; "MLdg" in ASCII)."""


def check_revision(found: str, place: str) -> None:
    """Refuse a ledger of another revision. Raises OlderLedgerError or NewerLedgerError."""
    if found == REVISION:
        return
    said = f"{place} has schema revision {found}; this program uses {REVISION}"
    if found in REVISIONS:
        raise OlderLedgerError(said, hint="`mission rebuild` brings it up to date")
    raise NewerLedgerError(said, hint="install a newer mission-ledger")
