"""Controls: the program broken in one way, for which a suite must report a fault.

    CONTROLS = {"OFF": Control("never waits for the disk", break_it, "acknowledged and lost")}

`breaks` replaces a function of the program in the calling process, and `shows` is part of the
fault that must then be reported. A working control exits with 1, as a faulty program would.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Control:
    """What the broken program does, the function that breaks it, and part of the expected fault."""

    does: str
    breaks: Callable[[], object]
    shows: str

    def is_shown(self, faults: Iterable[str]) -> bool:
        """Whether the expected fault is among these."""
        return any(self.shows in fault for fault in faults)


def add_control(parser: ArgumentParser, controls: Mapping[str, Control]) -> None:
    """Add `--control NAME` to a script's options."""
    said = "; ".join(f"{name}: {control.does}" for name, control in controls.items())
    parser.add_argument("--control", choices=controls, help=f"break the program. {said}")


def conclude(
    control: Control | None, faults: Iterable[str], short: Iterable[str] = (), *, most: int = 20
) -> int:
    """Print at most `most` faults, and what was tried too little; return the exit code.

    A control prints its expected fault first, and passes if that is among the faults.
    """
    found, fell_short = list(faults), list(short)
    if control:
        found.sort(key=lambda fault: control.shows not in fault)
    for fault in found[:most]:
        print(f"  {fault}")
    if control:
        shown = control.is_shown(found)
        print(f"a program that {control.does} was {'found out' if shown else 'NOT found out'}")
        return int(shown)
    for each in fell_short:
        print(f"  too little was tried: {each}")
    return int(bool(found or fell_short))
