"""Logs to and from elsewhere: CloudEvents, import and merge, backup."""
