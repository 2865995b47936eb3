"""What events say, and which of them take part, read out plainly from the definitions.

The first step of the oracle (`tests.projections.oracle`): the publication and record clocks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from events.catalogue import ClaimEvent
from events.dates.edtf import parse
from events.entry import Entry
from events.facets import Basis, Role
from events.publication import publication
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred
from events.source import Source

EVER = -10
"""An open first day; it and the days up to 0 stand for all days before those of a record."""

NEVER = 10_000_010
"""An open last day; it and the ten days before it stand for all days after those of a record."""


class Window(NamedTuple):
    """The days from `first` to `last`, both included."""

    first: int
    last: int

    def holds(self, day: int) -> bool:
        """Whether a day is one of these."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Statement:
    """What one event says of one facet key. `days` are those of its date, as stated."""

    event: str
    position: int
    facet: str
    key: str
    period: int
    role: Role
    days: Window
    basis: Basis
    out_from: int
    """The earliest day its source can have come out."""
    out: tuple[float, float]
    """The seconds between which its source came out."""
    claim: ClaimEvent = field(compare=False)

    def __hash__(self) -> int:
        return hash((self.event, self.role, self.key))

    @property
    def reported(self) -> bool:
        """Whether the source says that it happened."""
        return self.basis is Basis.REPORTED


@dataclass(frozen=True)
class Choice:
    """A preference among the statements recorded before it."""

    position: int
    claims: frozenset[str]


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
    recorded = [entry for entry in entries if entry.position <= upto]
    by_id = {entry.id: entry for entry in recorded}

    def waits_for(entry: Entry) -> set[str]:
        # What corrects a correction stands in its place, and waits for the same sources.
        named = _named(entry)
        while isinstance(entry.content, ClaimCorrected) and entry.content.target in by_id:
            entry = by_id[entry.content.target]
            if isinstance(entry.content, ClaimCorrected):
                named |= _named(entry)
        return named

    def public(entry: Entry) -> bool:
        return all(_public(sources[name], known) for name in waits_for(entry))

    def undoers(target: Entry) -> list[Entry]:
        return [e for e in recorded if getattr(e.content, "target", None) == target.id]

    def retracted(entry: Entry) -> bool:
        return any(
            isinstance(by.content, ClaimRetracted) and public(by) and counts(by)
            for by in undoers(entry)
        )

    def counts(entry: Entry) -> bool:
        # A correction that was itself corrected, not retracted, still keeps its target out.
        return not retracted(entry) and not any(
            isinstance(by.content, ClaimCorrected) and public(by) and not retracted(by)
            for by in undoers(entry)
        )

    statements: list[Statement] = []
    choices: dict[Place, Choice] = {}
    for entry in recorded:
        content = entry.content
        if not public(entry) or not counts(entry):
            continue
        if isinstance(content, ReadingPreferred):
            if not all(name in by_id and public(by_id[name]) for name in content.claims):
                continue  # it was made with a source in hand that was not yet public
            place = (content.facet, content.key, content.period, content.role)
            choices[place] = Choice(entry.position, frozenset(content.claims))
        elif isinstance(content, ClaimCorrected):
            statements += _statements(entry, content.claim, sources)
        elif isinstance(content, ClaimEvent):
            statements += _statements(entry, content, sources)
    named = {name for entry in recorded for name in _named(entry)}
    perhaps = {
        name
        for name in named
        if known is not None
        and not _public(sources[name], known)
        and _seconds(sources[name])[0] <= known
    }
    return Heard(statements, choices, len(perhaps))


def _named(entry: Entry) -> set[str]:
    named = {getattr(entry.content, "source", None)}
    if isinstance(entry.content, ClaimCorrected):
        named.add(entry.content.claim.source)
    return {name for name in named if name}


def _seconds(source: Source) -> tuple[float, float]:
    out = publication(source.published)
    return (
        float("-inf") if out.first is None else out.first,
        float("inf") if out.last is None else out.last,
    )


def _public(source: Source, known: int | None) -> bool:
    return known is None or _seconds(source)[1] <= known


def _statements(entry: Entry, claim: ClaimEvent, sources: Mapping[str, Source]) -> list[Statement]:
    source = sources[claim.source] if claim.source else None
    out_from = publication(source.published).first_day if source else None
    return [
        Statement(
            event=entry.id,
            position=entry.position,
            facet=bearing.facet,
            key=getattr(claim, bearing.key),
            period=getattr(claim, bearing.period),
            role=bearing.role,
            days=window(claim.on),
            basis=claim.basis,
            out_from=EVER if out_from is None else out_from,
            out=_seconds(source) if source else (float("-inf"), float("inf")),
            claim=claim,
        )
        for bearing in claim.bears
    ]


def window(edtf: str) -> Window:
    """Return the days of a date."""
    days = parse(edtf).window
    return Window(
        EVER if days.first is None else days.first, NEVER if days.last is None else days.last
    )


def not_set_aside(reported: Sequence[Statement], choice: Choice | None) -> list[Statement]:
    """Return the reports of one occurrence but those that a preference rejects."""
    if choice is None or not any(each.event in choice.claims for each in reported):
        return list(reported)
    return [
        each for each in reported if each.event in choice.claims or each.position > choice.position
    ]


def last_published(plans: Sequence[Statement]) -> list[Statement]:
    """Return the plans that may be the one published last."""

    def later(one: Statement, other: Statement) -> bool:
        return one.out[0] > other.out[0] and one.out[1] > other.out[1]

    return [plan for plan in plans if not any(later(other, plan) for other in plans)]


def effective(plan: Statement) -> Window:
    """Return a plan's days, none before the earliest day it can have come out.

    A report's are as stated, and so are those of a decided end of a mandate.
    """
    if plan.reported:
        return plan.days
    if (plan.facet, plan.role, plan.basis) == ("mandate", Role.END, Basis.DECIDED):
        return plan.days
    return Window(max(plan.days.first, plan.out_from), max(plan.days.last, plan.out_from))


def plan_window(plans: Sequence[Statement]) -> Window | None:
    """Return the window of the plan published last, or of all that may be."""
    windows = [effective(plan) for plan in last_published(plans)]
    if not windows:
        return None
    return Window(min(w.first for w in windows), max(w.last for w in windows))
