"""Commands that export and import logs."""
