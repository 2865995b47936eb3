"""Commands that query the record."""
