"""Which events undo, decide and replace which: retractions, corrections and preferences.

An event about the record refers to earlier events of its mission by their ids. What each of these
rules says is asked of the events alone; who asks knows how to find an event by its id.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from events.encoding.codec import Content, Entry
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred, sources_of

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A retracted or corrected event: which event (`by`) cancelled it, and why."""

    event: str
    by: str
    reason: str
    corrected: bool


def undone_by(content: object) -> str | None:
    """Return the id of the event that an event undoes; None if it undoes none."""
    return content.target if isinstance(content, ClaimRetracted | ClaimCorrected) else None


def undone_in_turn(event: Found, undone: Callable[[Found], Found | None]) -> Iterator[Found]:
    """Yield an event, the one that it undoes, the one that this undid, and so on."""
    following: Found | None = event
    while following is not None:
        yield following
        following = undone(following)


def ids_needed(content: object) -> tuple[str, ...]:
    """Return the ids of the events that decide whether, or from when, an event itself counts.

    A preference counts once all claims that it chooses do, a correction of a correction once that
    one does. A retraction needs no other event.
    """
    if isinstance(content, ReadingPreferred):
        return content.claims
    return (content.target,) if isinstance(content, ClaimCorrected) else ()


def sources_needed(content: Content, of_undone_correction: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sources that must be public for an event to count.

    A correction of a correction replaces it, so it also needs the sources of the first: these are
    given where the event undoes a correction.
    """
    named = sources_of(content)
    if not isinstance(content, ClaimCorrected):
        return named
    return tuple(dict.fromkeys((*named, *of_undone_correction)))


def sources_needed_by_each(entries: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """Return the sources that must be public for each of a mission's entries to count, by id."""
    needed: dict[str, tuple[str, ...]] = {}
    of_corrections: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        of_undone = of_corrections.get(undone_by(entry.content) or "", ())
        needed[entry.id] = sources_needed(entry.content, of_undone)
        if isinstance(entry.content, ClaimCorrected):
            of_corrections[entry.id] = needed[entry.id]
    return needed


def cancellations(entries: Sequence[Entry]) -> dict[str, Cancellation]:
    """Return the retracted and corrected events among a mission's entries, by id.

    Iterates from the newest entry, since an event can only be cancelled by a later one. Retracting
    a correction reinstates what it corrected; correcting a correction does not.
    """
    cancelled: dict[str, Cancellation] = {}
    for entry in reversed(entries):
        content = entry.content
        cancellation = cancelled.get(entry.id)
        if isinstance(content, ClaimRetracted) and cancellation is None:
            cancelled[content.target] = Cancellation(
                content.target, entry.id, content.reason, False
            )
        elif isinstance(content, ClaimCorrected) and (
            cancellation is None or cancellation.corrected
        ):
            cancelled.setdefault(
                content.target, Cancellation(content.target, entry.id, content.reason, True)
            )
    return cancelled
