"""Decide what an append adds to the log, while the store's write lock is held.

    batch + what the log holds ──▶ the contents that are new, or a refusal

Every backend calls this, so that all agree on what is a repetition, a conflict and a no-op.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from events.encoding.codec import Content, EncodedContent, write
from events.entry import Entry
from events.errors import EventError, PositionConflictError, SourceConflictError
from events.record_events import SourceCorrected, statement_of
from events.redaction import looks_like_key
from events.refusals import check_not_in_advance, check_not_in_future
from events.source import Source
from ledger.announcements import announcement_id
from ledger.log import Batch, Log

LARGEST_ENTRY = 65_535
"""In bytes: the most that an entry bundle of C2SP tlog-tiles has room for."""
LARGEST_EVENT = LARGEST_ENTRY - 2048
"""In bytes; the rest is for the envelope: recorder, record time and position."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The events to append, by id in order, and the ids that are in the log already."""

    new: Mapping[str, EncodedContent]
    already: tuple[str, ...]

    @property
    def announcement(self) -> str:
        """The digest under which they are appended."""
        return announcement_id(self.new)


def contents_by_id(batch: Batch) -> dict[str, EncodedContent]:
    """Return the contents of a batch by id; duplicates count once."""
    return {each.id: each for each in batch.written or map(write, batch.contents)}


def all_ids(contents: Mapping[str, EncodedContent]) -> set[str]:
    """Return the ids of contents, and those under which an earlier version recorded them."""
    return {*contents, *(each.earlier_id for each in contents.values() if each.earlier_id)}


def source_named(store: Log, name: str) -> Source | None:
    """Return the source with an id, or None where the log does not describe it."""
    contents = (entry.content for entry in store.of_sources([name]))
    return next((content for content in contents if isinstance(content, Source)), None)


def decide(
    contents: Mapping[str, EncodedContent],
    known: frozenset[str],
    described: Callable[[str], Source | None],
    *,
    position: int,
    expected: int | None,
    recorded: datetime,
) -> Decision:
    """Decide which contents to append, given by id, when the log holds the ids in `known`.

    `known` is asked for `all_ids` of the contents: what an earlier version recorded is there.

    `described` returns the source that the log describes under an id; `recorded` is the record
    time. Raises PositionConflictError, SourceConflictError, ReportedInAdvanceError,
    PublishedInFutureError, RetrievedInFutureError, and EventError for an event that is too large.
    """
    if expected is not None and expected != position:
        raise PositionConflictError(expected, position)
    found = {
        id_: id_ if id_ in known or written.earlier_id not in known else written.earlier_id
        for id_, written in contents.items()
    }
    new = {id_: written for id_, written in contents.items() if found[id_] not in known}
    first: dict[str, Source] = {}
    source_of = cache(lambda name: first.get(name) or described(name))
    for written in new.values():
        _check_size(written)
        _check_source(written.content, described, first)
    for written in new.values():
        _check_dates(written.content, source_of, recorded)
    return Decision(new, tuple(id_ for id_ in found.values() if id_ and id_ in known))


def check_continuation(
    entries: Sequence[Entry],
    last: int,
    known: frozenset[str],
    described: Callable[[str], Source | None],
) -> None:
    """Check that entries can follow position `last` byte for byte.

    Raises PositionConflictError, EventError and SourceConflictError.
    """
    seen = set(known)
    first: dict[str, Source] = {}
    for position, entry in enumerate(entries, last + 1):
        if entry.position != position:
            raise PositionConflictError(entry.position - 1, position - 1)
        if entry.id in seen:
            raise EventError(f"the entry for position {position} is in the log already")
        if len(entry.raw) > LARGEST_ENTRY:
            raise EventError(
                f"the entry for position {position} is larger than {LARGEST_ENTRY:,} bytes"
            )
        seen.add(entry.id)
        _check_source(entry.content, described, first)


def _check_size(written: EncodedContent) -> None:
    if len(written.data) > LARGEST_EVENT:
        raise EventError(
            f"a {written.content.type} of {len(written.data):,} bytes is too large; an event has"
            f" at most {LARGEST_EVENT:,}",
            hint="shorten its texts",
        )


def _check_source(
    given: Content, described: Callable[[str], Source | None], first: dict[str, Source]
) -> None:
    """Refuse a source whose id the log, or an entry before it, describes differently.

    `first` maps ids to the sources of earlier entries; this one is added. Raises
    SourceConflictError.
    """
    if not isinstance(given, Source):
        return
    existing = described(given.id) or first.setdefault(given.id, given)
    if existing is not given:
        raise source_conflict(existing, given)


def _check_dates(
    given: Content, source_of: Callable[[str], Source | None], recorded: datetime
) -> None:
    """Refuse a source from the future, and a report of what lies after its source came out.

    Raises PublishedInFutureError, RetrievedInFutureError and ReportedInAdvanceError.
    """
    today = recorded.toordinal()
    if isinstance(given, Source):
        check_not_in_future(given.id, given.published, given.retrieved, today)
    elif isinstance(given, SourceCorrected):
        check_not_in_future(given.about, given.published, given.retrieved, today)
    elif (claim := statement_of(given)) and (source := source_of(claim.source or "")):
        check_not_in_advance(claim, source.id, source.publication)


def source_conflict(existing: Source, given: Source) -> SourceConflictError:
    """Return the error for a source that is described already, naming the fields that differ."""
    differing = [
        f"{name} ({getattr(existing, name)!s} there, {getattr(given, name)!s} here)"
        for name in type(existing).model_fields
        if getattr(existing, name) != getattr(given, name)
    ]
    return SourceConflictError(
        f"source {given.id} is described already, with a different"
        f" {', a different '.join(differing)}",
        hint="use the ledger's description (`mission sources`), or give this document another id",
    )


def check_name(by: str) -> str:
    """Return the recorder's name if it is valid. Raises EventError."""
    if not by.strip() or len(by) > 100:
        raise EventError("the recorder's name must have 1 to 100 characters", hint="--by NAME")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in by):
        raise EventError("the recorder's name contains a control character", hint="--by NAME")
    if looks_like_key(by):
        raise EventError(
            "the recorder's name looks like a private key, or a part of one",
            hint="set --by NAME or MISSION_BY; the default is the login name (LOGNAME, USER)",
        )
    return by
