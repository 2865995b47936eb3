"""Whoever waits for a long command is told how far it is, and nobody is told of a short one."""

import os
import pty
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WORK = textwrap.dedent(
    """
    import time
    from cli.render.progress import progress
    now = 0.0
    time.monotonic = lambda: now
    told = progress("appended")
    for done in range(1, 31):
        now += {pause}
        told(done * 1000, {of})
    """
)
"""Work that takes as long as its clock says, and no longer."""


def lines(pause: float, of: int) -> list[str]:
    """Do some work with standard error in a pipe; return what is said there."""
    script = WORK.format(pause=pause, of=of)
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ended.stdout == ""
    return ended.stderr.splitlines()


def test_nothing_is_said_of_what_is_done_at_once() -> None:
    """A command that takes less than a second writes nothing."""
    assert lines(0, 30_000) == []


def test_one_line_a_second_says_how_fast_and_how_long_still() -> None:
    """Away from a terminal a line a second has what is done, the rate, and the time left."""
    said = lines(0.1, 30_000)
    assert 2 <= len(said) <= 3
    for line in said:
        assert line.startswith("appended: ")
        assert " of 30,000 entries, " in line
        assert line.endswith(" s left")
        assert "/s, " in line


def test_how_long_still_is_not_made_up() -> None:
    """Where nobody knows how many there are, neither a share nor a time is given."""
    for line in lines(0.1, 0):
        assert " of " not in line
        assert "left" not in line


def on_a_terminal(script: str, **env: str) -> str:
    """Run a script with standard error on a terminal; return what arrives there."""
    outer, inner = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stderr=inner, env={**os.environ, **env}
    ) as work:
        os.close(inner)
        said = b""
        try:
            while part := os.read(outer, 4096):
                said += part
        except OSError:
            pass  # how the other end of a terminal says that it is closed
        assert work.wait() == 0
    os.close(outer)
    return said.decode()


@pytest.mark.parametrize(("term", "drawn"), [("xterm", True), ("dumb", False)])
def test_a_terminal_gets_a_bar(term: str, drawn: bool) -> None:
    """On a terminal a bar is drawn over and over; one that cannot do that gets lines."""
    text = on_a_terminal(WORK.format(pause=0.06, of=30_000), TERM=term)
    assert ("\r" in text.replace("\r\n", "")) is drawn
    assert "30000/30000" in text if drawn else " of 30,000 entries" in text
    assert "/s" in text


def test_a_bar_fits_a_narrow_terminal_and_leaves_its_cursor_alone() -> None:
    """No drawing is wider than the terminal, and whatever ends the work, the cursor is there."""
    text = on_a_terminal(WORK.format(pause=0.06, of=30_000), TERM="xterm", COLUMNS="40")
    drawn = text.split("\r")
    assert len(drawn) > 5
    assert max(len(each.removesuffix("\x1b[K")) for each in drawn) <= 40
    assert "\x1b[?25l" not in text


def test_a_terminal_is_told_of_work_that_nobody_knows_the_length_of() -> None:
    """Reading what is imported, whose entries nobody has counted, shows how many there are."""
    text = on_a_terminal(WORK.format(pause=0.06, of=0), TERM="xterm")
    assert "\rappended  30000  " in text
    assert "[" not in text.replace("\x1b[K", "")


def test_a_message_does_not_run_into_a_bar() -> None:
    """What is said while a bar is drawn stands in a line of its own, and an answer below it."""
    after = 'from cli.render.messages import say\nsay("interrupted")\n'
    text = on_a_terminal(WORK.format(pause=0.06, of=60_000) + after, TERM="xterm")
    assert text.endswith("/s\x1b[K\r\ninterrupted\r\n")
