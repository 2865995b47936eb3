"""The log of a shipped record: the stored bytes of its entries, one a line.

It is made from the announcement files (`ledger.shipped.records`), and read in their stead where
there is no ledger, without YAML. A record that is made up is not in it: nobody who asks without a
ledger is to be told of a mission that does not exist.
"""

from importlib.resources import files

from events.entry import Entry

RECORD = "nmi"
"""The record that answers where there is no ledger."""

FILE = "shipped.jsonl"
"""The name of the file in `ledger/records`."""


def shipped_entries() -> list[Entry]:
    """Return the entries of a log with that record, in order."""
    from events.encoding.codec import decode  # noqa: PLC0415 (start-up: it imports pydantic)

    return [decode(line) for line in shipped_bytes().splitlines()]


def shipped_bytes() -> bytes:
    """Return the bytes of the file."""
    return (files("ledger") / "records" / FILE).read_bytes()
