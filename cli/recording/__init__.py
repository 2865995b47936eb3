"""Shared by the commands that append: dry runs, drafts, and the report of what was appended."""
