"""Commands that list what the ledger and the program know."""
