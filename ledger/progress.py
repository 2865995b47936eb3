"""Progress callbacks for long operations."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with the entries done and the total; the total is 0 where it is unknown."""


def no_progress(done: int, of: int) -> None:
    """Report nothing."""
