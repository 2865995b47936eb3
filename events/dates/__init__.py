"""Dates as sources give them, in EDTF or in words, as windows of days."""
