"""Ledgers whose file was replaced while a write-ahead log lay beside it.

A `Mixture` says what took the place of the file: an older copy, a newer one or another ledger; and
how far each had got. `make` builds it as it happens: a program is killed, and somebody copies a
file over the ledger.
"""

import os
import shutil
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, NamedTuple

from events.catalogue import CommandAttested, CommanderAppointed, StrengthReported
from events.dates.edtf import parse
from events.encoding.codec import Content
from events.source import Source
from ledger.log import Batch
from ledger.upkeep.verify import verify
from projections.find import FindFilter, candidate_views, find
from projections.record import create_record, open_record
from projections.state import state
from projections.view import view

Kind = Literal["older", "newer", "another"]
Ending = Literal["close", "kill"]
Stored = tuple[tuple[int, bytes], ...]

MISSIONS = tuple(f"m-{number}" for number in range(8))
ASKED = ("m-0", "m-3", "m-5", "m-7")
CUTS = 10

DAYS = tuple(parse(day).window.first or 0 for day in ("2021-06-01", "2022-01-01"))
KNOWN = (parse("2021-06-01").window.first or 0) * 86_400


class Mixture(NamedTuple):
    """What took the place of a ledger's file; `cut` is how far it had got, of CUTS."""

    kind: Kind
    cut: int
    checkpoint: bool
    with_lock: bool


def events(mission: str, first: int, end: int, who: str = "DNK") -> list[Content]:
    """Make numbered events of one mission."""
    made: list[Content] = []
    for number in range(first, end):
        day = f"2020-{number % 12 + 1:02}-{number % 27 + 1:02}"
        made += [
            CommandAttested(mission=mission, on=day, by=who, source="um", note=f"no. {number}"),
            StrengthReported(mission=mission, on=day, counted=who, quantity=number, source="um"),
            CommanderAppointed(mission=mission, commander=f"c-{number}", on=day, source="um"),
        ]
    return made


def new_ledger(path: Path, rounds: int, who: str = "DNK") -> Path:
    """Create a ledger with so many rounds of events for every mission."""
    source = Source(id="um", publisher="UM", title="T", language="en", published="2021-05")
    create_record(path)
    with open_record(path, write=True) as store:
        store.append(Batch((source,)), by="anna")
        if rounds:
            many = [each for name in MISSIONS for each in events(name, 0, rounds, who)]
            store.append(Batch(tuple(many)), by="anna")
    return path


def run(path: Path, contents: Iterable[Content], *, then: Ending) -> None:
    """Append events one by one in another process, which closes the ledger or is killed."""
    sys.stdout.flush()
    if pid := os.fork():
        _, status = os.waitpid(pid, 0)
        assert status == 0
        return
    try:
        store = open_record(path, write=True)
        for each in contents:
            store.append(Batch((each,)), by="anna")
        if then == "close":
            store.close()
        os._exit(0)  # as when it is killed: nothing is closed
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def beside(path: Path, ending: str) -> Path:
    """Return the path of a file beside a ledger."""
    return path.with_name(path.name + ending)


def copy(path: Path, to: Path) -> Path:
    """Copy a ledger's file and all that is beside it, as `cp -p` does."""
    for ending in ("", "-wal", "-shm", "-lock"):
        if beside(path, ending).exists():
            shutil.copy2(beside(path, ending), beside(to, ending))
    return to


def make(mixture: Mixture, path: Path, base: Path, other: Path) -> list[Stored]:
    """Build a mixture at a path; return the logs of the ledgers that it is made of."""
    cut, ending = mixture.cut, "close" if mixture.checkpoint else "kill"
    assert ending in ("close", "kill")
    copy(base, path)
    replacement = path.with_name("replacement.sqlite")
    logs = []
    if mixture.kind == "older":
        run(path, events("m-3", 100, 101), then=ending)
        copy(path, replacement)
        run(path, events("m-0", 110, 110 + cut), then=ending)
        run(path, events("m-7", 120, 130 - cut), then="kill")
    elif mixture.kind == "newer":
        run(path, events("m-3", 100, 101), then=ending)
        run(path, events("m-7", 110, 111 + cut), then="kill")
        copy(path, replacement)
        run(replacement, events("m-0", 130, 140 - cut), then=ending)
    else:
        run(path, events("m-3", 100, 101 + cut), then="kill")
        copy(other, replacement)
        run(replacement, events("m-0", 110, 120 - cut, "ITA"), then=ending)
    for each in (path, replacement):
        logs.append(log_at(copy(each, path.with_name("looked-at.sqlite"))))
    for ending in ("", "-lock") if mixture.with_lock else ("",):
        if mixture.cut % 2:
            beside(replacement, ending).replace(beside(path, ending))
        else:
            shutil.copyfile(beside(replacement, ending), beside(path, ending))  # in place
            shutil.copystat(beside(replacement, ending), beside(path, ending))
    return logs


def log_at(path: Path) -> Stored:
    """Return a ledger's stored bytes by position, and remove the ledger."""
    with open_record(path, check=False) as store:
        stored = tuple(store.stored())
    for ending in ("", "-wal", "-shm", "-lock"):
        beside(path, ending).unlink(missing_ok=True)
    return stored


def answers(path: Path) -> dict[str, object]:
    """Ask a ledger for what it is usually asked for."""
    with open_record(path) as store:
        end = store.position()
        found: dict[str, object] = {
            "log": tuple(store.stored()),
            "root": store.tree().root,
            "missions": store.missions(),
            "parties": store.parties(),
            "findings": verify(store).findings,
        }
        for mission in ASKED:
            for known, upto in ((None, None), (KNOWN, None), (None, end - 4)):
                seen = view(store, mission, known=known, upto=upto)
                for day in DAYS:
                    found[f"{mission} {day} {known} {upto}"] = state(seen, day).to_json()
        for day in DAYS:
            views = candidate_views(store, FindFilter(who="DNK"), day)
            listed = find(views, FindFilter(who="DNK"), day)
            found[f"find {day}"] = [(each.mission, each.entry.to_json()) for each in listed]
    return found
