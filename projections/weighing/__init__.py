"""What claims come to: pure functions over values, no database."""
