"""The labels of the keys of log entries, for lists of them."""

from collections.abc import Iterable, Mapping

from events.bearings import period_keys_of
from events.claim_event import ClaimEvent
from events.entry import Entry
from events.facets import PeriodKey
from events.record_events import statement_of
from projections.key_label import stated_name
from projections.names import key_labels
from projections.question import ClaimStore

Labels = Mapping[tuple[str, str, str, int], str]
"""Labels of keys, by mission, facet, key and period."""

NO_LABELS: Labels = {}


def labels(store: ClaimStore, entries: Iterable[Entry]) -> Labels:
    """Return the labels of the keys of events that do not state a name themselves."""
    places: dict[str, set[PeriodKey]] = {}
    for entry in entries:
        claim = statement_of(entry.content)
        if claim and not states_name(claim):
            places.setdefault(claim.mission, set()).update(period_keys_of(claim))
    return key_labels(store, places)


def states_name(claim: ClaimEvent) -> bool:
    """Whether a claim itself states a name for its key."""
    return stated_name(vars(claim)) is not None
