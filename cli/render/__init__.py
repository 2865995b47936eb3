"""Turn answers into text: pages, tables, wording, and output to the terminal or as data."""
