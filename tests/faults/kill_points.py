"""Kill a SQLite writer at every call it makes on the ledger's folder, one after another.

    python tests/faults/kill_points.py [--every 1] [--control NAME]

One writer creates a ledger in a new folder; another appends to an empty one, makes checkpoints and
closes it, twice. Their calls are recorded (`recorder.c`). For each recorded call, or one in so many
of each kind, the same work is repeated by a process that is killed right before the call, by one
that is killed right after it and, if a write is longer than a disk sector, by one that is killed
with only the first sector written. Each time the ledger is checked.
"""

import argparse
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from events.errors import MissionLedgerError, StoreError
from ledger.storage.sqlite_file import DRAFT
from projections.record import create_record, open_record
from tests.faults.broken import Control, add_control, conclude
from tests.faults.broken_appends import (
    BEHIND,
    HALF,
    LOST,
    OF_ITSELF,
    acknowledge_early,
    change_in_place,
    project_later,
    publish_by_copying,
    raise_always,
    split_append,
)
from tests.faults.desk import SUSPECTED, Tally, look, scratch
from tests.faults.disk import SECTOR
from tests.faults.recorded_writer import HOW, PARTS, Desk, Kind, Run
from tests.faults.recording import run_again, why_not

CONTROLS = {
    "split": Control("appends in two transactions", split_append, HALF),
    "later": Control("applies projections after the commit of the log", project_later, BEHIND),
    "early": Control("acknowledges before it commits", acknowledge_early, LOST),
    "raising": Control("raises in every append", raise_always, OF_ITSELF),
    "in-place": Control(
        "changes pages without a log", change_in_place, "the structure of the database is corrupted"
    ),
    "copying": Control("publishes byte by byte", publish_by_copying, "is not a mission ledger"),
}

LOG = "ledger.sqlite-wal"

MOST_SUSPECTED = 4
"""Or one in twenty kills at writes to the log, if that is more; usually one in a hundred."""

WANTED: dict[Kind, str] = {
    ("write", "draft-wal"): "making a draft",
    ("link", "draft"): "publishing it",
    ("begin", LOG): "beginning a log",
    ("write", LOG): "appending",
    ("sync", LOG): "committing",
    ("write", "ledger.sqlite"): "a checkpoint",
    ("sync", "ledger.sqlite"): "the end of a checkpoint",
    ("unlink", LOG): "closing",
}
"""The kinds of call that must be among the points."""


