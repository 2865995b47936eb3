"""Answers computed from the log: pure functions from claims and clocks to values."""
