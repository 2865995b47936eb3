"""The claims an answer rests on, and those that a preference rejects.

For one key of a mission on a day: its standing, then every claim on it and its part in the answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from events.claim_event import ClaimEvent
from events.facets import Role
from events.record_events import sources_of, statement_of
from ledger.log import Log
from projections.happenings import happenings, happenings_on
from projections.state import state
from projections.state_object import Json, StateEntry, day_json
from projections.view import View, reading_series
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Occurrence
from projections.weighing.readings import set_aside


class Part(StrEnum):
    """The part a claim plays in an answer."""

    COUNTED = "counted"
    SUPERSEDED = "superseded"
    PASSED_OVER = "passed-over"
    RETRACTED = "retracted"
    CORRECTED = "corrected"
    SOURCE_WITHDRAWN = "source-withdrawn"


@dataclass(frozen=True, slots=True)
class Ground:
    """One claim on a key, and the event that states it.

    `reason` is why it was passed over, retracted or corrected, or why its source was withdrawn.
    """

    claim: Claim
    statement: ClaimEvent
    part: Part
    reason: str = ""

    def to_json(self) -> Json:
        """Return the claim as a JSON object, with its source, where in it, and the stated words."""
        statement = self.statement
        return {
            "event": self.claim.event,
            "position": self.claim.position,
            "type": statement.type,
            "facet": self.claim.facet,
            "key": self.claim.key,
            "period": self.claim.period,
            "role": self.claim.role.value,
            "on": self.claim.edtf,
            "earliest": day_json(self.claim.first),
            "latest": day_json(self.claim.last),
            "basis": self.claim.basis.value,
            "as_stated": statement.as_stated,
            "value": self.claim.value,
            "source": self.claim.source,
            "at": statement.at,
            "note": statement.note,
            "part": self.part.value,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer and its grounds. `unpublished` are the sources not certainly public by then."""

    answers: tuple[StateEntry, ...]
    grounds: tuple[Ground, ...]
    unpublished: tuple[str, ...]

    def to_json(self) -> Json:
        """Return the explanation as a JSON object."""
        return {
            "answers": [{"facet": each.facet, **each.to_json()} for each in self.answers],
            "claims": [ground.to_json() for ground in self.grounds],
            "not_certainly_public": list(self.unpublished),
        }


def why(store: Log, view: View, key: str, day: int, facet: str | None = None) -> Explanation:
    """Explain the answer for one key on a day, in one facet or in every facet that has it.

    What the claims state in words is read from the store. Raises ValueError if the view is not of
    the whole mission.
    """
    view.require_complete()
    answers = [
        entry
        for entry in chain(*state(view, day).facets.values(), happenings_on(view, day))
        if entry.key == key and facet in (None, entry.facet)
    ]
    claims = [each for each in view.claims if each.key == key and facet in (None, each.facet)]
    entries = store.at({each.position for each in claims})
    statements = {each.id: statement_of(each.content) for each in entries.values()}
    grounds = [
        Ground(claim, statement, part, reason)
        for claim, part, reason in parts(view)
        if claim.key == key
        and facet in (None, claim.facet)
        and (statement := statements[claim.event])
    ]
    cited_sources = {name for entry in entries.values() for name in sources_of(entry.content)}
    return Explanation(
        answers=tuple(answers),
        grounds=tuple(sorted(grounds, key=_sort_key)),
        unpublished=tuple(
            sorted(
                name
                for name in cited_sources & view.visible.unpublished
                if not view.visible.sources.withdrawal(name)
            )
        ),
    )


def passed_over(view: View) -> dict[Claim, str]:
    """Return the claims that a preference rejects, each with the reason of the preference."""
    reasons: dict[Claim, str] = {}
    for part in _occurrences(view):
        if part.preference:
            reasons.update(dict.fromkeys(part.set_aside, part.preference.reason))
    for each in reading_series(view):
        if each.preference:
            rejected = (reading.claim for reading in set_aside(each.found, each.preference))
            reasons.update(dict.fromkeys(rejected, each.preference.reason))
    return reasons


def _occurrences(view: View) -> Iterator[Occurrence]:
    """Yield every start, every end and every happening that any claim bears on."""
    yield from (each.occurrence for each in happenings(view))
    yield from (part for period in view.all_periods for _, part in period.parts)


def parts(view: View) -> Iterator[tuple[Claim, Part, str]]:
    """Yield each claim with its part in the answers, and the reason if it has none."""
    rejected = passed_over(view)
    superseded = {claim for part in _occurrences(view) for claim in part.superseded}
    for claim in view.visible.claims:
        if claim in rejected:
            yield claim, Part.PASSED_OVER, rejected[claim]
        else:
            yield claim, Part.SUPERSEDED if claim in superseded else Part.COUNTED, ""
    for claim in view.visible.withdrawn:
        cancellation = view.visible.cancelled[claim.event]
        part = Part.CORRECTED if cancellation.corrected else Part.RETRACTED
        yield claim, part, cancellation.reason
    sources = view.visible.sources
    for claim in view.claims:
        if claim.source and (withdrawal := sources.withdrawal(claim.source)):
            weighed = claim.as_weighed(sources.version(claim.source))
            yield weighed, Part.SOURCE_WITHDRAWN, withdrawal.reason


_ROLES = list(Role)


def _sort_key(ground: Ground) -> tuple[object, ...]:
    claim = ground.claim
    return (claim.facet, claim.period, _ROLES.index(claim.role), claim.position)
