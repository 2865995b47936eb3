"""Which events about sources have no effect, since a source would come to depend on itself.

`events.source_circles` has the rule. What it needs is looked up in the log: all events about the
sources that these rest on, in turn.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter

from events.encoding.codec import EncodedContent
from events.entry import Entry
from events.errors import CircularSourceError
from events.record_events import source_about
from events.source_circles import SourceStatement, all_about, closing_circles
from ledger.log import Log


def statements_about(store: Log, sources: Iterable[str]) -> list[SourceStatement]:
    """Return the events about sources, and about those that these rest on, in order."""
    entries = all_about(sources, store.about_sources)
    return statements_of(sorted(entries, key=attrgetter("position")))


def statements_of(entries: Iterable[Entry]) -> list[SourceStatement]:
    """Return those of some entries, in order of position, that are about sources."""
    about: dict[str, str] = {}
    found = []
    for each in entries:
        if source := source_about(each.content, about):
            about[each.id] = source
            found.append(SourceStatement(each.id, source, each.source))
    return found


def check_sources(store: Log, new: Sequence[EncodedContent]) -> None:
    """Check that no source comes to depend on itself. Raises CircularSourceError.

    `new` are contents that are about to be appended, in order.
    """
    targets = {target for each in new if (target := getattr(each.content, "target", None))}
    about = {each.event: each.about for each in _retractable(store, targets)}
    added: dict[str, SourceStatement] = {}
    for each in new:
        if source := source_about(each.content, about):
            about[each.id] = source
            stated_by = vars(each.content).get("source")
            added[each.id] = SourceStatement(each.id, source, stated_by)
    if not added:
        return
    named = {name for each in added.values() for name in (each.about, each.source) if name}
    there = statements_about(store, named)
    new_ones = added.keys() - {each.event for each in there}
    statements = [*there, *(added[each.id] for each in new if each.id in new_ones)]
    for event in sorted(closing_circles(statements) & new_ones):
        about_source, by = added[event].about, added[event].source
        message = f"what {by} states of {about_source} would make {about_source} depend on itself"
        if by == about_source:
            message = f"what {by} states of itself as a source cannot count"
        error = CircularSourceError(
            message,
            hint="state it as your own finding, without a source, or by one that does not rest on"
            f" {about_source}",
        )
        error.event = event
        raise error


def _retractable(store: Log, targets: Iterable[str]) -> list[SourceStatement]:
    """Return those of some events that are about sources, and the events that they retract."""
    found: dict[int, Entry] = {}
    waiting = list(targets)
    while waiting:
        for entry in store.starting_with(waiting.pop(), limit=1):
            if entry.position not in found:
                found[entry.position] = entry
                waiting += filter(None, [getattr(entry.content, "target", None)])
    return statements_of([found[position] for position in sorted(found)])
