"""Progress of a long command on standard error: a bar on a terminal, else a line every second.

Work that takes less than a second reports none.
"""

import os
import sys
import time
from collections.abc import Callable

from cli.render.messages import end_drawing, redraw, say

QUIET = 1.0
"""Seconds before the first report, and between two lines."""

WIDTH = 30
"""The width of the bar, in columns."""


def progress(doing: str) -> Callable[[int, int], None]:
    """Return a function to call with the entries done and in total (0 if not known)."""
    return _Bar(doing) if _draws() else _Lines(doing)


def _draws() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class _ProgressReport:
    """A progress report; the work begins with the first call."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._reported = 0.0
        self._begun: tuple[float, int] | None = None

    def __call__(self, done: int, of: int) -> None:
        """Report progress if enough time has passed since the last report."""
        now = time.monotonic()
        if self._begun is None:
            self._begun, self._reported = (now, done), now
        if now - self._reported >= QUIET or (of and done >= of):
            self.say(done, of)

    def say(self, done: int, of: int) -> None:
        """Report progress."""
        raise NotImplementedError

    def _rate(self, done: int) -> float:
        since, before = self._begun or (time.monotonic(), 0)
        return (done - before) / max(time.monotonic() - since, 1e-9)


class _Lines(_ProgressReport):
    def say(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._reported < QUIET:
            return
        self._reported = now
        rate = self._rate(done)
        many = f"{done:,} of {of:,}" if of else f"{done:,}"
        remaining = f", {(of - done) / rate:.0f} s left" if of and rate else ""
        say(f"{self._doing}: {many} entries, {rate:,.0f}/s{remaining}")


class _Bar(_ProgressReport):
    _shown = False

    def say(self, done: int, of: int) -> None:
        if not self._shown and time.monotonic() - self._reported < QUIET:
            return  # done quickly: no bar
        self._shown, self._reported = True, 0  # from now on, draw on every call
        bar = f"  [{'#' * (done * WIDTH // of):-<{WIDTH}}]" if of else ""
        many = f"{done}/{of}" if of else f"{done}"
        redraw(f"{self._doing}{bar}  {many}  {self._rate(done):,.0f}/s")
        if of and done >= of:
            end_drawing()
            self._shown, self._begun = False, None
