"""What a correction, retraction or preference is about: an event that still counts, or a source."""

import re

from cli.entry_lookup import entry_named
from cli.render.entry_text import cancellation, short
from events.entry import Entry
from events.errors import MissionLedgerError
from events.record_events import ClaimCorrected
from events.source import Source
from projections.question import ClaimStore
from projections.view import View, view
from projections.weighing.amendments import Kind


def effective_event(store: ClaimStore, name: str) -> tuple[str, Entry]:
    """Return the mission of an event that still counts, and its entry.

    Raises MissionLedgerError for a source, and for an event that was retracted or corrected.
    """
    mission, entry = _event(store, name)
    _check_counts(view(store, mission), entry, corrected=True)
    return mission, entry


def effective_chain(store: ClaimStore, name: str) -> tuple[str, list[Entry]]:
    """Return the mission of an event, and the chain of corrections that it is part of.

    The chain has the claim that it began with, and every correction of it or of another in the
    chain, without those that were retracted; the newest is the first. Raises MissionLedgerError as
    `effective_event` does, but not for an event that was corrected.
    """
    mission, entry = _event(store, name)
    seen = view(store, mission)
    _check_counts(seen, entry, corrected=False)
    first = entry
    while isinstance(first.content, ClaimCorrected):
        first = entry_named(store, first.content.target)
    ids = {first.id: first.position}
    for each in seen.amendments:
        if each.kind is Kind.CORRECTED and ids.keys() & set(each.targets):
            ids[each.event] = each.position
    cancelled = seen.visible.cancelled
    positions = [
        position
        for id_, position in ids.items()
        if id_ not in cancelled or cancelled[id_].corrected
    ]
    entries = store.at(positions)
    return mission, [entries[position] for position in sorted(positions, reverse=True)]


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


def _check_counts(seen: View, entry: Entry, *, corrected: bool) -> None:
    """Refuse an event that was retracted, or with `corrected` corrected as well."""
    found = seen.visible.cancelled.get(entry.id)
    if found is None or (found.corrected and not corrected):
        return
    by = short(found.by)
    raise MissionLedgerError(
        f"{short(entry.id)} was already {cancellation(found)} by {by}",
        hint=f"`mission correct {by}` changes that correction, `mission retract {by}` undoes it,"
        f" `mission retract {by} --chain` undoes the claim as well"
        if found.corrected
        else f"`mission retract {by}` makes it count again",
    )
