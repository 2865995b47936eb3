"""Counts in words, apart from the wording, which loads all that the record knows."""


def count(number: int, one: str, many: str) -> str:
    """Say how many there are: `1 entry`, `0 entries`, `93 entries`."""
    return f"{number} {one if number == 1 else many}"
