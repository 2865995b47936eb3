"""The append-only log: the store's protocol, its backends, and the shipped record."""
