"""Command-line options: clocks, ranges and dates as values, and shell completion."""
