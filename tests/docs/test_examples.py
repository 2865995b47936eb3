"""The README's examples run, and print what it says they print."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n(.*?)```", README, re.DOTALL)


def steps(block: str) -> list[tuple[str, str]]:
    """Split a console block into commands (with their continuation lines) and their output."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        elif line.startswith("> ") or line == ">":
            command, output = found[-1]
            found[-1] = (f"{command}\n{line[2:]}", output)
        else:
            command, output = found[-1]
            found[-1] = (command, f"{output}{line}\n")
    return found


def matches(said: str, printed: str) -> bool:
    """Compare line by line; `…` in the README stands for anything, also for several lines."""
    pattern = re.escape(said.strip()).replace("…", ".*")
    pattern = re.sub(r"[ ]*\n", r"[ ]*\n", pattern.replace("\\ ", " ").replace("\\\n", "\n"))
    printed = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    return re.fullmatch(pattern, printed, re.DOTALL) is not None


def test_the_examples_print_what_the_readme_says(tmp_path: Path) -> None:
    """A reader who types the README's examples in order sees what it shows."""
    environment = {
        "HOME": str(tmp_path),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "COLUMNS": "80",
        "MISSION_BY": "anna",
    }
    ran = 0
    for block in EXAMPLES:
        for command, output in steps(block):
            if ".venv" in command:
                continue  # the set-up itself, which has brought us here
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            assert matches(output, done.stdout), f"$ {command}\n{done.stdout}\n--- said:\n{output}"
            ran += 1
    assert ran >= 6


def test_every_command_is_in_the_readme() -> None:
    """No command is left undocumented."""
    from cli.main import COMMANDS

    missing = [name for name in COMMANDS if f"`{name}" not in README]
    assert not missing


def test_ci_runs_the_readmes_test_command() -> None:
    """What CI runs is what the README tells a reader to run."""
    (command,) = [line for line in README.splitlines() if line.endswith("-m pytest -q")]
    assert command.removeprefix("$ ") in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
