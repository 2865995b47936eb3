"""Turn an announcement into a batch: expand shortened ids and complete corrections.

What an event refers to must be in the log already. It is looked up before the write lock is
taken, which is safe because entries are never removed from the log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from events.bearings import can_be_preferred
from events.claim_event import ClaimEvent, Event
from events.encoding.codec import Content, write
from events.entry import Entry
from events.errors import EventError, LookupFailure
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    RecordEvent,
    SourceEvent,
)
from events.source import Source
from ledger.log import Batch, Receipt, Store
from ledger.source_dependence import check_sources


class AnnouncementContent(Protocol):
    """One source (none for the record-keeper's own events) and the events it states."""

    @property
    def source(self) -> Source | None:
        """The published document."""

    @property
    def events(self) -> tuple[Event, ...]:
        """The events that it states."""


@dataclass(frozen=True, slots=True)
class RecordKeeperEvents:
    """The record-keeper's own events, as an announcement that has no source."""

    events: tuple[Event, ...]
    source: Source | None = None


def append_announcement(
    store: Store, announcement: AnnouncementContent, *, by: str, expected: int | None = None
) -> Receipt:
    """Append an announcement whole or not at all; entries already in the log are skipped.

    Raises LookupFailure where a record event refers to an event that does not exist or that it
    cannot refer to, EventError where a correction changes nothing, CircularSourceError where a
    source would come to depend on itself, and whatever `Store.append` raises.
    """
    return store.append(batch_of(store, announcement), by=by, expected=expected)


def batch_of(store: Store, announcement: AnnouncementContent) -> Batch:
    """Resolve an announcement's references against a log, and encode it for `Store.append`.

    Raises LookupFailure, EventError and CircularSourceError as `append_announcement` does.
    """
    for mission in dict.fromkeys(event.mission for event in announcement.events):
        check_mission(store, mission)
    events = [resolve(store, event) for event in announcement.events]
    source: tuple[Content, ...] = (announcement.source,) if announcement.source else ()
    _check_described(store, events, announcement.source)
    written = tuple(write(content) for content in (*source, *events))
    check_sources(store, written)
    return Batch(tuple(each.content for each in written), written)


def _check_described(store: Store, events: Iterable[Event], given: Source | None) -> None:
    """Refuse an event about a source that is not described. Raises LookupFailure."""
    about = {event.about for event in events if isinstance(event, SourceEvent)}
    for name in sorted(about - ({given.id} if given else set()) - store.descriptions(about).keys()):
        raise LookupFailure(f"no source is called {name}", hint="see `mission sources`")


def check_mission(store: Store, name: str) -> None:
    """Refuse a new mission under a name or alias of another mission. Raises EventError."""
    missions = store.mission_named(name)
    if missions and name not in missions:
        raise EventError(
            f"{name} is an alias of {' and '.join(missions)}, not a mission of its own",
            hint=f"write mission: {missions[0]}",
        )


def resolve(store: Store, event: Event) -> Event:
    """Return the event with its references expanded to full ids of entries it can refer to."""
    if isinstance(event, ClaimRetracted):
        return event.model_copy(update={"target": _target(store, event, event.target).id})
    if isinstance(event, ClaimCorrected):
        return _correction(store, event)
    if isinstance(event, ReadingPreferred):
        return _preference(store, event)
    return event


def entry_named(store: Store, name: str) -> Entry:
    """Return the one entry whose id starts with `name`. Raises LookupFailure."""
    found = store.starting_with(name.lower(), limit=6)
    if not found:
        raise LookupFailure(f"no event has an id that starts with {name}", hint="see `mission log`")
    if len(found) > 1:
        listed = ", ".join(f"{entry.id[:12]} (position {entry.position})" for entry in found)
        raise LookupFailure(f"{name} is ambiguous: it matches {listed}", hint="give more of the id")
    return found[0]


def _target(store: Store, event: RecordEvent, name: str) -> Entry:
    entry = entry_named(store, name)
    if isinstance(entry.content, Source):
        raise LookupFailure(f"{name} is a source, not an event: there is no claim to retract")
    if entry.mission != event.mission:
        raise LookupFailure(f"{name} is an event of {entry.mission}, not of {event.mission}")
    return entry


def _correction(store: Store, event: ClaimCorrected) -> ClaimCorrected:
    target = _target(store, event, event.target)
    old = target.content.claim if isinstance(target.content, ClaimCorrected) else target.content
    if not isinstance(old, ClaimEvent):
        raise LookupFailure(
            f"{event.target} is a {target.content.type}, which makes no claim to correct",
            hint="retract it instead",
        )
    source = event.claim.source or event.source or old.source
    claim = event.claim.model_copy(update={"mission": event.mission, "source": source})
    if claim == old:
        raise EventError(f"this correction of {event.target} changes nothing")
    return event.model_copy(update={"target": target.id, "claim": claim})


def _preference(store: Store, event: ReadingPreferred) -> ReadingPreferred:
    chosen = []
    place = (event.facet, event.key, event.period)
    for name in event.claims:
        entry = _target(store, event, name)
        if not can_be_preferred(entry.content, place, event.role):
            raise LookupFailure(
                f"{name} makes no claim about the {event.role.value} of {event.facet} {event.key},"
                f" period {event.period}"
            )
        chosen.append(entry.id)
    return event.model_copy(update={"claims": tuple(dict.fromkeys(chosen))})
