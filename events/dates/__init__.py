"""Parse dates as sources write them, in EDTF or in words, into windows of days."""
