"""An account of what a log took in after a position: values in words, ready for every format.

POSITIONS 165-166: nato-mission-iraq
recorded  2026-01-05 09:30:00 UTC by anna
source    An example, “The escort is home”, published 2024-03-04
166       contribution-withdrawn: security and escort (dnk-escort), on 2024-01
answer    contribution security and escort: no longer in the state, …
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from cli.inquiry import legend
from cli.render import change_text, entry_text, wording
from cli.render.counting import count
from cli.render.languages.translation import term, tr
from cli.render.legend import Legend
from events.entry import Entry
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    SourceWithdrawn,
)
from events.source import Source
from events.source_description import SourceDescription
from projections.changes.announcements import RecordedAnnouncement, recorded_announcements
from projections.changes.answers import AnswerChange, AnswerComparison, MissionChange
from projections.changes.touched import Touched
from projections.labels import Labels
from projections.labels import labels as labels_of
from projections.question import ClaimStore
from projections.sources import SourceInForce, sources_in_force
from projections.state_object import StateEntry

MOST_COMPARED = 100
"""The most announcements, the last ones, for which answers before and after are compared."""

DID: Mapping[type, str] = {
    ClaimRetracted: "retracted",
    ClaimCorrected: "corrected",
    ReadingPreferred: "preferred",
}
"""What an event does to its targets."""


@dataclass(frozen=True, slots=True)
class EntryAccount:
    """One entry in words, and below it what it retracted, corrected or preferred."""

    entry: Entry
    words: str
    targets: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the entry as a JSON object."""
        content = self.entry.content
        return {
            "position": self.entry.position,
            "id": self.entry.id,
            "type": content.type,
            "mission": self.entry.mission,
            "words": self.words,
            "reason": getattr(content, "reason", None),
            "about": list(self.targets),
        }


@dataclass(frozen=True, slots=True)
class AnnouncementAccount:
    """One announcement in words.

    `changes` are how it changed answers, each with its words; None where that was not compared.
    """

    announcement: RecordedAnnouncement
    source: SourceDescription | None
    entries: tuple[EntryAccount, ...]
    changes: tuple[tuple[MissionChange, tuple[str, ...]], ...] | None

    @property
    def lines(self) -> Iterator[tuple[str, str]]:
        """Its lines, each with a lead, from when it was recorded to what it changed."""
        recorded = f"{self.announcement.recorded_at:%Y-%m-%d %H:%M:%S} UTC"
        by = self.announcement.recorded_by
        yield tr("recorded"), tr("{moment} by {name}", moment=recorded, name=by)
        if self.source:
            yield tr("source"), source_words(self.source)
        if self.announcement.cut:
            cut = tr("other entries of this announcement are outside these positions")
            yield tr("note"), cut
        for each in self.entries:
            if not (self.source and _describes(each.entry, self.source.id)):
                yield str(each.entry.position), each.words
                yield from (("", target) for target in each.targets)
        yield from self._answer_lines()

    def _answer_lines(self) -> Iterator[tuple[str, str]]:
        if self.changes is None:
            return
        if not self.changes:
            unchanged = tr(
                "no change in the state of the day, nor in the periods that it bears on; counts of"
                " other days are not compared"
            )
            yield tr("answer"), unchanged
        own = self.announcement.missions
        for change, words in self.changes:
            where = "" if own == (change.mission,) else f"{change.mission}: "
            yield from ((tr("answer"), f"{where}{each}") for each in words)

    @property
    def title(self) -> str:
        """Its positions, and the missions of its events."""
        numbers = wording.runs(each.position for each in self.announcement.entries)
        title = tr("Positions {numbers}", numbers=numbers)
        if len(self.announcement.entries) == 1:
            title = tr("Position {numbers}", numbers=numbers)
        missions = ", ".join(self.announcement.missions)
        return f"{title}: {missions}" if missions else title

    def to_json(self) -> dict[str, object]:
        """Return the announcement as a JSON object."""
        own = self.announcement
        return {
            "announcement": own.digest,
            "first": own.first,
            "last": own.last,
            "cut": own.cut,
            "recorded_at": own.recorded_at.isoformat(),
            "recorded_by": own.recorded_by,
            "missions": list(own.missions),
            "source": self.source and _source_json(self.source),
            "entries": [each.to_json() for each in self.entries],
            "changes": None if self.changes is None else [_with_words(*e) for e in self.changes],
        }


