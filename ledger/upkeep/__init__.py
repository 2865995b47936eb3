"""Maintenance: verify, upgrade and diagnose a ledger."""
