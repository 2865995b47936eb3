"""Compare the rows of an inline projection with what the log gives.

`verify` compares the Merkle tree and the entry index itself, since it works out the root and the
ids from them. Any other projection brings its own comparison.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from events.encoding.codec import Entry
from ledger.storage.inline_projection import InlineProjection
from ledger.storage.transaction import Transaction
from ledger.upkeep.findings import AddFinding


class Part(NamedTuple):
    """A range of the names by which a projection divides its rows, the end not included.

    `projection` is its number among those of the ledger; `before` is None at the end.
    """

    projection: int
    since: str
    before: str | None


class ProjectionCheck(Protocol):
    """A comparison; `counts` has the rows expected so far, by table."""

    counts: Counter[str]

    def compare_entries(self, transaction: Transaction, made: Sequence[Entry]) -> None:
        """Compare the rows that a run of entries adds."""

    def compare_part(self, transaction: Transaction, part: Part) -> None:
        """Compare the rows that are derived from other rows of the projection, in one part."""

    def compare_counts(self, transaction: Transaction, end: int) -> None:
        """Compare the number of rows of each table, unless entries were appended meanwhile."""


@runtime_checkable
class CheckedProjection(Protocol):
    """A projection that brings its own comparison."""

    def check(self, add: AddFinding) -> ProjectionCheck:
        """Return a comparison that reports what differs to `add`."""

    def names(self, transaction: Transaction) -> Sequence[str]:
        """Return the names by which its rows are divided, in order."""


def check_of(projection: InlineProjection, add: AddFinding) -> ProjectionCheck | None:
    """Return the comparison that a projection brings, if any."""
    return projection.check(add) if isinstance(projection, CheckedProjection) else None


def parts_of(
    projections: Sequence[InlineProjection], transaction: Transaction, many: int
) -> list[Part]:
    """Divide the rows of all projections into `many` parts each, or a few more."""
    parts = []
    for number, projection in enumerate(projections):
        if isinstance(projection, CheckedProjection):
            names = projection.names(transaction)
            first = ["", *names[:: max(len(names) // many, 1)][1:]]
            ends = [*first[1:], None]
            parts += [Part(number, *each) for each in zip(first, ends, strict=True)]
    return parts
