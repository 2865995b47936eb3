"""What an append comes to, decided under the store's lock.

    batch + what the log holds ──▶ the contents that are new, or a refusal

Every backend asks this, so that they agree on what is a repetition, a conflict and a no-op.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from events.codec import Content, event_id
from events.errors import EventError, PositionConflictError, SourceConflictError
from events.source import Source
from ledger.store import Batch


@dataclass(frozen=True, slots=True)
class Plan:
    """The contents to append, by id in order, and the ids that are in the log already."""

    new: Mapping[str, Content]
    already: tuple[str, ...]


def ids_of(batch: Batch) -> dict[str, Content]:
    """Return the batch's contents by id; one that is given twice counts once."""
    return {event_id(content): content for content in batch.contents}


def plan(
    wanted: Mapping[str, Content],
    known: frozenset[str],
    described: Callable[[str], Source | None],
    *,
    position: int,
    expected: int | None,
) -> Plan:
    """Decide what of a batch to append, given the ids in it that the log holds.

    `described` returns the source the log knows under an id. Raises PositionConflictError and
    SourceConflictError.
    """
    if expected is not None and expected != position:
        raise PositionConflictError(expected, position)
    new = {id_: content for id_, content in wanted.items() if id_ not in known}
    first: dict[str, Source] = {}
    for content in new.values():
        if isinstance(content, Source):
            there = described(content.id) or first.setdefault(content.id, content)
            if there is not content:
                raise _conflict(there, content)
    return Plan(new, tuple(id_ for id_ in wanted if id_ in known))


def _conflict(there: Source, given: Source) -> SourceConflictError:
    differing = [
        f"{name} ({getattr(there, name)!s} there, {getattr(given, name)!s} here)"
        for name in type(there).model_fields
        if getattr(there, name) != getattr(given, name)
    ]
    return SourceConflictError(
        f"source {given.id} is described already, with another {', another '.join(differing)}",
        hint="describe it as the ledger does (`mission sources`), or give this document an id"
        " of its own",
    )


def check_name(by: str) -> str:
    """Return the name of whoever records, or raise EventError where it cannot be one."""
    if not by.strip() or len(by) > 100:
        raise EventError("the name of whoever records has 1 to 100 characters", hint="--by NAME")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in by):
        raise EventError("the name of whoever records holds a control character", hint="--by NAME")
    return by
