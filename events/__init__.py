"""What a source states: dated events, their sources, and the files and bytes that carry them."""
