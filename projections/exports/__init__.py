"""Files for other programs: one module a format, listed in `registry`."""
