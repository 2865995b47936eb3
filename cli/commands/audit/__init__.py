"""Commands that show how the record changed, and write and check proofs of it."""
