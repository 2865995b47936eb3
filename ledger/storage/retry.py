"""Retry while a database server cannot be reached."""

import time
from collections.abc import Callable
from typing import TypeVar

from events.errors import UnreachableError

PAUSES = (0.1, 0.3, 1.0, 3.0)
"""Seconds before each retry."""

Done = TypeVar("Done")


def with_retries(attempt: Callable[[], Done]) -> Done:
    """Call `attempt`; call it again after each pause where it raises UnreachableError."""
    for pause in PAUSES:
        try:
            return attempt()
        except UnreachableError:
            time.sleep(pause)
    return attempt()
