"""What a check finds: one oddity in the record, with its place and the events to look at."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from projections.state_object import Json
from projections.view import View
from projections.weighing.claims import Claim, events_of
from projections.weighing.period import Period


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """One oddity in the record. `code` is stable; `events` are the ids of the events concerned.

    What is odd about a source has the facet `source`, the id of the source as its key, and no
    mission.
    """

    code: str
    message: str
    mission: str | None
    facet: str
    key: str
    events: tuple[str, ...]

    def to_json(self) -> Json:
        """Return the finding as a JSON object."""
        return {
            "code": self.code,
            "message": self.message,
            "mission": self.mission,
            "facet": self.facet,
            "key": self.key,
            "events": list(self.events),
        }


Check = Callable[[View, int], Iterator[RecordFinding]]
"""A check of one mission's record, judged on a day (a day number)."""


def of_period(
    view: View, period: Period, code: str, message: str, claims: Iterable[Claim] | None = None
) -> RecordFinding:
    """Return a finding on a period; without `claims` it concerns all that is claimed of it."""
    about = period.claims if claims is None else claims
    events = tuple(events_of(about))
    return RecordFinding(code, message, view.mission, period.facet, period.key, events)


def of_source(code: str, message: str, source: str, *entries: str) -> RecordFinding:
    """Return a finding on a source, which is of no mission; `entries` are ids."""
    return RecordFinding(code, message, None, "source", source, entries)


def of_claims(view: View, code: str, message: str, *claims: Claim) -> RecordFinding:
    """Return a finding on some claims, at the place of the first one."""
    events = tuple(events_of(claims))
    return RecordFinding(code, message, view.mission, claims[0].facet, claims[0].key, events)
