"""Logs as earlier versions wrote them, and logs that somebody changed."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from events.catalogue import CommandAttested
from events.encoding.codec import EncodedContent, encode, write
from events.entry import Entry
from events.files.announcement import Announcement
from events.source import Source
from ledger.announcements import announcement_id
from ledger.append import append_announcement, batch_of
from projections.record import Record
from tests.plain_store import PlainStore

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def stated(name: str, numbers: Iterable[int]) -> Announcement:
    """Return an announcement that states an event for each number."""
    source = Source(id=name, publisher="A ministry", title=name, language="en", published="2021-06")
    return Announcement(
        source,
        tuple(
            CommandAttested(
                mission="kfor", source=name, on="2021-05", by="DNK", note=f"{name} {number}"
            )
            for number in numbers
        ),
    )


def log_of(*announcements: Announcement) -> list[Entry]:
    """Return the log that announcements make."""
    store = PlainStore(clock=lambda: NOON)
    for each in announcements:
        append_announcement(store, each, by="bo")
    return list(store.entries())


def append_as_before(ledger: Record, announcement: Announcement) -> None:
    """Append an announcement as earlier versions did: its digest is also of what was there."""
    written = {each.id: each for each in batch_of(ledger, announcement).written}
    digest, known, end = announcement_id(written), ledger.known(written), ledger.position()
    new = [each for id_, each in written.items() if id_ not in known]
    ledger.continue_with(
        [encode(each, end + n, NOON, "bo", digest) for n, each in enumerate(new, 1)]
    )


def with_digests(log: Iterable[Entry], changed: Mapping[int, str]) -> list[Entry]:
    """Return a log of which entries at some positions carry other digests."""
    return [
        encode(
            _as_written(each),
            each.position,
            each.recorded_at,
            each.recorded_by,
            changed.get(each.position, each.announcement),
        )
        for each in log
    ]


def recorded(entry: Entry, *, when: datetime | None = None, by: str | None = None) -> Entry:
    """Return an entry as if it had been recorded at another time or by somebody else."""
    return encode(
        _as_written(entry),
        entry.position,
        when or entry.recorded_at,
        by or entry.recorded_by,
        entry.announcement,
    )


def _as_written(entry: Entry) -> EncodedContent:
    return write(entry.content)
