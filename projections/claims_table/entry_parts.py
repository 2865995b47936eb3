"""What the tables of the claims need of an entry: computed from it alone, in any process."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from events.entry import Entry
from events.record_events import SourceCorrected
from events.source import Source
from ledger.storage import names
from ledger.storage.inline_projection import StoredEntry
from ledger.storage.transaction import Transaction
from projections.claims_table.claim_rows import StatedClaim, amendment_of, stated_claims
from projections.weighing.amendments import Amendment


class ClaimParts(NamedTuple):
    """What the tables of the claims need of an entry.

    `described` is the source that it describes, if any; `corrections` are the fields that it states
    of a source that it corrects.
    """

    position: int
    id: str
    mission: str | None
    claims: tuple[StatedClaim, ...]
    amendment: Amendment | None
    described: str | None
    corrections: Mapping[str, str] | None


def parts_of(stored: StoredEntry) -> ClaimParts | None:
    """Return what the tables need of an entry; None where it cannot be read."""
    if stored.entry is None:
        return None
    content = stored.entry.content
    return ClaimParts(
        stored.position,
        stored.entry.id,
        stored.entry.mission,
        tuple(stated_claims(content)),
        amendment_of(stored.entry),
        content.id if isinstance(content, Source) else None,
        content.corrections() if isinstance(content, SourceCorrected) else None,
    )


def names_in(new: Iterable[ClaimParts]) -> Iterator[str]:
    """Yield the missions and sources that new entries name."""
    for each in new:
        stated = (one.source for one in each.claims)
        own = (each.amendment.source, each.amendment.claim_source) if each.amendment else ()
        yield from (name for name in (each.mission, *stated, *own) if name)


def stored_parts(transaction: Transaction, earlier: Entry) -> tuple[ClaimParts, Mapping[str, int]]:
    """Return what the tables hold of an entry that is in the log already."""
    stated = StoredEntry(earlier.position, earlier.raw, earlier)
    parts = parts_of(stated)
    assert parts is not None  # noqa: S101 (it was read)
    return parts, names.numbers_of(transaction, names_in([parts]))
