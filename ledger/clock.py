"""The clock that sets record time."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MICROSECOND = timedelta(microseconds=1)


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=4)
def microseconds(instant: datetime) -> int:
    """Return an instant in microseconds since 1970 UTC."""
    return (instant - EPOCH) // MICROSECOND
