"""Ranges on a clock, `A..B`, for `mission diff`.

    --on 2021-01..2021-06       --known 2020-04-01..       --recorded 93..

Either side may be an EDTF date with dots of its own: `[..2024-02]` and `2021-05/..` are one
date each, so only dots outside brackets and beside no slash divide. Nothing after the dots
means today on valid time, and everything on the other two clocks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from cli.failures import shown
from events.errors import DateError

Point = TypeVar("Point")


@dataclass(frozen=True, slots=True)
class Range(Generic[Point]):
    """Two points on a clock; the same twice where no range was given."""

    before: Point
    after: Point

    @property
    def is_range(self) -> bool:
        """Whether it was asked as a range."""
        return self.before is not self.after


def read_range(
    text: str | None, read: Callable[[str], Point], default: Callable[[], Point], option: str
) -> Range[Point]:
    """Read one point or two. Raises DateError."""
    if text is None:
        point = default()
        return Range(point, point)
    at = _division(text)
    if at is None:
        point = read(text)
        return Range(point, point)
    before, after = text[:at].strip(), text[at + 2 :].strip()
    if not before:
        raise DateError(
            f"{option} {shown(text)}: the range has no beginning",
            hint="write A..B, or A.. up to now",
        )
    return Range(read(before), read(after) if after else default())


def _division(text: str) -> int | None:
    """Find the dots that divide a range; None where there are none."""
    depth = 0
    for at, character in enumerate(text):
        if character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif (
            depth == 0
            and text.startswith("..", at)
            and "/" not in (text[:at][-1:], text[at + 2 : at + 3])
        ):
            return at
    return None
