"""Things kept in memory because they are likely to be asked for again."""

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class BoundedCache(Generic[Key, Value]):
    """What was found before, up to a limit: at half of it, what was not asked for since goes.

    `most` is in units of `size`, and without one in things.
    """

    def __init__(self, most: int, size: Callable[[Value], int] = lambda _: 1) -> None:
        self._most = most
        self._size = size
        self._lately_size = 0
        self._lately: dict[Key, Value] = {}
        self._before: dict[Key, Value] = {}

    def get(self, key: Key) -> Value | None:
        """Return what was kept; None where nothing is."""
        found = self._lately.get(key)
        if found is None and (found := self._before.get(key)) is not None:
            self.keep(key, found)
        return found

    def keep(self, key: Key, value: Value) -> None:
        """Keep what was found."""
        size = self._size(value)
        if key in self._lately:
            size -= self._size(self._lately[key])
        if self._lately_size + size > self._most // 2:
            self._before, self._lately, self._lately_size = self._lately, {}, 0
            size = self._size(value)
        self._lately_size += size
        self._lately[key] = value

    @property
    def size(self) -> int:
        """How much is kept."""
        return sum(self._size(each) for each in (self._lately | self._before).values())
