"""Events to bytes and back: canonical JSON, ids, and upcasters of older schemas."""
