"""Dated events and their sources: the data model, its files and its encoding."""
