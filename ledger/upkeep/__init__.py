"""Keeping a ledger sound: verify, upgrade and diagnose."""
