"""Encode and decode events: canonical JSON, event ids, upcasters for older schema versions."""
