"""Announcement files: read, checked with a diagnostic for every mistake, and written."""
