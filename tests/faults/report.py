"""Run every fault script, and each of its controls, and write what came of it to a document.

    python -m tests.faults.report docs/faults.md [kill_sqlite ...]

takes some twenty minutes on two processors, and ends with 1 where a script finds a fault or a
control shows none. The text around the figures stays as it is.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parent

SCRIPTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "kill_sqlite": ("--rounds 200", "--rounds 60", ()),
    "kill_points": ("", "--every 10", ()),
    "writers_lock": ("--rounds 40", "--rounds 20", ()),
    "many_writers": (
        "--writers 8 --each 200 --kills 60",
        "--writers 8 --each 50 --kills 20",
        ("lock-file",),
    ),
    "kill_postgres": ("--rounds 30", "--rounds 20 --in-memory --wait 5", ()),
    "power_cut": ("--rounds 300", "--rounds 48", ()),
    "power_cut_postgres": ("--rounds 120", "--rounds 48 --first", ()),
    "disk_full": ("--rounds 100", "--rounds 24", ()),
    "bit_flips": ("--rounds 500 --table-rounds 100", "--rounds 48", ()),
    "fuzz_readers": ("--inputs 3000", "--inputs 400", ()),
}
"""Of each script: how it is run, how with a control, and the controls for files alone."""


PLACE = re.compile(r"(?:(?:/|%2F)(?:tmp|dev)(?:/|%2F)[\w.%-]+)+(?:/[\w.-]+)*")
"""Where a run kept its files, which is of no interest afterwards."""


@dataclass(frozen=True)
class Ended:
    """What a command printed, its exit code, and how long it took in seconds."""

    command: str
    printed: str
    code: int
    seconds: float


def run(script: str, options: Sequence[str]) -> Ended:
    """Run a script with options."""
    shown = " ".join(["python", f"tests/faults/{script}.py", *options])
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, str(FOLDER / f"{script}.py"), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    printed = PLACE.sub("…", ended.stdout.strip())
    return Ended(shown, printed, ended.returncode, time.monotonic() - began)


def plain(script: str) -> tuple[str, bool]:
    """Run a script; return what to write of it, and whether all is well."""
    ended = run(script, SCRIPTS[script][0].split())
    said = f"$ {ended.command}\n{ended.printed}\nexit {ended.code}, {ended.seconds:.0f} s"
    tried = not re.search(r"^(postgresql: )?not run", ended.printed, re.MULTILINE)
    return f"```\n{said}\n```\n", ended.code == 0 and tried


def controls(script: str) -> Iterator[tuple[str, bool]]:
    """Run a script's controls; yield a row of a table for each, and whether it was found out."""
    found = import_module(f"tests.faults.{script}").CONTROLS
    for name, control in found.items():
        options = ["--control", name, *SCRIPTS[script][1].split()]
        if name in SCRIPTS[script][2]:
            options += ["--backend", "sqlite"]
        ended = run(script, options)
        faults = re.findall(r"^  (.*)", ended.printed, re.MULTILINE)
        shown = next((each for each in faults if control.is_shown([each])), "NOT FOUND OUT")
        shown = shown.strip()[:160].replace("|", "\\|")
        given = " ".join(options)
        yield (
            f"| `{given}` | {control.does} | {shown} | {ended.code} | {ended.seconds:.0f} s |",
            ended.code == 1 and "was found out" in ended.printed,
        )


def section(script: str) -> tuple[str, bool]:
    """Return the figures of a script as Markdown, and whether all is as it has to be."""
    figures, well = plain(script)
    rows = list(controls(script))
    table = "| control | the program | the fault that was found | exit | |\n|---|---|---|---|---|\n"
    table += "\n".join(row for row, _ in rows)
    return f"{figures}\n{table}\n", well and all(each for _, each in rows)


def main(document: Path, scripts: Sequence[str]) -> int:
    """Run these scripts, and write the figures between the document's marks."""
    text, all_well = document.read_text("utf-8"), True
    for script in scripts:
        figures, well = section(script)
        all_well = all_well and well
        begin, end = f"<!-- {script} -->\n", f"<!-- end of {script} -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}{figures}{end}{rest.partition(end)[2]}"
        document.write_text(text, "utf-8")
        print(f"{script}: {'as it has to be' if well else 'NOT AS IT HAS TO BE'}", flush=True)
    return int(not all_well)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:] or [*SCRIPTS]))
