"""The database of a ledger as a transaction that appends sees it, before it is committed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import RLock

import sqlalchemy as sa

from events.errors import UnreachableError
from ledger.storage.inline_projection import InlineProjection
from ledger.storage.transaction import Transaction


class TrialDatabase:
    """What a store on it appends is a savepoint; what it reads includes what was appended."""

    def __init__(self, place: str, connection: sa.Connection) -> None:
        self.place = place
        self._connection = connection
        self._lock = RLock()
        self._reader = Transaction(connection)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read what the log holds, and what was appended to it in the trial."""
        with self._lock:
            self._check_connected()
            yield self._reader

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Begin a savepoint, and roll back to it if an error is raised."""
        with self._lock:
            self._check_connected()
            with self._connection.begin_nested():
                yield Transaction(self._connection)

    def _check_connected(self) -> None:
        if self._connection.invalidated:
            raise UnreachableError(f"{self.place}: the connection was lost", hint="try again")

    def grant_rights(self, projections: object) -> None:
        """Do nothing: a trial is rolled back."""

    def faults(self, projections: Sequence[InlineProjection]) -> Iterator[str]:  # noqa: ARG002
        """Yield nothing: a database is checked outside of trials."""
        yield from ()

    def close(self) -> None:
        """Do nothing: the trial ends with its context."""
