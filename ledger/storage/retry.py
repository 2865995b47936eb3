"""Waiting a little where a database's server is away."""

import time
from collections.abc import Callable
from typing import TypeVar

from events.errors import UnreachableError

PAUSES = (0.1, 0.3, 1.0, 3.0)
"""Seconds waited before each new try where a server is away or a connection was lost."""

Done = TypeVar("Done")


def with_retries(attempt: Callable[[], Done]) -> Done:
    """Do something over a connection, trying again a few times where there is none."""
    for pause in PAUSES:
        try:
            return attempt()
        except UnreachableError:
            time.sleep(pause)
    return attempt()
