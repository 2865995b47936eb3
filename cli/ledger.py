"""Open the ledger that a command works on.

`--ledger` or MISSION_LEDGER names a ledger, which must exist. Without them the user's default
ledger is used; while that does not exist, questions are answered from the records that are shipped
with the program, and a line on standard error says so.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cli.failures import printable_text
from cli.render.messages import say
from cli.render.progress import progress
from events.errors import NoLedgerError
from ledger.location import default_path
from projections.question import ClaimStore
from projections.record import open_record

if TYPE_CHECKING:
    from projections.record import Record


@contextmanager
def reading(place: str | None, *, quiet: bool = False) -> Iterator[ClaimStore]:
    """Open a ledger for questions; `quiet` suppresses the line about shipped records.

    Raises StoreError if it cannot be opened.
    """
    with closing(_readable(place, quiet=quiet)) as store:
        yield store


@contextmanager
def writing(place: str | None) -> Iterator[ClaimStore]:
    """Open a ledger to append to. Raises StoreError if it does not exist."""
    with closing(_opened(place or default_path(), write=True)) as store:
        yield store


@contextmanager
def existing_ledger(place: str | None, *, check: bool = True) -> Iterator["Record"]:
    """Open a ledger for proofs or copies: it must exist, the shipped record is no substitute.

    `check` is that of `open_record`. Raises StoreError if it does not exist.
    """
    with closing(_opened(place or default_path(), check=check)) as store:
        yield store


def _opened(place: str | Path, *, write: bool = False, check: bool = True) -> "Record":
    return open_record(place, write=write, check=check, verifying=progress("verifying"))


def _readable(place: str | None, *, quiet: bool) -> ClaimStore:
    if place:
        return _opened(place)
    own = default_path()
    try:
        return _opened(own)
    except NoLedgerError:
        if not quiet:
            say(
                f"no ledger at {printable_text(own)} yet; answering from the shipped record;"
                " `mission init --with nmi` creates one"
            )
    from ledger.shipped import load, shipped  # noqa: PLC0415
    from projections.memory import MemoryStore  # noqa: PLC0415 (start-up: it reads announcements)

    store = MemoryStore()
    for name in shipped():
        load(store, name)
    return store
