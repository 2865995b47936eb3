"""Controls: the program broken in one way, under which a suite of faults must find something.

    CONTROLS = {"OFF": Control("never waits for the disk", break_it, "acknowledged and lost")}

`breaks` replaces a function of the program in the calling process, and `shows` is a regular
expression for the fault that must then be reported. A working control exits with 1, as a faulty
program would.
"""

import re
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Control:
    """What the broken program does, what breaks it, and the fault it must show."""

    does: str
    breaks: Callable[[], object]
    shows: str

    def is_shown(self, faults: Iterable[str]) -> bool:
        """Whether the expected fault is among these."""
        return any(re.search(self.shows, fault) for fault in faults)


def nothing() -> None:
    """Leave the program unbroken."""


def add_control(parser: ArgumentParser, controls: Mapping[str, Control]) -> None:
    """Add `--control NAME` to a script's options."""
    said = "; ".join(f"{name}: {control.does}" for name, control in controls.items())
    parser.add_argument("--control", choices=controls, help=f"break the program. {said}")


def conclude(
    control: Control | None, faults: Iterable[str], short: Iterable[str] = (), *, most: int = 20
) -> int:
    """Print so many faults at most, and in what a run fell short; return the exit code.

    Of a control the fault it must show is printed first, and nothing else is asked for.
    """
    found, fell_short = list(faults), list(short)
    if control:
        found.sort(key=lambda fault: not control.is_shown([fault]))
    for fault in found[:most]:
        print(f"  {fault}")
    if control:
        shown = control.is_shown(found)
        print(f"a program that {control.does} was {'found out' if shown else 'NOT found out'}")
        return int(shown)
    for each in fell_short:
        print(f"  too little was tried: {each}")
    return int(bool(found or fell_short))
