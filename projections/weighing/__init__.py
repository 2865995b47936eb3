"""Weighing of claims into periods, standings and readings: pure functions, no database."""
