"""Telling whoever waits how far a long piece of work is."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how many of how many entries are done; 0 where nobody knows how many there are."""


def no_progress(done: int, of: int) -> None:
    """Tell nobody."""
