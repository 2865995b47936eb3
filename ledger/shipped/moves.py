"""Move a ledger that holds a shipped record as it was first published to what the record says now.

The second version of the event schemas added fields, and a record's files now state more in them
of claims that older ledgers hold already. Added beside the older claim, it would be a second claim
by the same source. So the older one is corrected to it:

    in the ledger   contribution-attested dnk-escort                  by source fmn-nmi-2023
    in the file     contribution-attested dnk-escort under b-159      by source fmn-nmi-2023
    appended        claim-corrected, from the one to the other        the record-keeper's own

A claim about which the ledger's keeper has decided (a retraction, a correction or a preference
names it) is left as it is.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from events.claim_event import ClaimEvent, Event
from events.encoding.codec import canonical, event_id, to_data
from events.encoding.schema_versions import FIRST_FIELDS, version_of, without_marks
from events.record_events import ClaimCorrected, targets_of
from ledger.log import Store

REASON = "the shipped record now states more of this claim"
"""The reason of the corrections."""

_KEPT = ("dated_by_source",)
"""Marks that add nothing to what a claim states, and that ledgers have with and without."""

_FIRST_NAMES = {kind: {"country": "nation"} for kind in ("place-opened", "place-attested")}
"""What the first version of a schema calls a field, by type."""


class Move(NamedTuple):
    """What becomes of a claim of a file in a ledger that holds its older form.

    `correction` is None where the ledger's keeper has decided about the older claim.
    """

    claim: ClaimEvent
    correction: ClaimCorrected | None


def moves(store: Store, events: Sequence[Event]) -> list[Move]:
    """Return the events of a file that a ledger holds in their older form, with what to append.

    A claim whose newer form is in the ledger too is none of them.
    """
    older = {event: tuple(older_ids(event)) for event in events if isinstance(event, ClaimEvent)}
    asked = {id_ for ids in older.values() for id_ in ids}
    known = store.known([*asked, *(event_id(event) for event, ids in older.items() if ids)])
    held = {
        event: id_
        for event, ids in older.items()
        if event_id(event) not in known
        for id_ in ids
        if id_ in known
    }
    decided = _decided(store, held)
    found = []
    for event, id_ in held.items():
        correction = ClaimCorrected(mission=event.mission, target=id_, claim=event, reason=REASON)
        others = decided.get(id_, set()) - {event_id(correction)}
        found.append(Move(event, None if others else correction))
    return found


def older_ids(event: ClaimEvent) -> Iterator[str]:
    """Yield the ids of a claim without what the first version of its schema had no field for.

    None where it states nothing of the kind, or where that version has no such type.
    """
    first = FIRST_FIELDS.get(event.type)
    data = {name: value for name, value in to_data(event).items() if name != "version"}
    names = _FIRST_NAMES.get(event.type, {})
    plain = {
        names.get(name, name): value
        for name, value in data.items()
        if first and (names.get(name, name) in first or name in _KEPT)
    }
    if plain and plain != data:
        for form in (plain, without_marks(plain)):
            if form:
                yield sha256(canonical(form | {"version": version_of(form)})).hexdigest()


def _decided(store: Store, held: dict[ClaimEvent, str]) -> dict[str, set[str]]:
    """Return the ids of the events about each of these claims, by the id of the claim."""
    about: dict[str, set[str]] = {id_: set() for id_ in held.values()}
    for mission in sorted({event.mission for event in held}):
        for entry in store.of_mission(mission):
            for target in targets_of(entry.content):
                if target in about:
                    about[target].add(entry.id)
    return about
