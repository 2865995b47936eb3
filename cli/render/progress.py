"""How far a long command is: a bar on a terminal, elsewhere one line a second, on standard error.

What takes less than a second is not spoken of.
"""

import os
import sys
import time
from collections.abc import Callable

from cli.render.messages import end_drawing, redraw, say

QUIET = 1.0
"""Seconds before anything is said, and between two lines."""

WIDTH = 30
"""Of the bar, in columns."""


def progress(doing: str) -> Callable[[int, int], None]:
    """Return what is told how many of how many entries are done; 0 where nobody knows how many."""
    return _Bar(doing) if _draws() else _Lines(doing)


def _draws() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class _ProgressReport:
    """What is said of some work, which begins when it is first told of."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._said = 0.0
        self._begun: tuple[float, int] | None = None

    def __call__(self, done: int, of: int) -> None:
        """Say how far it is, now and then."""
        now = time.monotonic()
        if self._begun is None:
            self._begun, self._said = (now, done), now
        if now - self._said >= QUIET or (of and done >= of):
            self.say(done, of)

    def say(self, done: int, of: int) -> None:
        """Say how far it is."""
        raise NotImplementedError

    def _rate(self, done: int) -> float:
        since, before = self._begun or (time.monotonic(), 0)
        return (done - before) / max(time.monotonic() - since, 1e-9)


class _Lines(_ProgressReport):
    def say(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._said < QUIET:
            return
        self._said = now
        rate = self._rate(done)
        many = f"{done:,} of {of:,}" if of else f"{done:,}"
        left = f", {(of - done) / rate:.0f} s left" if of and rate else ""
        say(f"{self._doing}: {many} entries, {rate:,.0f}/s{left}")


class _Bar(_ProgressReport):
    _shown = False

    def say(self, done: int, of: int) -> None:
        if not self._shown and time.monotonic() - self._said < QUIET:
            return  # done at once
        self._shown, self._said = True, 0  # from now on it is drawn each time
        bar = f"  [{'#' * (done * WIDTH // of):-<{WIDTH}}]" if of else ""
        many = f"{done}/{of}" if of else f"{done}"
        redraw(f"{self._doing}{bar}  {many}  {self._rate(done):,.0f}/s")
        if of and done >= of:
            end_drawing()
            self._shown, self._begun = False, None
