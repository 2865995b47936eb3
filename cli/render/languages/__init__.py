"""The languages in which rows, lines and headings are told."""
