"""Commands that maintain a ledger."""
