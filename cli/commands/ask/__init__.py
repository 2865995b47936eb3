"""Commands that ask what was so."""
