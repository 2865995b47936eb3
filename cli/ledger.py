"""Open the ledger that a command works on.

`--ledger` or MISSION_LEDGER names a ledger, which must exist. Without them the user's default
ledger is used; while that does not exist, questions are answered from the records that are shipped
with the program, and a line on standard error says so.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from cli.failures import printable_text
from cli.render.messages import say
from events.errors import NoLedgerError
from ledger.backends import open_store
from ledger.location import default_path
from ledger.log import Store

if TYPE_CHECKING:
    from ledger.storage.sql_store import SqlStore


@contextmanager
def reading(place: str | None, *, quiet: bool = False) -> Iterator[Store]:
    """Open a ledger for questions; `quiet` suppresses the line about shipped records.

    Raises StoreError if it cannot be opened.
    """
    with closing(_readable(place, quiet=quiet)) as store:
        yield store


@contextmanager
def writing(place: str | None) -> Iterator[Store]:
    """Open a ledger to append to. Raises StoreError if it does not exist."""
    with closing(open_store(place or default_path(), write=True)) as store:
        yield store


@contextmanager
def existing_ledger(place: str | None) -> Iterator["SqlStore"]:
    """Open a ledger for proofs or copies: it must exist, the shipped record is no substitute.

    Raises StoreError if it does not exist.
    """
    with closing(open_store(place or default_path())) as store:
        yield store


def _readable(place: str | None, *, quiet: bool) -> Store:
    if place:
        return open_store(place)
    own = default_path()
    try:
        return open_store(own)
    except NoLedgerError:
        if not quiet:
            say(
                f"no ledger at {printable_text(own)} yet; answering from the shipped record;"
                " `mission init --with nmi` creates one"
            )
    from ledger.shipped import load, shipped  # noqa: PLC0415
    from ledger.storage.memory import MemoryStore  # noqa: PLC0415 (start-up: it reads announcements)

    store = MemoryStore()
    for name in shipped():
        load(store, name)
    return store
