"""Name the place in errors of a database.

An Engine's event translates the errors of its driver (`ledger.storage.sqlite_errors`,
`ledger.storage.postgresql_errors`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from events.errors import DamagedLedgerError, StoreError

NOTHING = "for this announcement, nothing was appended"
"""The hint where an append fails; announcements that the same call appended before remain."""
FULL = f"{NOTHING}; free some space and try again: announcements that were appended remain"
"""The hint where an append fails because a disk is full."""


@contextmanager
def translated_errors(place: str) -> Iterator[None]:
    """Raise StoreError or a subclass, with the place in the message."""
    try:
        yield
    except UnicodeDecodeError:
        raise DamagedLedgerError(
            f"{place} is damaged: it holds a text that is not UTF-8",
            hint="leave the file unchanged; find the damage with `mission verify`",
        ) from None
    except DamagedLedgerError as error:
        if error.message.startswith(place):
            raise
        raise DamagedLedgerError(
            f"{place}: {error.message}", position=error.position, hint=error.hint
        ) from None
    except sa.exc.SQLAlchemyError as error:
        text = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise StoreError(f"{place}: error of the database: {text}") from error
