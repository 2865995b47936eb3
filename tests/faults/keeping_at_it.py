"""A writer who keeps at it while the disk fails, and what to think of what it was told.

Its answers are one line for each announcement that was acknowledged, and one for each error:

    3 17
    error {"what": "StoreError", "said": "… the disk is full", "clear": true, "over": false,
           "seconds": 0.004}

(on one line); `clear` is an error of ours in one line with a hint, `over` one that came when the
disk no longer failed.
"""

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from events.errors import MissionLedgerError, StoreError
from ledger.appending import append_announcement
from ledger.opening import open_store
from tests.faults.desk import Tally, look, read_acknowledged
from tests.faults.numbered import numbered

FAULTY, AFTERWARDS = 12, 4
"""How many times two announcements are given while there may be faults, and after those."""
TRIES = 3
"""How often a writer gives the same announcement before it goes on to the next."""


@dataclass
class Met:
    """What came of some rounds: how many errors writers met, and what was wrong with them."""

    rounds: int = 0
    acknowledged: int = 0
    longest: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)

    def __str__(self) -> str:
        said = "; ".join(f"{count} of {each}" for each, count in self.errors.most_common(6))
        return (
            f"{self.rounds} rounds, {self.acknowledged} announcements acknowledged,"
            f" errors: {said or 'none'}; told after {self.longest:.1f} s at the latest;"
            f" {self.tally.count} faults"
        )


def keep_at_it(
    place: Path,
    writer: int,
    told: Callable[[bytes], object],
    over: Callable[[], object] | None = None,
) -> None:
    """Append while there are faults, and say how each attempt ended; then while there are none.

    `over` ends the faults; where it is None they never are.
    """
    for number in range(FAULTY + AFTERWARDS if over else FAULTY):
        if over and number == FAULTY:
            over()
        for _ in range(TRIES):
            began = time.monotonic()
            try:
                with open_store(place, write=True) as store:
                    for each in (2 * number, 2 * number + 1):
                        append_announcement(store, numbered(writer, each, most=8), by="a writer")
                        told(b"%d %d\n" % (writer, each))
                break
            except Exception as error:
                told(_described(error, time.monotonic() - began, over=number >= FAULTY))


def _described(error: Exception, seconds: float, *, over: bool) -> bytes:
    said = error.message if isinstance(error, MissionLedgerError) else str(error)
    clear = isinstance(error, StoreError) and error.hint and "\n" not in said
    what = {
        "what": type(error).__name__,
        "said": said,
        "clear": bool(clear),
        "over": over,
        "seconds": seconds,
    }
    return f"error {json.dumps(what)}\n".encode()


def judge(met: Met, where: str, place: Path, answers: bytes) -> None:
    """Look at what a writer was told, and at what is in the ledger."""
    lines = answers.splitlines(keepends=True)
    told = read_acknowledged(b"".join(each for each in lines if not each.startswith(b"error")))
    met.rounds += 1
    met.acknowledged += len(told)
    faults = look(place, told).faults
    for line in lines:
        if line.startswith(b"error"):
            error = json.loads(line.removeprefix(b"error "))
            met.errors[error["said"].replace(str(place), "…")] += 1
            met.longest = max(met.longest, error["seconds"])
            if error["over"]:
                faults.append(f"still an error when the fault was over: {error['said']}")
            if not error["clear"]:
                faults.append(f"not one clear error with a hint: {error['what']}: {error['said']}")
    met.tally.add(where, faults)
