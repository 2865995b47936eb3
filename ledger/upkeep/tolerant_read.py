"""Read damaged data: turn errors into findings, unless the ledger itself cannot be reached."""

from collections.abc import Iterator
from contextlib import contextmanager

from events.errors import BusyLedgerError, FullDiskError, StoreError, UnreachableError
from ledger.upkeep.findings import AddFinding

# SQLite's columns take values of any type: a damaged one may hold text in place of bytes.
UNREADABLE = (
    *(StoreError, TypeError, ValueError, ArithmeticError, MemoryError, LookupError),
    AttributeError,
)


def reraise_unavailable(error: Exception) -> None:
    """Raise the error again if the ledger is unavailable, or a disk full: data is not at fault."""
    if isinstance(error, BusyLedgerError | FullDiskError | UnreachableError):
        raise error


@contextmanager
def reading(what: str, place: str, add: AddFinding) -> Iterator[None]:
    """Turn an error in reading a derived table into a finding, and continue."""
    try:
        yield
    except UNREADABLE as error:
        reraise_unavailable(error)
        add("unreadable-index", f"{what} cannot be read: {reason_of(error, place)}", None)


def reason_of(error: Exception, place: str) -> str:
    """Return why something cannot be read, as text."""
    if isinstance(error, StoreError):
        return error.message.removeprefix(f"{place}: ")
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    return f"not bytes ({error})"
