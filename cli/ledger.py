"""Open the ledger that a command works on.

`--ledger` or MISSION_LEDGER names a ledger, which must exist. Without them the user's default
ledger is used; while that does not exist, questions are answered from the record that is shipped
with the program, and a line on standard error says so.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from cli.render.messages import say
from cli.render.progress import progress
from events.errors import DamagedLedgerError, NoLedgerError, StoreError, UnreachableError
from ledger.location import default_path
from ledger.shipped.stored_log import shipped_entries
from projections.record import Record, open_record, record_in_memory

MOST_TRIED = 2000
"""The most events that a dry run keeps other writers waiting for: about two seconds."""


@contextmanager
def reading(place: str | None, *, quiet: bool = False) -> Iterator[Record]:
    """Open a ledger for questions; `quiet` suppresses the line about the shipped record.

    Raises StoreError if it cannot be opened.
    """
    record, _ = _readable(place, quiet=quiet)
    with closing(record):
        yield record


@contextmanager
def writing(place: str | None) -> Iterator[Record]:
    """Open a ledger to append to. Raises StoreError if it does not exist."""
    with closing(_opened(place or default_path(), write=True)) as record:
        yield record


@contextmanager
def trying(place: str | None, *, events: int) -> Iterator[Record]:
    """Open a ledger, or the shipped record, for a dry run: see `trial_of`."""
    record, where = _readable(place, quiet=False)
    with closing(record), trial_of(record, where, events=events) as tried:
        yield tried


@contextmanager
def trial_of(record: Record, place: str | Path | None, *, events: int) -> Iterator[Record]:
    """Yield a record open for reading for appends of some `events` that are discarded.

    `place` is where it is opened to write, None for one in memory. Where it cannot be written, or
    another writer holds the write lock for too long, they go to a temporary copy, which a line on
    standard error says; more than MOST_TRIED go there too. Print nothing and ask nobody inside:
    other writers wait.
    """
    with ExitStack() as stack:
        if events > MOST_TRIED:
            yield stack.enter_context(record.temporary_copy())
            return
        try:
            writer = record
            if place:
                writer = stack.enter_context(closing(open_record(place, write=True, check=False)))
            tried = stack.enter_context(writer.trial())
        except (DamagedLedgerError, UnreachableError):
            raise
        except StoreError as error:
            tried = stack.enter_context(record.temporary_copy())
            say(f"{error.message}; the dry run is on a temporary copy")
        yield tried


@contextmanager
def existing_ledger(place: str | None, *, check: bool = True) -> Iterator[Record]:
    """Open a ledger for proofs or copies: it must exist, the shipped record is no substitute.

    `check` is that of `open_record`. Raises StoreError if it does not exist.
    """
    with closing(_opened(place or default_path(), check=check)) as record:
        yield record


def _opened(place: str | Path, *, write: bool = False, check: bool = True) -> Record:
    return open_record(place, write=write, check=check, verifying=progress("verifying"))


def _readable(place: str | None, *, quiet: bool) -> tuple[Record, str | Path | None]:
    """Return a record open for reading, and its place; None for the shipped record in memory."""
    if place:
        return _opened(place), place
    own = default_path()
    try:
        return _opened(own), own
    except NoLedgerError:
        if not quiet:
            say(
                f"no ledger at {own} yet; answering from the shipped record;"
                " `mission init --with nmi` creates one"
            )
    shipped = record_in_memory()
    shipped.continue_with(shipped_entries())
    return shipped, None
