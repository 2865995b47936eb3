"""Append a batch, or the entries of another log, to a store.

A lost connection is tried again. An attempt that was committed although its acknowledgement was
lost is recognised by its record time, and is not repeated.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from events.encoding.codec import encode
from events.entry import Entry
from ledger.clock import microseconds
from ledger.decide import all_ids, check_continuation, check_name, contents_by_id, decide
from ledger.log import Batch, Receipt
from ledger.storage import log_queries
from ledger.storage.open_append import Appendable
from ledger.storage.retry import with_retries
from ledger.storage.transaction import Transaction

Attempt = tuple[datetime, str, int]
"""The record time, the announcement digest and the position before an attempted append."""


def append_batch(store: Appendable, batch: Batch, *, by: str, expected: int | None) -> Receipt:
    """Append a batch atomically (`ledger.log.Log.append`)."""
    check_name(by)
    attempts: list[Attempt] = []
    return with_retries(lambda: _attempt(store, batch, by, expected, attempts))


def _attempt(
    store: Appendable, batch: Batch, by: str, expected: int | None, attempts: list[Attempt]
) -> Receipt:
    batch_by_id = contents_by_id(batch)
    with store.appending() as log_:
        writer, last = log_.transaction, log_.end
        if receipt := _committed(writer, batch_by_id, by, attempts):
            return receipt
        now = log_.clock()
        planned = decide(
            batch_by_id,
            log_queries.known(writer, all_ids(batch_by_id)),
            lambda id_: log_queries.source_described(writer, id_),
            position=last,
            expected=expected,
            recorded=now,
        )
        announcement = planned.announcement
        attempts.append((now, announcement, last))
        new_entries = [
            encode(written, position, now, by, announcement)
            for position, written in enumerate(planned.new.values(), last + 1)
        ]
        log_.add_all(new_entries)
    return Receipt(tuple(new_entries), planned.already, last + len(new_entries))


def continue_log(store: Appendable, entries: Sequence[Entry]) -> int:
    """Append entries exactly as another ledger recorded them (`Ledger.continue_with`)."""
    with store.appending() as log_:
        writer = log_.transaction
        sources = [entry.source or "" for entry in entries if entry.mission is None]
        there = log_queries.described_among(writer, sources)
        check_continuation(
            entries,
            log_.end,
            log_queries.known(writer, (entry.id for entry in entries)),
            lambda id_: log_queries.source_described(writer, id_) if id_ in there else None,
        )
        log_.add_all(entries)
    return log_.end + len(entries)


def _committed(
    transaction: Transaction, ids: Iterable[str], by: str, attempts: Sequence[Attempt]
) -> Receipt | None:
    """Return the receipt of an earlier attempt that was committed but not acknowledged, if any."""
    committed = [
        entry
        for moment, announcement, before in dict.fromkeys(attempts)
        for entry in log_queries.recorded_then(transaction, microseconds(moment), after=before)
        if (entry.announcement, entry.recorded_by) == (announcement, by)
    ]
    if not committed:
        return None
    new = {entry.id for entry in committed}
    already = tuple(id_ for id_ in ids if id_ not in new)
    return Receipt(tuple(committed), already, committed[-1].position)
