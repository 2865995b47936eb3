"""What a correction, retraction or preference is about: an event that still counts, or a source."""

import re
from typing import NamedTuple

from cli.entry_lookup import entry_named
from cli.render.entry_text import cancellation, short
from events.entry import Entry
from events.errors import MissionLedgerError
from events.record_events import ClaimCorrected
from events.source import Source
from projections.question import ClaimStore
from projections.view import View, view
from projections.weighing.amendments import Cancellation, Kind


class Chain(NamedTuple):
    """A claim and all corrections of it, in one mission: those links that were not retracted.

    `entries` has the newest first; `retracted` are the other links.
    """

    mission: str
    entries: tuple[Entry, ...]
    retracted: tuple[Cancellation, ...]


def effective_event(store: ClaimStore, name: str) -> tuple[str, Entry]:
    """Return the mission of an event that still counts, and its entry.

    Raises MissionLedgerError for a source, and for an event that was retracted or corrected.
    """
    mission, entry = _event(store, name)
    seen = view(store, mission)
    if found := seen.visible.cancelled.get(entry.id):
        raise _counts_no_longer(seen, found)
    return mission, entry


def effective_chain(store: ClaimStore, name: str) -> Chain:
    """Return the chain of corrections that an event is part of, whichever of its links it is.

    Raises MissionLedgerError for a source, and where all of the chain was retracted.
    """
    mission, entry = _event(store, name)
    seen = view(store, mission)
    first = entry
    while isinstance(first.content, ClaimCorrected):
        first = entry_named(store, first.content.target)
    ids = {first.id: first.position, **_corrections(seen, first.id)}
    cancelled = seen.visible.cancelled
    retracted = [cancelled[id_] for id_ in ids if id_ in cancelled and not cancelled[id_].corrected]
    gone = {each.event for each in retracted}
    positions = [position for id_, position in ids.items() if id_ not in gone]
    if not positions:
        raise _counts_no_longer(seen, cancelled[entry.id])
    entries = store.at(positions)
    newest_first = tuple(entries[position] for position in sorted(positions, reverse=True))
    return Chain(mission, newest_first, tuple(retracted))


def source_meant(store: ClaimStore, name: str) -> Source | None:
    """Return the source of this id or title, if the name is not that of an event.

    Raises MissionLedgerError for the position or the entry id of a source: whoever gives one means
    an event.
    """
    entry = entry_named(store, name)
    source = entry.content
    if not isinstance(source, Source):
        return None
    by_number = re.fullmatch("[0-9]{1,12}", name.strip()) and source.id != name.strip()
    if by_number or entry.id.startswith(name.strip().lower()):
        raise MissionLedgerError(
            f"{name} is a source, which makes no claim itself",
            hint=f"retract or correct the events it states (`mission log --source {source.id}`);"
            f" {source.id} in place of {name} means the source as a whole",
        )
    return source


def _event(store: ClaimStore, name: str) -> tuple[str, Entry]:
    """Return the mission of an event, and its entry. Raises MissionLedgerError for a source."""
    entry = entry_named(store, name)
    if entry.mission is None:
        raise MissionLedgerError(
            f"{name} is a source, which makes no claim itself",
            hint="choose among the events it states (`mission log --source ID`)",
        )
    return entry.mission, entry


def _counts_no_longer(seen: View, found: Cancellation) -> MissionLedgerError:
    """Return the error for an event that was retracted or corrected, with what can be done."""
    event, by = short(found.event), short(found.by)
    if found.corrected:
        last = short(_last_correction(seen, found))
        hint = (
            f"`mission correct {last}` changes the last correction, `mission retract {last}` undoes"
            f" it, `mission retract {last} --chain` undoes the claim as well"
        )
    elif _corrections(seen, found.event).keys() - seen.visible.cancelled.keys():
        hint = f"a correction of it still counts: `mission retract {event} --chain` undoes that"
    else:
        hint = f"`mission retract {by}` makes it count again"
    return MissionLedgerError(f"{event} was already {cancellation(found)} by {by}", hint=hint)


def _last_correction(seen: View, found: Cancellation) -> str:
    """Return the correction that still counts of a claim that was corrected."""
    cancelled = seen.visible.cancelled
    while (following := cancelled.get(found.by)) and following.corrected:
        found = following
    return found.by


def _corrections(seen: View, event: str) -> dict[str, int]:
    """Return the positions, by id, of the corrections of an event, and those of these in turn."""
    found: dict[str, int] = {}
    for each in seen.amendments:
        is_correction = each.kind is Kind.CORRECTED
        if is_correction and any(id_ == event or id_ in found for id_ in each.targets):
            found[each.event] = each.position
    return found
