"""The publication and record clocks: which statements and preferences take part.

An entry about the record counts where the sources it needs were public and nothing that counts
undoes it; a source was public by the date it has after all corrections of it that count, unless
a withdrawal of it counts. Nothing guards against sources that come to depend on themselves so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from events.claim_event import ClaimEvent
from events.entry import Entry
from events.facets import Basis, Role
from events.files.expansion import publication_day as stated_day
from events.publication import Publication, publication
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    SourceCorrected,
    SourceWithdrawn,
)
from events.source import Source
from tests.projections.worlds.statements import EVER, Choice, Statement, Window, window

LAST_SECOND = 86_399
"""The second of its day by which a day stands for all of it."""

Place = tuple[str, str, int, Role]


@dataclass(frozen=True)
class Heard:
    """The statements and preferences that take part.

    `perhaps` counts the sources left out that may have been public.
    """

    statements: list[Statement]
    choices: dict[Place, Choice]
    perhaps: int


def heard(
    entries: Sequence[Entry], sources: Mapping[str, Source], known: int | None, upto: int
) -> Heard:
    """Return what takes part for those who know what was public by `known`, up to a position."""
    return _Clocks([entry for entry in entries if entry.position <= upto], sources, known).heard()


class _Clocks:
    def __init__(
        self, recorded: Sequence[Entry], sources: Mapping[str, Source], known: int | None
    ) -> None:
        self._recorded = recorded
        self._by_id = {entry.id: entry for entry in recorded}
        self._sources = sources
        self._known = known

    def heard(self) -> Heard:
        statements: list[Statement] = []
        for entry in self._recorded:
            claim = _claim(entry)
            if claim and self._is_public(entry) and self._counts(entry):
                statements += self._statements(entry, claim)
        named = {name for entry in self._recorded for name in _named(entry)}
        perhaps = [name for name in named if self._may_be_public(name)]
        return Heard(statements, self._choices(), len(perhaps))

    def _choices(self) -> dict[Place, Choice]:
        choices: dict[Place, Choice] = {}
        for entry in self._recorded:
            content = entry.content
            if not isinstance(content, ReadingPreferred):
                continue
            place = (content.facet, content.key, content.period)
            chosen = {
                name
                for name in content.claims
                if name in self._by_id and place in _places(self._by_id[name])
            }
            # It was made with the sources of its claims in hand.
            in_hand = all(self._is_public(self._by_id[name]) for name in chosen)
            if chosen and in_hand and self._is_public(entry) and self._counts(entry):
                choices[*place, content.role] = Choice(entry.position, frozenset(chosen))
        return choices

    # Sources

    def _published(self, name: str) -> str:
        """Return the date of a source, after the corrections of it that count."""
        date = self._sources[name].published
        for entry in self._recorded:
            content = entry.content
            if (
                isinstance(content, SourceCorrected)
                and (content.about, bool(content.published)) == (name, True)
                and self._is_public(entry)
                and self._counts(entry)
            ):
                date = content.published or date
        return date

    def _is_withdrawn(self, name: str) -> bool:
        return any(
            isinstance(entry.content, SourceWithdrawn)
            and entry.content.about == name
            and self._is_public(entry)
            and self._counts(entry)
            for entry in self._recorded
        )

    def _was_published(self, name: str) -> bool:
        if self._known is None:
            return True
        out = publication(self._published(name))
        if out.day is not None and self._known % (LAST_SECOND + 1) == LAST_SECOND:
            # A day knows what is dated that day, as written.
            return out.day <= publication_day(self._known)
        return _seconds(out)[1] <= self._known

    def _may_be_public(self, name: str) -> bool:
        out = publication(self._published(name))
        if self._known is None or out.day is not None or self._is_withdrawn(name):
            return False
        return not self._was_published(name) and _seconds(out)[0] <= self._known

    # Entries

    def _is_public(self, entry: Entry) -> bool:
        """Whether all sources were public that an entry needs."""
        named = _named(entry)
        # What corrects a correction stands in its place, and needs the same sources.
        while isinstance(entry.content, ClaimCorrected) and entry.content.target in self._by_id:
            entry = self._by_id[entry.content.target]
            if isinstance(entry.content, ClaimCorrected):
                named |= _named(entry)
        return all(self._was_published(name) and not self._is_withdrawn(name) for name in named)

    def _undone_by(self, entry: Entry) -> list[Entry]:
        return [e for e in self._recorded if getattr(e.content, "target", None) == entry.id]

    def _is_retracted(self, entry: Entry) -> bool:
        return any(
            isinstance(by.content, ClaimRetracted) and self._is_public(by) and self._counts(by)
            for by in self._undone_by(entry)
        )

    def _counts(self, entry: Entry) -> bool:
        # A correction that was itself corrected, not retracted, still keeps its target out.
        return not self._is_retracted(entry) and not any(
            isinstance(by.content, ClaimCorrected)
            and self._is_public(by)
            and not self._is_retracted(by)
            for by in self._undone_by(entry)
        )

    def _statements(self, entry: Entry, claim: ClaimEvent) -> list[Statement]:
        published = self._published(claim.source) if claim.source else None
        out = publication(published) if published else Publication(None, None)
        is_moved = published and claim.dated_by_source
        on = stated_day(published) if published and is_moved else claim.on
        days = window(on)
        return [
            Statement(
                event=entry.id,
                position=entry.position,
                facet=bearing.facet,
                key=getattr(claim, bearing.key),
                period=getattr(claim, bearing.period),
                role=bearing.role,
                on=on,
                days=days,
                basis=_weighed(claim.basis, days, out),
                out_from=EVER if out.first_day is None else out.first_day,
                out=_seconds(out),
                claim=claim,
            )
            for bearing in claim.bears
        ]


def publication_day(second: int) -> int:
    """Return the day number of a second since 1970 UTC."""
    return second // (LAST_SECOND + 1) + window("1970-01-01").first


def _weighed(basis: Basis, days: Window, out: Publication) -> Basis:
    """Return the basis by which a claim counts, given when its source came out."""
    if basis is Basis.UNLESS_AHEAD:
        ahead = out.first_day is None or days.last > out.first_day
        return Basis.PLANNED if ahead else Basis.REPORTED
    if basis is Basis.REPORTED and out.last_day is not None and days.first > out.last_day:
        return Basis.PLANNED
    return basis


def _claim(entry: Entry) -> ClaimEvent | None:
    content = entry.content
    if isinstance(content, ClaimCorrected):
        return content.claim
    return content if isinstance(content, ClaimEvent) else None


def _places(entry: Entry) -> set[tuple[str, str, int]]:
    claim = _claim(entry)
    return {
        (bearing.facet, getattr(claim, bearing.key), getattr(claim, bearing.period))
        for bearing in (claim.bears if claim else ())
    }


def _named(entry: Entry) -> set[str]:
    named = {getattr(entry.content, "source", None)}
    if isinstance(entry.content, ClaimCorrected):
        named.add(entry.content.claim.source)
    return {name for name in named if name}


def _seconds(out: Publication) -> tuple[float, float]:
    return (
        float("-inf") if out.first is None else out.first,
        float("inf") if out.last is None else out.last,
    )
