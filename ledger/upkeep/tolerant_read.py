"""What cannot be read, told apart from a ledger that is out of reach."""

from collections.abc import Iterator
from contextlib import contextmanager

from events.errors import BusyLedgerError, StoreError, UnreachableError
from ledger.upkeep.findings import Found

# SQLite's columns take any type of value: text in place of bytes is no bytes.
UNREADABLE = (
    *(StoreError, TypeError, ValueError, ArithmeticError, MemoryError, LookupError),
    AttributeError,
)


def reraise_unavailable(error: Exception) -> None:
    """Raise an error that has nothing to do with what is read."""
    if isinstance(error, BusyLedgerError | UnreachableError):
        raise error


@contextmanager
def reading(what: str, place: str, found: Found) -> Iterator[None]:
    """Take it for a finding, and go on, where a derived table cannot be read."""
    try:
        yield
    except UNREADABLE as error:
        reraise_unavailable(error)
        found("unreadable-index", f"{what} cannot be read: {reason_of(error, place)}", None)


def reason_of(error: Exception, place: str) -> str:
    """Say why something cannot be read."""
    if isinstance(error, StoreError):
        return error.message.removeprefix(f"{place}: ")
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    return f"not bytes ({error})"
