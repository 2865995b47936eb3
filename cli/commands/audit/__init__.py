"""Commands that show how the record changed, and prove it."""