def _with_words(change: MissionChange, words: Sequence[str]) -> dict[str, object]:
    answers = zip(change.answers, words, strict=True)
    listed = [{"words": text, **answer.to_json()} for answer, text in answers]
    return {**change.to_json(), "answers": listed}


def _source_json(source: SourceDescription) -> dict[str, object]:
    return {name: getattr(source, name) for name in ("id", "publisher", "title", "published")}


def source_words(source: SourceDescription) -> str:
    """Describe a source in one line."""
    return tr(
        "{publisher}, {title}, published {date} ({id})",
        publisher=source.publisher,
        title=wording.quoted(source.title),
        date=wording.date(source.published),
        id=source.id,
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a log took in, and how each announcement changed answers, before it is put in words."""

    announcements: Sequence[RecordedAnnouncement]
    changes: Mapping[int, Sequence[MissionChange]]
    described: Mapping[str, SourceInForce]
    labels: Labels
    key: Legend
    touched: Touched

    def account(self) -> list[AnnouncementAccount]:
        """Tell it in the current language, one announcement after the other."""
        return [
            AnnouncementAccount(
                each,
                self._source(each.source),
                tuple(_entry_account(entry, self.touched, self.labels) for entry in each.entries),
                _in_words(self.changes.get(each.first), self.key),
            )
            for each in self.announcements
        ]

    def _source(self, name: str | None) -> SourceDescription | None:
        found = self.described.get(name) if name else None
        return found and found.description


def compare(
    store: ClaimStore, *, after: int, upto: int, day: int, missions: Set[str] = frozenset()
) -> Comparison:
    """Compare answers before and after what a log took in after a position, up to another.

    They are compared as of the close of `day` (a day number), for the last MOST_COMPARED
    announcements. With `missions`, only what can change answers on one of these is looked at.
    """
    touched = Touched(store)
    found = list(
        recorded_announcements(store, after=after, upto=upto, touched=touched, missions=missions)
    )
    comparison = AnswerComparison(store, day, touched, missions)
    changes = {each.first: list(comparison.changes(each)) for each in found[-MOST_COMPARED:]}
    entries = [entry for each in found for entry in each.entries]
    targets = (target for each in entries for target in touched.targets(each))
    return Comparison(
        found,
        changes,
        sources_in_force(store, filter(None, (each.source for each in found)), upto=upto),
        labels_of(store, [*entries, *targets]),
        legend(store, entries=_state_entries(changes.values()), upto=upto),
        touched,
    )


def account(
    store: ClaimStore, *, after: int, upto: int, day: int, missions: Set[str] = frozenset()
) -> list[AnnouncementAccount]:
    """Compare answers as `compare` does, and tell what was found in the current language."""
    return compare(store, after=after, upto=upto, day=day, missions=missions).account()


def _in_words(
    changes: Iterable[MissionChange] | None, key: Legend
) -> tuple[tuple[MissionChange, tuple[str, ...]], ...] | None:
    if changes is None:
        return None
    return tuple((c, tuple(change_text.answer(each, key) for each in c.answers)) for c in changes)


def _state_entries(changes: Iterable[Iterable[MissionChange]]) -> Iterator[StateEntry]:
    answers: Iterator[AnswerChange] = (a for each in changes for c in each for a in c.answers)
    for each in answers:
        others = (side.entry for side in (each.was, each.now) if side)
        yield from (entry for entry in (each.before, each.after, *others) if entry)


def _entry_account(entry: Entry, touched: Touched, labels: Labels) -> EntryAccount:
    content, words = entry.content, entry_text.summary(entry, labels)
    if isinstance(content, SourceWithdrawn):
        many = touched.events_stated(content.about)
        return EntryAccount(entry, words, (count(many, "event rests on it", "events rest on it"),))
    targets = (
        tr(
            "{did}, position {position}: {entry}",
            did=term("amendment", DID[type(content)]),
            position=each.position,
            entry=entry_text.summary(each, labels),
        )
        for each in touched.targets(entry)
    )
    return EntryAccount(entry, words, tuple(targets))


def _describes(entry: Entry, source: str) -> bool:
    return isinstance(entry.content, Source) and entry.content.id == source
