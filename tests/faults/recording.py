"""Record what a process does to the files of a folder, call by call, with `recorder.c`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RECORDER = Path(__file__).with_name("recorder.c")


@dataclass(frozen=True, slots=True)
class Call:
    """One call that changed a file or a name; `to` is the second name of a link or a rename.

    `number` is the file's inode, or the process id if the recorder is set to record that.
    A `note` is not a call of the recorded process: the function `note` added it to the recording.
    """

    what: str
    number: int
    at: int
    path: str
    to: str = ""
    data: bytes = b""


def why_not() -> str:
    """Return why nothing can be recorded here; empty if it can."""
    return "" if shutil.which("cc") else "there is no C compiler (cc)"


@cache
def recorder(folder: Path) -> Path:
    """Compile the recorder."""
    library = folder / "recorder.so"
    subprocess.run(
        ["cc", "-O1", "-shared", "-fPIC", "-o", library, RECORDER, "-ldl"],
        check=True,
        capture_output=True,
    )
    return library


def run(
    command: Sequence[str], library: Path, watched: Path, **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command with the recorder; `log` and `fail` are the recorder's settings."""
    environment = {**os.environ, **recording(library, watched, **settings)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def recording(library: Path, watched: Path, **settings: str) -> dict[str, str]:
    """Return the environment variables that record a process and its children."""
    return {
        "LD_PRELOAD": str(library),
        "RECORDER_FOLDER": str(watched),
        **{f"RECORDER_{name.upper()}": value for name, value in settings.items()},
    }


def note(log: Path, data: bytes) -> None:
    """Add a note to a recording, after all calls so far."""
    handle = os.open(log, os.O_WRONLY | os.O_APPEND)
    try:
        os.write(handle, b"note 0 0 %d \n%s\n" % (len(data), data))
    finally:
        os.close(handle)


def run_again(folder: Path, watched: Path, **settings: str) -> int:
    """Run this script again with the recorder loaded, and print what it says; return its exit code.

    It is told so by `--library`, whose folder is `folder`.
    """
    library = recorder(folder)
    ended = run(
        [sys.executable, *sys.argv, "--library", str(library)], library, watched, **settings
    )
    print(ended.stdout, ended.stderr, sep="", end="")
    return ended.returncode


def read_calls(log: Path) -> Iterator[Call]:
    """Read the recorded calls, in order."""
    with log.open("rb") as file:
        while head := file.readline():
            what, number, at, length, names = head.decode().rstrip("\n").split(" ", 4)
            path, _, to = names.partition("\t")
            data = file.read(int(length))
            if data:
                file.read(1)
            yield Call(what, int(number), int(at), path, to, data)
