"""What a source says of one key, as the oracle's steps see it, and what is planned."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from events.claim_event import ClaimEvent
from events.dates.edtf import parse
from events.facets import Basis, Role

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
    """What one event says of one facet key. `days` are those of `on`, its date as stated."""

    event: str
    position: int
    facet: str
    key: str
    period: int
    role: Role
    on: str
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
