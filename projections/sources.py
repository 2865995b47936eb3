"""The sources in force: how they are described by now, corrected and withdrawn.

The log keeps the description that a source was recorded with. What later entries say of it is laid
over that: each correction that counts replaces the fields it states.
"""

from collections.abc import Iterable
from typing import NamedTuple

from events.source_description import SourceDescription
from projections.question import ClaimStore
from projections.weighing.amendments import Kind
from projections.weighing.sources import SourceChange


class SourceInForce(NamedTuple):
    """A source as it is described by now, and the corrections and withdrawals that count."""

    description: SourceDescription
    changes: tuple[SourceChange, ...] = ()

    @property
    def withdrawn(self) -> bool:
        """Whether nothing that it states counts."""
        return any(each.kind is Kind.SOURCE_WITHDRAWN for each in self.changes)


def sources_in_force(
    store: ClaimStore, names: Iterable[str], *, known: int | None = None, upto: int | None = None
) -> dict[str, SourceInForce]:
    """Return those sources, by id, that are described, as they were known at a second.

    `known` is in seconds since 1970 UTC, None for no limit; `upto` is a position.
    """
    wanted = list(dict.fromkeys(names))
    as_known = store.sources(wanted, upto=upto).as_known(known)
    found = {}
    for name, description in store.descriptions(wanted, upto=upto).items():
        changes = as_known.changes(name)
        stated = {field: value for each in changes for field, value in each.stated.items()}
        found[name] = SourceInForce(description._replace(**stated), changes)
    return found


def changed(change: SourceChange) -> str:
    """Return what an event did to a source, and why."""
    did = "withdrawn" if change.kind is Kind.SOURCE_WITHDRAWN else "corrected"
    by = f" by {change.source}" if change.source else ""
    return f"{did}{by} at position {change.position}: {change.reason}"
