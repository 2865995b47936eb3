"""The event that a correction, retraction or preference is about: one that still counts."""

from cli.entry_lookup import entry_named
from cli.render.entry_text import cancellation, short
from events.entry import Entry
from events.errors import MissionLedgerError
from projections.question import ClaimStore
from projections.view import view


def effective_event(store: ClaimStore, name: str) -> tuple[str, Entry]:
    """Return the mission of an event that still counts, and its entry.

    Raises MissionLedgerError for a source, and for an event that was retracted or corrected.
    """
    entry = entry_named(store, name)
    if entry.mission is None:
        raise MissionLedgerError(
            f"{name} is a source, which makes no claim itself",
            hint="retract or correct the events it states (`mission log --source ID`)",
        )
    found = view(store, entry.mission).visible.cancelled.get(entry.id)
    if found:
        raise MissionLedgerError(
            f"{short(entry.id)} was already {cancellation(found)} by {short(found.by)}",
            hint=f"`mission correct {short(found.by)}` changes that correction, `mission retract"
            f" {short(found.by)}` undoes it"
            if found.corrected
            else f"`mission retract {short(found.by)}` makes it count again",
        )
    return entry.mission, entry
