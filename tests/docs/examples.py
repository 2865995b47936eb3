"""The console examples of a document: what is typed, and what it says is printed.

A block of ```console holds commands after `$`, their further lines after `>`, and their output.
`…` in an output stands for anything, also for several lines. The examples of one document run in
order, in an empty folder of their own.

    python -m tests.docs.examples README.md docs/*.md

writes each document's outputs anew where they have changed; read the difference. What was left out
stays left out where the lines beside it still stand; times of recording are always left out.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

RECORD_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")
BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A command as it is typed, and the output that the document shows."""

    command: str
    said: str

    def __str__(self) -> str:
        """Write it as it stands in a document."""
        return "$ " + self.command.replace("\n", "\n> ") + "\n" + self.said

    @property
    def sets_up(self) -> bool:
        """Whether it is the set-up itself, without which nothing here runs."""
        return ".venv" in self.command

    def fits(self, printed: str) -> bool:
        """Whether what was printed is what the document shows, but for spaces at ends of lines."""
        lines = "\n".join(line.rstrip() for line in printed.strip().splitlines())
        parts = [re.escape(part) for part in self.said.strip().split("…")]
        return re.fullmatch(".*".join(parts), lines, re.DOTALL) is not None


def examples(block: str) -> list[Example]:
    """Split a console block into its examples."""
    typed: list[tuple[list[str], list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            typed.append(([line[2:]], []))
        elif line == ">" or line.startswith("> "):
            typed[-1][0].append(line[2:])
        else:
            typed[-1][1].append(line)
    return [
        Example("\n".join(command), "".join(f"{line}\n" for line in said))
        for command, said in typed
    ]


def run(document: str, folder: Path) -> Iterator[tuple[Example, str]]:
    """Run a document's examples in a folder; yield each with what it printed."""
    environment = {
        "HOME": str(folder),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "COLUMNS": "80",
        "MISSION_BY": "anna",
    }
    for block in BLOCK.findall(document):
        for each in examples(block):
            if not each.sets_up:
                done = subprocess.run(
                    ["bash", "-c", each.command],
                    cwd=folder,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    encoding="utf-8",
                    check=False,
                )
                yield each, done.stdout


def shortened(said: str, printed: str) -> str:
    """Return what is printed, with what the document left out before left out again."""
    lines = [RECORD_TIME.sub("…", line.rstrip()) for line in printed.splitlines()]
    words = [line.split() for line in lines]
    old = said.splitlines()
    at = 0
    for number, line in enumerate(old):
        if line.strip() != "…":
            if line.split() in words[at:]:
                at = words.index(line.split(), at) + 1
            continue
        stands = number == 0 or (at > 0 and words[at - 1] == old[number - 1].split())
        following = [each.split() for each in old[number + 1 : number + 2]]
        if not stands or (following and following[0] not in words[at:]):
            continue
        end = words.index(following[0], at) if following else len(lines)
        lines[at:end], words[at:end] = [line], [["…"]]
        at += 1
    return "".join(f"{line}\n" for line in lines)


def written_anew(document: str, folder: Path) -> str:
    """Return a document with the outputs that have changed as they are printed now."""
    for each, printed in run(document, folder):
        if not each.fits(printed):
            now = Example(each.command, shortened(each.said, printed))
            document = document.replace(str(each), str(now))
    return document


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        with TemporaryDirectory() as empty:
            now = path.read_text(encoding="utf-8")
            path.write_text(written_anew(now, Path(empty)), encoding="utf-8")
