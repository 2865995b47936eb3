"""Retry while a database server cannot be reached, or rolls transactions back."""

import time
from collections.abc import Callable
from typing import TypeVar

from events.errors import BusyLedgerError, UnreachableError

PAUSES = (0.1, 0.3, 1.0, 3.0)
"""Seconds before each retry."""

Done = TypeVar("Done")


class RolledBackError(BusyLedgerError):
    """The server rolled a transaction back because of another one; it can be repeated at once."""


def with_retries(attempt: Callable[[], Done]) -> Done:
    """Call `attempt`; call it again after each pause where it fails and may succeed later.

    Those are UnreachableError and RolledBackError.
    """
    for pause in PAUSES:
        try:
            return attempt()
        except (UnreachableError, RolledBackError):
            time.sleep(pause)
    return attempt()
