"""From answers to text: pages, tables, wording, and where they are printed."""
