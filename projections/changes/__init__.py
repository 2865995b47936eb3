"""What a log took in after a position, announcement by announcement, and how answers changed."""
