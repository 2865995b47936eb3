"""What the commands that append share: dry run, drafts, and the report of what was appended."""
