"""From the command line to values: options, clocks, ranges, completion."""