@dataclass
class Points:
    """The results of a run: the recorded calls, and the kills by kind of call and by how."""

    calls: int = 0
    begun_anew: int = 0
    kills: Counter[Kind] = field(default_factory=Counter)
    how: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    two_names: int = 0
    suspected: int = 0
    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)

    def __str__(self) -> str:
        ways = ", ".join(f"{self.how[each]} {each}" for each in HOW)
        kinds = ", ".join(f"{what} {name} {n}" for (what, name), n in self.kills.most_common())
        return (
            f"{self.calls} calls recorded, a log begun anew {self.begun_anew} times;"
            f" {self.kills.total()} kills ({ways}) in"
            f" {self.seconds:.0f} s; before them {self.acknowledged} announcements were"
            f" acknowledged\n{kinds}\n{self.two_names} left a ledger under its draft's name too:"
            " refused, with what to do about it;"
            f" in {self.suspected} the append cut off was taken for a flipped bit\n"
            f"{self.tally.count} faults"
        )

    @property
    def short(self) -> list[str]:
        """Return what was tried too little."""
        missing = [what for kind, what in WANTED.items() if not self.kills[kind]]
        short = [f"nobody was killed at {', '.join(missing)}"] if missing else []
        if not self.begun_anew:
            short.append("no write-ahead log was begun anew after a checkpoint")
        short += [f"nobody was killed {each} a call" for each in HOW if not self.how[each]]
        if self.acknowledged < self.kills.total() // 10:
            short.append(f"{self.acknowledged} announcements were acknowledged before the kills")
        if self.suspected > max(MOST_SUSPECTED, self.kills["write", LOG] // 20):
            short.append(f"in {self.suspected} kills verify could not tell damage from an end")
        return short


def kill_at_each(folder: Path, *, every: int, control: Control | None = None) -> Points:
    """Record a writer, and kill one at each point; a control stops once its fault is shown."""
    desk, came, began = Desk(folder, control), Points(), time.monotonic()
    for part in PARTS:
        whole = desk.run(part)
        kinds = Counter(whole.kinds)
        came.calls += len(whole.calls)
        came.begun_anew += max(0, kinds["begin", LOG] - kinds["create", LOG])
        if whole.code:
            fault = f"a writer ended of itself, with exit code {whole.code}"
            came.tally.add(f"recorded while {part}", [fault])
        for number, how in _chosen(whole, every):
            if control and control.is_shown(came.tally.faults):
                break
            _kill(came, desk, whole, number, how)
    came.seconds = time.monotonic() - began
    return came


def _chosen(whole: Run, every: int) -> Iterator[tuple[int, str]]:
    """Choose every n-th call of each kind, numbered from 1, and how to kill at it."""
    by_kind: dict[Kind, list[int]] = defaultdict(list)
    for number, kind in enumerate(whole.kinds, 1):
        by_kind[kind].append(number)
    for number in sorted(n for numbers in by_kind.values() for n in numbers[::every]):
        yield number, "before"
        yield number, "after"
        call = whole.calls[number - 1]
        if call.what == "write" and len(call.data) > SECTOR:
            yield number, "torn"


def _kill(came: Points, desk: Desk, whole: Run, number: int, how: str) -> None:
    killed = desk.run(whole.part, number, how)
    kind = whole.kinds[number - 1]
    where = f"{how} call {number} of {whole.part}, {' '.join(kind)}"
    completed = number if how == "after" else number - 1
    last = [call.what for call in killed.calls[-1:]]
    if (killed.code, killed.kinds, last) != (-signal.SIGKILL, whole.kinds[:completed], ["kill"]):
        came.tally.add(where, [f"the writer was not killed there: exit code {killed.code}"])
        return
    came.kills[kind] += 1
    came.how[how] += 1
    came.acknowledged += len(killed.acknowledged)
    draft = _other_name(desk.place)
    if draft and not killed.made:
        came.two_names += 1
        came.tally.add(where, _refused(desk.place))
        draft.unlink()
    faults = _faults(desk.place, killed)
    if kind == ("write", LOG) and len(faults) == 1 and SUSPECTED in faults[0]:
        came.suspected += 1
    else:
        came.tally.add(where, faults)


def _other_name(place: Path) -> Path | None:
    """Return the ledger's draft name, if its creator was killed before removing it."""
    drafts = place.parent.glob(f"{DRAFT}*") if place.exists() else ()
    return next((each for each in drafts if each.samefile(place)), None)


def _refused(place: Path) -> list[str]:
    """Check that a ledger with two names is refused with a helpful hint."""
    try:
        open_record(place, write=True).close()
    except StoreError as error:
        return [] if "remove one of its names" in error.hint else [error.message]
    return ["a ledger of two names was opened for writing"]


def _faults(place: Path, killed: Run) -> list[str]:
    """Check what is left; if there is no ledger yet, creating one must succeed."""
    if not place.exists():
        if killed.made:
            return ["the ledger itself was acknowledged and lost"]
        try:
            create_record(place)
        except MissionLedgerError as error:
            return [f"no ledger can be made any more: {error.message}"]
    return look(place, killed.acknowledged).faults


def main() -> int:
    """Run the suite and print its results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    add_control(parser, CONTROLS)
    given = parser.parse_args()
    if reason := why_not():
        print(f"not run: {reason}")
        return 0
    if not given.library:
        with scratch(memory=True) as folder:
            return run_again(folder, folder / "work", log=str(folder / "log"))
    control = CONTROLS[given.control] if given.control else None
    came = kill_at_each(given.library.parent, every=given.every, control=control)
    print(came)
    return conclude(control, came.tally.faults, came.short)


if __name__ == "__main__":
    sys.exit(main())
