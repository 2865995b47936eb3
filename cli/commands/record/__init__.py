"""Commands that append to a ledger."""
