"""Checkpoints, timestamps and proofs as files, the keys that sign them, and their results."""
