"""What an append comes to, decided under the store's lock.

    batch + what the log holds ──▶ the contents that are new, or a refusal

Every backend asks this, so that they agree on what is a repetition, a conflict and a no-op.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from events.encoding.codec import Content, EncodedContent, Entry, write
from events.errors import EventError, PositionConflictError, SourceConflictError
from events.redaction import may_be_key
from events.source import Source
from ledger.announcements import announcement_id
from ledger.log import Batch, Store

LARGEST_ENTRY = 65_535
"""In bytes: what an entry bundle of C2SP tlog-tiles has room for."""
LARGEST_EVENT = LARGEST_ENTRY - 2048
"""The rest is for the envelope: who recorded it, when, at which position."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The events to append, by id in order, and the ids that are in the log already."""

    new: Mapping[str, EncodedContent]
    already: tuple[str, ...]

    @property
    def announcement(self) -> str:
        """The digest under which they are appended."""
        return announcement_id(self.new)


def by_id(batch: Batch) -> dict[str, EncodedContent]:
    """Return what a batch brings by id; one that is given twice counts once."""
    return {each.id: each for each in batch.written or map(write, batch.contents)}


def source_named(store: Store, name: str) -> Source | None:
    """Return the source that goes by an id, where the log describes it."""
    contents = (entry.content for entry in store.of_sources([name]))
    return next((content for content in contents if isinstance(content, Source)), None)


def decide(
    wanted: Mapping[str, EncodedContent],
    known: frozenset[str],
    described: Callable[[str], Source | None],
    *,
    position: int,
    expected: int | None,
) -> Decision:
    """Decide what of a batch to append, given the ids in it that the log holds.

    `described` returns the source the log knows under an id. Raises PositionConflictError and
    SourceConflictError.
    """
    if expected is not None and expected != position:
        raise PositionConflictError(expected, position)
    new = {id_: written for id_, written in wanted.items() if id_ not in known}
    first: dict[str, Source] = {}
    for written in new.values():
        _fits(written)
        _check_source(written.content, described, first)
    return Decision(new, tuple(id_ for id_ in wanted if id_ in known))


def check_continuation(
    entries: Sequence[Entry],
    last: int,
    known: frozenset[str],
    described: Callable[[str], Source | None],
) -> None:
    """Make sure that recorded entries can follow position `last` as they are.

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
            raise EventError(f"the entry for position {position} is too large for the log")
        seen.add(entry.id)
        _check_source(entry.content, described, first)


def _fits(written: EncodedContent) -> None:
    if len(written.data) > LARGEST_EVENT:
        raise EventError(
            f"a {written.content.type} of {len(written.data):,} bytes is larger than an entry of"
            f" the log can be ({LARGEST_EVENT:,})",
            hint="shorten its texts",
        )


def _check_source(
    given: Content, described: Callable[[str], Source | None], first: dict[str, Source]
) -> None:
    """Refuse a source under an id that the log, or an entry before it, describes otherwise.

    `first` is what came before, by id, and is added to. Raises SourceConflictError.
    """
    if not isinstance(given, Source):
        return
    there = described(given.id) or first.setdefault(given.id, given)
    if there is not given:
        raise conflict(there, given)


def conflict(there: Source, given: Source) -> SourceConflictError:
    """Return the error that a source is described already, saying how the two differ."""
    differing = [
        f"{name} ({getattr(there, name)!s} there, {getattr(given, name)!s} here)"
        for name in type(there).model_fields
        if getattr(there, name) != getattr(given, name)
    ]
    return SourceConflictError(
        f"source {given.id} is described already, with another {', another '.join(differing)}",
        hint="describe it as the ledger does (`mission sources`), or give this document an id"
        " of its own",
    )


def check_name(by: str) -> str:
    """Return the name of whoever records, or raise EventError where it cannot be one."""
    if not by.strip() or len(by) > 100:
        raise EventError("the name of whoever records has 1 to 100 characters", hint="--by NAME")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in by):
        raise EventError("the name of whoever records holds a control character", hint="--by NAME")
    if may_be_key(by):
        raise EventError(
            "the name of whoever records looks like a private key, or a part of one",
            hint="--by NAME, or MISSION_BY; without them it is the login name (LOGNAME, USER)",
        )
    return by
