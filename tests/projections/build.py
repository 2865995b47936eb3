"""A record in a few lines: sources and events by position, and the view of them.

    record = Record()
    record.source("um", "2021-05-04")
    record.say(CommandTakenOver, by="DNK", on="2021-05-03")
    record.standings("command", "2021-05-03")      {"DNK": "certain"}

Every claim is by the source named last. All of it is about one mission.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from events.claim_event import ClaimEvent, Event
from events.dates.edtf import parse
from events.encoding.codec import event_id
from events.entry import Entry
from events.facets import Role
from events.publication import close_of_day
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred
from events.source import Source
from projections.state import state
from projections.state_object import State, StateEntry
from projections.view import View, view_of
from projections.weighing.claims import Place
from projections.weighing.sources import Sources, Version
from tests.plain_store import selection_of, sources_in

MISSION = "nmi"
_NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def day(text: str) -> int:
    """Return the number of a day."""
    found = parse(text).window
    assert found.first is not None
    assert found.first == found.last
    return found.first


class Record:
    """A growing log of one mission. Every method that adds an event returns its id."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.sources: dict[str, Source] = {}
        self._latest: str | None = None
        self._position = 0

    def source(self, name: str, published: str) -> "Record":
        """Record a source; it states every claim that follows."""
        self.sources[name] = Source(
            id=name, publisher="P", title="T", language="en", published=published
        )
        self._latest = name
        self._position += 1
        return self

    def add(self, event: Event) -> str:
        """Append an event as it is."""
        self._position += 1
        at = _NOON + timedelta(seconds=self._position)
        entry = Entry(self._position, event_id(event), at, "anna", "a" * 64, event, b"")
        self.entries.append(entry)
        return entry.id

    def claim(self, kind: type[ClaimEvent], **fields: object) -> ClaimEvent:
        """Make a claim by the latest source, without recording it."""
        return kind.model_validate({"mission": MISSION, "source": self._latest, **fields})

    def say(self, kind: type[ClaimEvent], **fields: object) -> str:
        """Record a claim by the latest source."""
        return self.add(self.claim(kind, **fields))

    def retract(self, target: str, source: str | None = None, reason: str = "misread") -> str:
        """Retract an event."""
        return self.add(
            ClaimRetracted(mission=MISSION, source=source, target=target, reason=reason)
        )

    def correct(self, target: str, claim: ClaimEvent, source: str | None = None) -> str:
        """Correct an event."""
        return self.add(
            ClaimCorrected(
                mission=MISSION, source=source, target=target, claim=claim, reason="misread"
            )
        )

    def prefer(self, place: Place, *claims: str) -> str:
        """Prefer some claims of an occurrence, or some readings."""
        facet, key, period, role = place
        assert role is not Role.ATTESTATION
        return self.add(
            ReadingPreferred(
                mission=MISSION,
                facet=facet,
                key=key,
                period=period,
                role=role,
                claims=claims,
                reason="the minutes say so",
            )
        )

    @property
    def position(self) -> int:
        """The last position."""
        return self._position

    def view(self, known: str | int | None = None, upto: int | None = None) -> View:
        """View the record; `known` is a day or moment, or seconds since 1970 UTC."""
        if isinstance(known, str):
            date = parse(known)
            known = close_of_day(day(known)) if date.instant is None else date.instant
        seen = tuple(e for e in self.entries if upto is None or e.position <= upto)
        position = self._position if upto is None else upto
        return view_of(selection_of(seen, self._sources(seen), position), MISSION, known)

    def _sources(self, seen: Iterable[Entry]) -> Sources:
        """Return all sources, and what these entries say of them."""
        described = {name: Version(source.publication) for name, source in self.sources.items()}
        return Sources(described, sources_in(seen).changes)

    def at(self, positions: Iterable[int]) -> Mapping[int, Entry]:
        """Return the entries at these positions, as a log does."""
        wanted = set(positions)
        return {each.position: each for each in self.entries if each.position in wanted}

    def state(self, on: str, known: str | int | None = None, upto: int | None = None) -> State:
        """Return the state at the close of a day."""
        return state(self.view(known, upto), day(on))

    def found(self, facet: str, on: str, known: str | int | None = None) -> list[StateEntry]:
        """Return what the state has in one facet."""
        return list(self.state(on, known).facets[facet])

    def standings(
        self, facet: str, on: str, known: str | int | None = None, upto: int | None = None
    ) -> dict[str, str]:
        """Return each key in the state with its standing.

        `DNK#2` is its second period, and `!` after the standing means disputed.
        """
        return {
            entry.key + (f"#{entry.period}" if entry.period > 1 else ""): entry.standing.value
            + ("!" if entry.disputed else "")
            for entry in self.state(on, known, upto).facets[facet]
        }
