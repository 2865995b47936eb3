"""Turn an announcement into a batch: expand shortened ids and complete corrections.

What an event refers to must be in the log already, or come before it in the same announcement. It
is looked up before the write lock is taken, which is safe because entries are never removed from
the log.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from events.bearings import can_be_preferred
from events.claim_event import ClaimEvent, Event
from events.encoding.codec import Content, EncodedContent, event_id, write
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

SHOWN = 12
"""How many digits of an id messages show."""


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
    references = References(store, announcement.source)
    source = (write(announcement.source),) if announcement.source else ()
    written = (*source, *map(references.resolve, announcement.events))
    check_sources(store, written)
    return Batch(tuple(each.content for each in written), written)


def check_mission(store: Store, name: str) -> None:
    """Refuse a new mission under a name or alias of another mission. Raises EventError."""
    missions = store.mission_named(name)
    if missions and name not in missions:
        raise EventError(
            f"{name} is an alias of {' and '.join(missions)}, not a mission of its own",
            hint=f"write mission: {missions[0]}",
        )


class Target(NamedTuple):
    """An event that another one refers to: its id in the log, and its content."""

    id: str
    content: Content


class References:
    """Resolves what the events of one announcement refer to, given to it in order."""

    def __init__(self, store: Store, source: Source | None = None) -> None:
        self._store = store
        self._source = source
        self._before: dict[str, EncodedContent] = {}

    def resolve(self, event: Event) -> EncodedContent:
        """Return an event, encoded, with its references expanded; later ones can refer to it.

        Raises LookupFailure and EventError as `append_announcement` does.
        """
        if isinstance(event, SourceEvent):
            self._check_described(event.about)
        expanded = self.expand(event)
        written = write(expanded)
        self._before[written.id if expanded is event else event_id(event)] = written
        return written

    def expand(self, event: Event) -> Event:
        """Return an event with its references expanded to full ids of events before it."""
        if isinstance(event, ClaimRetracted):
            return event.model_copy(update={"target": self._target(event, event.target).id})
        if isinstance(event, ClaimCorrected):
            return self._correction(event)
        if isinstance(event, ReadingPreferred):
            return self._preference(event)
        return event

    def _target(self, event: RecordEvent, name: str) -> Target:
        found = self._own(name)
        if found is None:
            entry = entry_named(self._store, name)
            found = Target(entry.id, entry.content)
        name = name[:SHOWN]
        if isinstance(found.content, Source):
            raise LookupFailure(f"{name} is a source, not an event: there is no claim to retract")
        if found.content.mission != event.mission:
            mission = found.content.mission
            raise LookupFailure(f"{name} is an event of {mission}, not of {event.mission}")
        return found

    def _own(self, id_: str) -> Target | None:
        """Return the event of this announcement with an id, as it is in the log or will be."""
        written = self._before.get(id_)
        if written is None:
            return None
        ids = [each for each in (written.id, written.earlier_id) if each]
        known = self._store.known(ids)
        return Target(next((each for each in ids if each in known), written.id), written.content)

    def _check_described(self, name: str) -> None:
        """Refuse an event about a source that is not described. Raises LookupFailure."""
        own = self._source is not None and self._source.id == name
        if not own and not self._store.descriptions([name]):
            raise LookupFailure(f"no source is called {name}", hint="see `mission sources`")

    def _correction(self, event: ClaimCorrected) -> ClaimCorrected:
        target = self._target(event, event.target)
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

    def _preference(self, event: ReadingPreferred) -> ReadingPreferred:
        chosen = []
        place = (event.facet, event.key, event.period)
        for name in event.claims:
            target = self._target(event, name)
            if not can_be_preferred(target.content, place, event.role):
                raise LookupFailure(
                    f"{name[:SHOWN]} makes no claim about the {event.role.value} of {event.facet}"
                    f" {event.key}, period {event.period}"
                )
            chosen.append(target.id)
        return event.model_copy(update={"claims": tuple(dict.fromkeys(chosen))})


def entry_named(store: Store, name: str) -> Entry:
    """Return the one entry whose id starts with `name`. Raises LookupFailure."""
    found = store.starting_with(name.lower(), limit=6)
    if not found:
        raise LookupFailure(f"no event has an id that starts with {name}", hint="see `mission log`")
    if len(found) > 1:
        listed = ", ".join(f"{entry.id[:SHOWN]} (position {entry.position})" for entry in found)
        raise LookupFailure(f"{name} is ambiguous: it matches {listed}", hint="give more of the id")
    return found[0]
