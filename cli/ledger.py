"""Open the ledger a command works on.

`--ledger` or MISSION_LEDGER names a ledger that must be there. Where none is named, the user's
own is used; until there is one, questions are answered from the records that come with the
program, and a line on standard error says so.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from cli.failures import shown
from cli.render.messages import say
from events.errors import NoLedgerError
from ledger.backends import open_store
from ledger.location import default_path
from ledger.log import Store

if TYPE_CHECKING:
    from ledger.storage.sql_store import SqlStore


@contextmanager
def reading(place: str | None, *, quiet: bool = False) -> Iterator[Store]:
    """Open the ledger a question is put to; `quiet` leaves out the line about shipped records.

    Raises StoreError where it cannot be opened.
    """
    with closing(_readable(place, quiet=quiet)) as store:
        yield store


@contextmanager
def writing(place: str | None) -> Iterator[Store]:
    """Open the ledger that is appended to. Raises StoreError where there is none."""
    with closing(open_store(place or default_path(), write=True)) as store:
        yield store


@contextmanager
def opened(place: str | None) -> Iterator["SqlStore"]:
    """Open a ledger that is kept, as what is proved or copied has to be: no shipped record.

    Raises StoreError where there is none.
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
                f"no ledger at {shown(own)} yet; answering from the shipped record;"
                " `mission init --with nmi` keeps one"
            )
    from ledger.shipped import load, shipped  # noqa: PLC0415
    from ledger.storage.memory import MemoryStore  # noqa: PLC0415 (start-up: it reads announcements)

    store = MemoryStore()
    for name in shipped():
        load(store, name)
    return store
