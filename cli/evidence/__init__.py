"""Files that prove something: checkpoints, timestamps and proofs, and the keys that sign them."""
