"""The append-only log: the store protocol, its backends, and the shipped record."""
