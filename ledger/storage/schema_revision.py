"""The mark of a ledger and its schema revision, checked without Alembic."""

from events.errors import NewerLedgerError, OlderLedgerError

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""Every schema revision, the oldest first; a test compares them with Alembic's."""

REVISION = REVISIONS[-1]

APPLICATION_ID = 0x4D4C6467
"""Marks a SQLite file as a mission ledger (PRAGMA application_id; "MLdg" in ASCII)."""


def check_revision(found: str, place: str) -> None:
    """Raise OlderLedgerError or NewerLedgerError for a ledger of another schema revision."""
    if found == REVISION:
        return
    message = f"{place} has schema revision {found}; this program uses {REVISION}"
    if found in REVISIONS:
        raise OlderLedgerError(message, hint="upgrade it with `mission rebuild`")
    raise NewerLedgerError(message, hint="install a newer version of mission-ledger")
