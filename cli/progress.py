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
    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._begun = self._said = time.monotonic()

    def _rate(self, done: int) -> float:
        return done / max(time.monotonic() - self._begun, 1e-9)


class _Lines(_Told):
    def __call__(self, done: int, of: int) -> None:
        if time.monotonic() - self._said < QUIET:
            return
        self._said = time.monotonic()
        rate = self._rate(done)
        many = f"{done:,} of {of:,}" if of else f"{done:,}"
        left = f", {(of - done) / rate:.0f} s left" if of and rate else ""
        click.echo(f"{self._doing}: {many} entries, {rate:,.0f}/s{left}", err=True)


class _Bar(_Told):
    def __init__(self, doing: str) -> None:
        super().__init__(doing)
        self._bar: Any = None

    def __call__(self, done: int, of: int) -> None:
        if self._bar is None:
            if time.monotonic() - self._begun < QUIET:
                return
            self._bar = click.progressbar(
                length=of or None,
                label=self._doing,
                file=sys.stderr,
                show_pos=True,
                item_show_func=lambda at: f"{self._rate(at):,.0f}/s" if at else None,
                update_min_steps=1,
            )
        self._bar.update(done - self._bar.pos, done)
        if of and done >= of:
            self._bar.render_finish()
            self._bar = None
            self._begun = time.monotonic()
