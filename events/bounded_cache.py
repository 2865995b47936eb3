"""A cache with a size limit."""

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """A cache in two generations: when the newer fills half the limit, the older is evicted.

    Every lookup moves a value to the newer generation. The limit `most` is in units of `size`, by
    default in items.
    """

    def __init__(self, most: int, size: Callable[[Value], int] = lambda _: 1) -> None:
        self._most = most
        self._size = size
        self._newer_size = 0
        self._newer: dict[Key, Value] = {}
        self._older: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """Return the cached value; None if there is none."""
        value = self._newer.get(key)
        if value is None and (value := self._older.get(key)) is not None:
            self.keep(key, value)
        return value

    def keep(self, key: Key, value: Value) -> None:
        """Store a value; evict old ones if necessary."""
        size = self._size(value)
        if key in self._newer:
            size -= self._size(self._newer[key])
        if self._newer_size + size > self._most // 2:
            self._older, self._newer, self._newer_size = self._newer, {}, 0
            size = self._size(value)
        self._newer_size += size
        self._newer[key] = value

    @property
    def size(self) -> int:
        """The total size of the cached values."""
        return sum(self._size(each) for each in (self._newer | self._older).values())
