"""Fuzz the readers of input from others with mutations of valid inputs.

    python tests/faults/fuzz_readers.py [--reader cloudevents] [--inputs 200000] [--seed 1]
    python tests/faults/fuzz_readers.py --reader cloudevents --seed 1 --only 4711

An input is accepted, or rejected with a MissionLedgerError; nothing else is raised, and none takes
longer than a second of processor time. A rejected input appends nothing. An accepted input round
trips: it reads back as it was written, and an accepted proof proves what is so. `--only` runs one
input again and prints it.

Some inputs must be accepted and some rejected, or nothing was tested. `--control` breaks one reader
(`broken_readers.py`), which must be detected.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random

from events.errors import MissionLedgerError
from tests.faults.broken import add_control, conclude
from tests.faults.broken_readers import BREAKS, CONTROLS
from tests.faults.mutants import mutant
from tests.faults.readers import READERS, Reader

SLOWEST = 1.0
"""The most seconds of processor time for an input."""

LEAST_TAKEN = {"announcement": 30, "cloudevents": 10, "proof": 8, "note": 2, "key": 5, "date": 10}
"""Of a thousand inputs, the fewest that a reader accepts: about a fifth of the usual number."""

LEAST_REFUSED = 200
"""Of a thousand inputs, the fewest that any reader rejects; usually more than 800."""


@dataclass
class Tally:
    """The results of some inputs: counts, the slowest input, and the first faults."""

    accepted: int = 0
    refused: int = 0
    slowest: float = 0.0
    slowest_input: int = 0
    failed: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add the results of others."""
        self.accepted += other.accepted
        self.refused += other.refused
        self.failed += other.failed
        self.faults = [*self.faults, *other.faults][:10]
        if other.slowest > self.slowest:
            self.slowest, self.slowest_input = other.slowest, other.slowest_input

    def fail(self, number: int, why: str) -> None:
        """Add a fault."""
        self.failed += 1
        if len(self.faults) < 10:
            self.faults.append(f"input {number}: {why}")


@contextmanager
def made(name: str) -> Iterator[Reader]:
    """Create a reader in a folder of its own."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield READERS[name](Path(folder))


def tried(name: str, seed: int, numbers: range, control: str | None = None) -> Tally:
    """Run a reader on the inputs of these numbers; a control breaks it in this process for good."""
    tally = Tally()
    if control:
        CONTROLS[control].breaks()
    with made(name) as reader:
        for number in numbers:
            data = mutated(reader, seed, number)
            began = time.process_time()
            try:
                accepted = reader.take(data)
            except MissionLedgerError as error:
                tally.refused += 1
                if not error.message or "\n" in error.message:
                    tally.fail(number, f"refused in no one line: {error.message!r}")
            except BaseException as error:
                tally.fail(number, f"{type(error).__name__}: {error}"[:500])
            else:
                tally.accepted += 1
                if accepted:
                    tally.fail(number, accepted)
            took = time.process_time() - began
            if took > tally.slowest:
                tally.slowest, tally.slowest_input = took, number
            if took > SLOWEST:
                tally.fail(number, f"took {took:.1f} s")
        for why in reader.left():
            tally.fail(-1, why)
    return tally


def mutated(reader: Reader, seed: int, number: int) -> bytes:
    """Return the input with this number."""
    random = Random(f"{seed} {number}")
    return reader.finished(random, mutant(random, reader.seeds))


def too_little(name: str, inputs: int, tally: Tally) -> list[str]:
    """Return what too few inputs tested."""
    taken, refused = (max(1, inputs * each // 1000) for each in (LEAST_TAKEN[name], LEAST_REFUSED))
    short = []
    if tally.accepted < taken:
        short.append(f"{name}: {tally.accepted} of {inputs} inputs were taken, not {taken}")
    if tally.refused < refused:
        short.append(f"{name}: {tally.refused} of {inputs} inputs were refused, not {refused}")
    return short


def fuzz(
    name: str, inputs: int, seed: int, processes: int = 2, control: str | None = None
) -> Tally:
    """Run a reader on `inputs` inputs, in several processes."""
    tally = Tally()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        shares = [
            pool.submit(tried, name, seed, range(first, inputs, processes), control)
            for first in range(processes)
        ]
        for share in shares:
            try:
                tally.add(share.result())
            except BrokenExecutor:
                tally.fail(-1, "a process that gave inputs to the reader ended of itself")
    return tally


def show(name: str, seed: int, number: int) -> None:
    """Print one input, and the reader's result for it."""
    with made(name) as reader:
        data = mutated(reader, seed, number)
        sys.stdout.write(f"{data!r}\n")
        try:
            sys.stdout.write(f"{reader.take(data) or 'taken'}\n")
        except MissionLedgerError as error:
            sys.stdout.write(f"refused: {error}\n")


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--reader", choices=[*READERS, "all"], default="all")
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int)
    add_control(parser, CONTROLS)
    given = parser.parse_args()
    names = list(READERS) if given.reader == "all" else [given.reader]
    if given.control:
        names = [BREAKS[given.control]]
    if given.only is not None:
        show(names[0], given.seed, given.only)
        return 0
    faults, short = [], []
    for name in names:
        began = time.monotonic()
        tally = fuzz(name, given.inputs, given.seed, control=given.control)
        faults += [f"{name}, {fault}" for fault in tally.faults]
        short += too_little(name, given.inputs, tally)
        print(
            f"{name}: {given.inputs} inputs, {tally.accepted} accepted, {tally.refused} refused,"
            f" slowest {tally.slowest * 1000:.0f} ms (input {tally.slowest_input}),"
            f" {tally.failed} failures, {time.monotonic() - began:.0f} s",
            flush=True,
        )
    return conclude(CONTROLS.get(given.control), faults, short)


if __name__ == "__main__":
    sys.exit(main())
