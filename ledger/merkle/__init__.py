"""The Merkle tree over the log, and proofs against it (RFC 6962)."""
