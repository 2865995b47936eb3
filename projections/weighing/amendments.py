"""What events about the record do to earlier ones: retract, correct and prefer them.

What they do to sources is decided in `projections.weighing.sources`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from events.facets import Role


class Kind(StrEnum):
    """What an event does to another."""

    RETRACTED = "retracted"
    CORRECTED = "corrected"
    PREFERRED = "preferred"
    SOURCE_CORRECTED = "source-corrected"
    SOURCE_WITHDRAWN = "source-withdrawn"


class Amendment(NamedTuple):
    """An event about the record, as a plain value.

    `targets` are the ids of the events that it retracts, corrects (one each) or prefers; one about
    a source has none. `claim_source` is the source of a correction's new claim, `place` the facet,
    key, period and role that a preference is about.
    """

    event: str
    position: int
    kind: Kind
    targets: tuple[str, ...]
    source: str | None
    claim_source: str | None
    place: tuple[str, str, int, Role] | None
    reason: str


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A retracted or corrected event: which event (`by`) cancelled it, and why."""

    event: str
    by: str
    reason: str
    corrected: bool


def sources_needed(amendments: Sequence[Amendment]) -> dict[str, frozenset[str]]:
    """Return the sources that must be public for each of a mission's amendments to count, by id.

    A correction of a correction replaces it, so it also needs the sources of the first.
    """
    needed: dict[str, frozenset[str]] = {}
    corrections: set[str] = set()
    for each in amendments:
        own = {name for name in (each.source, each.claim_source) if name}
        if each.kind is Kind.CORRECTED:
            corrections.add(each.event)
            own = own.union(*(needed[target] for target in each.targets if target in corrections))
        needed[each.event] = frozenset(own)
    return needed


def cancellations(amendments: Sequence[Amendment]) -> dict[str, Cancellation]:
    """Return the retracted and corrected events, by id; amendments are ordered by position.

    Iterates from the newest one, since an event can only be cancelled by a later one. Retracting
    a correction reinstates what it corrected; correcting a correction does not.
    """
    cancelled: dict[str, Cancellation] = {}
    for each in reversed(amendments):
        own = cancelled.get(each.event)
        for target in each.targets:
            if each.kind is Kind.RETRACTED and own is None:
                cancelled[target] = Cancellation(target, each.event, each.reason, False)
            elif each.kind is Kind.CORRECTED and (own is None or own.corrected):
                correction = Cancellation(target, each.event, each.reason, True)
                cancelled.setdefault(target, correction)
    return cancelled
