"""The claims index: which entries the answer to a question has to read."""
