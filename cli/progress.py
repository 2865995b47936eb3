"""How far a long command is: a bar on a terminal, elsewhere one line a second, on standard error.

What takes less than a second is not spoken of.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import click

QUIET = 1.0
"""Seconds before anything is said, and between two lines."""


def progress(doing: str) -> Callable[[int, int], None]:
    """Return what is told how many of how many entries are done; 0 where nobody knows how many."""
    return _Bar(doing) if _draws() else _Lines(doing)


def _draws() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class _Told:
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


class _Lines(_Told):
    def say(self, done: int, of: int) -> None:
        now = time.monotonic()
        if now - self._said < QUIET:
            return
        self._said = now
        rate = self._rate(done)
        many = f"{done:,} of {of:,}" if of else f"{done:,}"
        left = f", {(of - done) / rate:.0f} s left" if of and rate else ""
        click.echo(f"{self._doing}: {many} entries, {rate:,.0f}/s{left}", err=True)


class _Bar(_Told):
    _bar: Any = None

    def say(self, done: int, of: int) -> None:
        if self._bar is None:
            if time.monotonic() - self._said < QUIET:
                return  # done at once
            self._bar = click.progressbar(
                length=of or None,
                label=self._doing,
                file=sys.stderr,
                show_pos=True,
                item_show_func=lambda at: f"{self._rate(at):,.0f}/s" if at else None,
            )
            self._said = 0  # from now on it is the bar that knows when to draw
        self._bar.update(done - self._bar.pos, done)
        if of and done >= of:
            self._bar.render_finish()
            self._bar = self._begun = None
