"""The claims index: finds the entries that an answer has to read."""
