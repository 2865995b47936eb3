"""Make the log that answers without a ledger anew from the record's announcement files.

    python -m tests.shipped_log

The entries are recorded at a fixed time, so that the same files always make the same bytes.
"""

from datetime import UTC, datetime

from ledger.shipped import stored_log
from ledger.shipped.records import load
from tests.plain_store import PlainStore
from tests.ready import RECORDS

RECORDED = datetime(2026, 11, 29, 12, tzinfo=UTC)
"""The time at which the entries of the shipped log were recorded."""


def made() -> bytes:
    """Return the log of the record: the stored bytes, one entry a line."""
    store = PlainStore(clock=lambda: RECORDED)
    load(store, stored_log.RECORD)
    return b"".join(entry.raw + b"\n" for entry in store.entries())


if __name__ == "__main__":
    (RECORDS / stored_log.FILE).write_bytes(made())
