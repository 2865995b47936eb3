"""An append that has begun: the write lock is held, and nothing is committed yet."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from events.entry import Entry
from ledger.log import MissionLedger
from ledger.storage import inline_projection, log_queries
from ledger.storage.inline_projection import (
    InlineProjection,
    PreparedEntry,
    StoredEntry,
    prepare,
)
from ledger.storage.schema import log
from ledger.storage.transaction import Transaction


class OpenAppend(NamedTuple):
    """A transaction that appends: the ledger as it is in it, and the position where it began."""

    transaction: Transaction
    ledger: MissionLedger
    projections: Sequence[InlineProjection]
    end: int
    clock: Callable[[], datetime]

    def add(self, new: Sequence[PreparedEntry]) -> None:
        """Add prepared entries to the log, and apply them to the projections."""
        with log_queries.sound_index(self.ledger.place):
            self.transaction.insert(log, [(each.position, each.raw) for each in new])
            inline_projection.apply(self.transaction, self.projections, new)

    def add_all(self, entries: Iterable[Entry]) -> None:
        """Add entries, not prepared yet."""
        projections = self.projections
        self.add([prepare(projections, StoredEntry(e.position, e.raw, e)) for e in entries])


class Appendable(Protocol):
    """A store that entries can be appended to."""

    def appending(self) -> AbstractContextManager[OpenAppend]:
        """Take the write lock; what is added meanwhile is appended whole, or not at all."""
        ...
