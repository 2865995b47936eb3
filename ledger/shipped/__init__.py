"""The records shipped with the program: their files, their log, and how they are loaded."""
