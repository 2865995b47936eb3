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


def progress(doing: str, what: str = "entries") -> Callable[[int, int], None]:
    """Return a function to call with how many of `what` are done and in total (0 if not known)."""
    draws = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return _Progress(doing, what, draws=draws)


class _Progress:
    """A progress report; the work begins with the first call."""

    def __init__(self, doing: str, what: str, *, draws: bool) -> None:
        self._doing = doing
        self._what = what
        self._draws = draws
        self._reported = 0.0
        self._begun: tuple[float, int] | None = None

    def __call__(self, done: int, of: int) -> None:
        """Report progress if enough time has passed since the last report."""
        now = time.monotonic()
        if self._begun is None:
            self._begun, self._reported = (now, done), now
        if now - self._reported < QUIET:
            return
        since, before = self._begun
        rate = (done - before) / max(now - since, 1e-9)
        if self._draws:
            self._reported = -QUIET  # once a bar is shown, it is drawn on every call
            bar = f"  [{'#' * (done * WIDTH // of):-<{WIDTH}}]" if of else ""
            many = f"{done}/{of}" if of else f"{done}"
            redraw(f"{self._doing}{bar}  {many}  {rate:,.0f}/s")
            if of and done >= of:
                end_drawing()
                self._begun = None
        else:
            self._reported = now
            many = f"{done:,} of {of:,}" if of else f"{done:,}"
            remaining = f", {(of - done) / rate:.0f} s left" if of and rate else ""
            say(f"{self._doing}: {many} {self._what}, {rate:,.0f}/s{remaining}")
