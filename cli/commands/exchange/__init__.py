"""Commands that carry logs to and from elsewhere."""
