"""Commands on a real terminal: a pseudo-terminal, and an emulator that draws what arrives at it.

    shown = screen(["state", "nmi"], columns=80, rows=24, env={"PAGER": "less"}, keys=["q"])
    shown.lines     the screen's lines when the command ended, as a person sees them
    shown.first     the same before the first key was pressed: of a pager, its first screen
    shown.printed   all lines that were printed, without escape sequences
    shown.raw       the bytes, escape sequences and all
    shown.code      the exit code

A key is pressed when a pager prompts, or when nothing has been printed for long.

Starting Python anew for each of hundreds of screens would take minutes: one process has the
program loaded, and a copy of it runs each command, from `main` on, with the pseudo-terminal as
its controlling terminal.
"""

import atexit
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[2]
QUIET = 0.05
"""Seconds without output after which a prompt of a pager is taken for one."""
PATIENCE = 4.0
"""Seconds without output after which a program waits for a key though we know no such prompt."""
LONGEST = 60.0
"""Seconds after which a command that has not ended is a fault."""

ESCAPE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][A-Z0-9]|[ -~])|\x0f|\x07")
"""An escape sequence of a terminal."""


@dataclass(frozen=True)
class Shown:
    """What a terminal showed of a command."""

    lines: list[str]
    first: list[str]
    raw: bytes
    code: int
    cells: list[pyte.screens.Char]

    @property
    def printed(self) -> list[str]:
        """All lines that were printed, without escape sequences and without spaces at their end."""
        text = ESCAPE.sub("", self.raw.decode()).replace("\r\n", "\n")
        return [line.rpartition("\r")[2].rstrip() for line in text.split("\n")]


def screen(
    args: Sequence[str],
    *,
    columns: int = 80,
    rows: int = 24,
    env: Mapping[str, str] | None = None,
    keys: Sequence[str] = (),
    typed: str = "",
    cwd: Path = ROOT,
) -> Shown:
    """Run `mission` on a terminal of so many columns and rows, and press keys.

    What is `typed` is typed at once, as somebody does who does not wait for a prompt.

    The environment is empty but for PATH, HOME, LANG, TERM and what is given; a variable given as
    an empty string is not set.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    kept = {name: os.environ.get(name, "/") for name in ("PATH", "HOME")}
    given = {**kept, "LANG": "C.UTF-8", "TERM": "xterm", **(env or {})}
    request = {
        "args": list(args),
        "terminal": os.ttyname(theirs),
        "cwd": str(cwd),
        "env": {name: value for name, value in given.items() if value},
    }
    program = _program()
    answers = program.stdout
    program.stdin.write(json.dumps(request) + "\n")
    program.stdin.flush()
    drawn = pyte.Screen(columns, rows)
    stream, raw, first, left = pyte.ByteStream(drawn), b"", None, list(keys)
    begun, ended = time.monotonic(), False
    last = begun
    os.write(ours, typed.encode())
    while True:
        waited = [ours] if ended else [ours, answers]
        ready, _, _ = select.select(waited, [], [], 0 if ended else QUIET)
        if ours in ready:
            part = os.read(ours, 65_536)
            raw, last = raw + part, time.monotonic()
            stream.feed(part)
        elif ended:
            break
        elif answers in ready:
            ended = True
        elif left and _waits(drawn, time.monotonic() - last):
            first = first or list(drawn.display)
            os.write(ours, left.pop(0).encode())
        elif time.monotonic() - begun > LONGEST:
            break
    os.close(theirs)
    os.close(ours)  # whatever still runs there is told to end
    code = int(answers.readline())
    assert ended, f"{args} has not ended; it shows\n" + "\n".join(drawn.display)
    cells = [cell for row in drawn.buffer.values() for cell in row.values()]
    return Shown([*drawn.display], first or [*drawn.display], raw, code, cells)


def _waits(drawn: pyte.Screen, seconds: float) -> bool:
    """Whether a program waits for a key: a pager prompts, or nothing is known for long."""
    prompt = drawn.display[-1].strip()
    return prompt in (":", "(END)") or prompt.startswith("--More--") or seconds > PATIENCE


@cache
def _program() -> subprocess.Popen:
    """Start the process that has the program loaded; it ends when the tests do."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.screen"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(started.communicate)
    return started


def _serve() -> None:
    """Run each command that is asked for in a copy of this process, and say how it ended."""
    from cli import main

    for name in main.COMMANDS:
        main.cli.get_command(None, name)

    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if not child:
            _run(request)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(request: dict) -> None:
    """Run a command on a terminal of its own, as a shell would, and end."""
    os.login_tty(os.open(request["terminal"], os.O_RDWR))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    from cli.main import main

    code: object = 1
    try:
        main(request["args"])
    except SystemExit as end:
        code = end.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    _serve()
