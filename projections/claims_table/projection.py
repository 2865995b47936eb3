"""The claims as an inline projection of the ledger."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ledger.storage.inline_projection import StoredEntry
from ledger.storage.transaction import Transaction
from projections.claims_table.tables import CLAIMS_TABLES

if TYPE_CHECKING:
    from projections.claims_table.entry_parts import ClaimParts


class Claims:
    """The inline projection of the claims."""

    name = "claims"
    version = 4
    tables = CLAIMS_TABLES

    def prepare(self, stored: StoredEntry) -> "ClaimParts | None":
        """Return what the tables hold of an entry; None where it cannot be read."""
        from projections.claims_table.entry_parts import parts_of  # noqa: PLC0415 (start-up)

        return parts_of(stored)

    def apply(self, transaction: Transaction, prepared: Sequence["ClaimParts | None"]) -> None:
        """Add the rows of new entries."""
        from projections.claims_table.index import index  # noqa: PLC0415 (start-up)

        if new := [each for each in prepared if each]:
            index(transaction, new)
