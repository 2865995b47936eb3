"""The claims as an inline projection of the ledger."""

from collections.abc import Sequence

from ledger.storage.inline_projection import StoredEntry
from ledger.storage.transaction import Transaction
from ledger.upkeep.findings import AddFinding
from ledger.upkeep.projection_check import ProjectionCheck
from projections.claims_table import missions
from projections.claims_table.tables import CLAIMS_TABLES


class Claims:
    """The inline projection of the claims."""

    name = "claims"
    version = 1
    tables = CLAIMS_TABLES

    def apply(self, transaction: Transaction, new_entries: Sequence[StoredEntry]) -> None:
        """Add the rows of new entries."""
        from projections.claims_table.index import index  # noqa: PLC0415 (start-up)

        index(transaction, [each.entry for each in new_entries if each.entry])

    def check(self, add: AddFinding) -> ProjectionCheck:
        """Return a comparison of the rows with what the log gives."""
        from projections.claims_table.check import ClaimsCheck  # noqa: PLC0415 (start-up)

        return ClaimsCheck(add)

    def names(self, transaction: Transaction) -> Sequence[str]:
        """Return the short names of all missions, by which its rows are divided."""
        return missions.short_names(transaction)
