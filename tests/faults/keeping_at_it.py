"""A writer that retries while the disk fails, and a check of its report against the ledger.

It reports one line for each acknowledged announcement, and one for each error:

    3 17
    error {"what": "StoreError", "said": "… the disk is full", "clear": true, "over": false,
           "seconds": 0.004}

    denied 18
    done

(each on one line). `clear` means a StoreError in one line with a hint, `over` an error after the
disk had recovered. `denied` is an announcement that was already in the log at the next try,
although an error said that nothing was appended. A writer without `done` ended by itself.
"""

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from events.errors import MissionLedgerError, StoreError
from ledger.append import append_announcement
from projections.record import open_record
from tests.faults.desk import Tally, look, read_acknowledged
from tests.faults.numbered import numbered

FAULTY, AFTERWARDS = 12, 4
"""How many pairs of announcements are appended during the faults, and after them."""
TRIES = 3
"""How often a writer tries the same announcement before it continues with the next."""
DONE = b"done\n"
DENIED = b"denied "
UNTRUE = "nothing was appended"
"""What a hint must not say if something was appended."""


@dataclass
class Met:
    """The results of some rounds: the errors that writers met, and the faults.

    `troubled` counts the rounds with any error, `unheard` those without an acknowledgement.
    """

    rounds: int = 0
    acknowledged: int = 0
    troubled: int = 0
    unheard: int = 0
    longest: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)

    def __str__(self) -> str:
        said = "; ".join(f"{count} of {each}" for each, count in self.errors.most_common(6))
        return (
            f"{self.rounds} rounds, {self.acknowledged} announcements acknowledged,"
            f" {self.troubled} rounds with errors: {said or 'none'}; told after"
            f" {self.longest:.1f} s at the latest; {self.tally.count} faults"
        )

    def take(self, error: str, where: str, faults: list[str]) -> None:
        """Count a round that ended with an error or, if that is empty, an acknowledgement."""
        self.rounds += 1
        self.troubled += bool(error)
        self.acknowledged += not error
        self.errors.update([error] if error else ())
        self.tally.add(where, faults)

    def too_little(self, name: str) -> list[str]:
        """Return what the rounds of a kind of fault tried too little.

        At least a fifth of them must meet an error, and each must have an acknowledgement, if only
        after the fault is over.
        """
        short, least = [], max(1, self.rounds // 5)
        if self.troubled < least:
            met = f"{self.troubled} of {self.rounds} rounds, not {least}"
            short.append(f"{name}: an error was met in {met}")
        if self.unheard:
            short.append(f"{name}: in {self.unheard} rounds nothing was acknowledged")
        return short


def keep_at_it(
    place: Path,
    writer: int,
    told: Callable[[bytes], object],
    over: Callable[[], object] | None = None,
) -> None:
    """Append during the faults and report how each attempt ended; then append after them.

    `over` ends the faults; if it is None, they do not end.
    """
    denied: set[int] = set()
    for number in range(FAULTY + AFTERWARDS if over else FAULTY):
        if over and number == FAULTY:
            over()
        for _ in range(TRIES):
            began = time.monotonic()
            each = 2 * number
            try:
                with open_record(place, write=True) as store:
                    for each in (2 * number, 2 * number + 1):
                        announced = numbered(writer, each, most=8)
                        receipt = append_announcement(store, announced, by="a writer")
                        told(b"%d %d\n" % (writer, each))
                        if receipt.already and each in denied:
                            told(b"%s%d\n" % (DENIED, each))
                break
            except Exception as error:
                told(_described(error, time.monotonic() - began, over=number >= FAULTY))
                if UNTRUE in getattr(error, "hint", ""):
                    denied.add(each)
    told(DONE)


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
    """Compare a writer's report with the ledger."""
    lines = answers.splitlines(keepends=True)
    said = [each for each in lines if not each.startswith((b"error", DENIED, DONE))]
    told = read_acknowledged(b"".join(said))
    met.rounds += 1
    met.acknowledged += len(told)
    met.unheard += not told
    faults = look(place, told).faults
    met.troubled += any(line.startswith(b"error") for line in lines)
    if DONE not in lines[-1:]:
        faults.append("the writer ended of itself")
    for line in lines:
        if line.startswith(DENIED):
            faults.append(f"said that {UNTRUE}, and it was: {line.decode().strip()}")
        if line.startswith(b"error"):
            error = json.loads(line.removeprefix(b"error "))
            met.errors[error["said"].replace(str(place), "…")] += 1
            met.longest = max(met.longest, error["seconds"])
            if error["over"]:
                faults.append(f"still an error when the fault was over: {error['said']}")
            if not error["clear"]:
                faults.append(f"not one clear error with a hint: {error['what']}: {error['said']}")
    met.tally.add(where, faults)
