"""Read, check and write announcement files."""
