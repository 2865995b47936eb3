"""Benchmarks: the program compared with its peers and with the minimum work required."""
