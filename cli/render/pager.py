"""Show long output through a pager, by the same rules as git.

PAGER is a shell command; the default is `less`, or else `more`. If it is empty or `cat`, or not set
while TERM is `dumb`, nothing is paged. LESS defaults to FRX: quit if the text fits the screen, show
styles, and leave the text on the screen.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

LESS = "FRX"
NOT_RUN = (126, 127)
"""A shell's exit codes for a command that it cannot run or find."""
KILLED = 128
"""What a shell adds to the number of the signal that ended a command."""
BY_THE_USER = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
"""Signals by which a user ends the pager."""

_RAW = re.compile("-?[a-z]*r[a-z]*|--raw-control-chars", re.IGNORECASE).fullmatch
"""Matches options of `less` that make it show escape sequences raw: -R or -r among others."""


def show(text: str, plain: Callable[[], str]) -> None:
    """Print text, through the pager if it does not fit the terminal.

    `plain` returns the same text without styles, for a pager that would print their escapes.
    """
    pager = _command() if sys.stdout.isatty() else None
    if pager is None or text.count("\n") < shutil.get_terminal_size((80, 24)).lines:
        sys.stdout.write(text)
        return
    less = os.environ.get("LESS", LESS)
    _page(text if shows_styles(pager, less) else plain(), pager, less)


def _command() -> str | None:
    """Return the pager's shell command; None if nothing is paged."""
    named = os.environ.get("PAGER")
    if named is not None:
        return None if named.strip() in ("", "cat") else named
    if is_dumb():
        return None
    return next((each for each in ("less", "more") if shutil.which(each)), None)


def is_dumb() -> bool:
    """Whether the terminal reports no capabilities."""
    return os.environ.get("TERM") in (None, "", "dumb")


def shows_styles(command: str, less: str) -> bool:
    """Whether a pager shows styles, not their escape sequences: `less` with -R or -r does.

    `less` is the value of LESS.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        return False
    while words and re.match("[A-Za-z_]+=", words[0]):
        name, _, value = words.pop(0).partition("=")
        less = value if name == "LESS" else less
    program, *options = words or [""]
    given = [*less.split(), *(option for option in options if option.startswith("-"))]
    return Path(program).name == "less" and any(map(_RAW, given))


def _page(text: str, command: str, less: str) -> None:
    """Run the pager on the text and wait for it; print the text if the pager failed."""
    env = {**os.environ, "LESS": less}
    if (sys.stdout.encoding or "").casefold() in ("utf-8", "utf8"):
        env.setdefault("LESSCHARSET", "utf-8")
    sys.stdout.flush()
    pager = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env=env)  # noqa: S602 (the user's own)
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pager
    try:
        pager.communicate(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))
    except BaseException:
        pager.terminate()
        raise
    finally:
        signal.signal(signal.SIGINT, interrupt)
    if _has_failed(pager.returncode, command):
        sys.stdout.write(text)


def _has_failed(code: int, command: str) -> bool:
    """Whether a pager did not run or was killed; an error code may just mean it was quit."""
    if code in NOT_RUN:
        return True
    ended_by = -code if code < 0 else code - KILLED
    if ended_by > 0:
        return ended_by not in BY_THE_USER
    return code != 0 and not _is_shell(command)


def _is_shell(command: str) -> bool:
    """Whether a command is valid shell syntax."""
    parsed = ["/bin/sh", "-n", "-c", command]
    return subprocess.run(parsed, check=False, stderr=subprocess.DEVNULL).returncode == 0  # noqa: S603 (nothing is run)
