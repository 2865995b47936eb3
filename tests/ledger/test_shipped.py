"""The records that travel with the program: what they hold, and that loading them is safe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from events.errors import LookupFailure
from events.record_events import ReadingPreferred
from events.source import Source
from ledger.log import Store
from ledger.shipped import RECORDER, load, shipped
from projections.memory import MemoryStore
from projections.record import create_record, open_record

RECORDS = Path(__file__).parents[2] / "ledger" / "records"


@pytest.mark.parametrize("name", shipped())
def test_a_record_loads_whole_and_once(name: str) -> None:
    """Every file of a record is in the log, a source before its events; again adds nothing."""
    store = MemoryStore()
    receipts = load(store, name)
    files = [file for file in (RECORDS / name).glob("*.yaml") if file.name != "preferences.yaml"]
    sources = [entry for entry in store.entries() if isinstance(entry.content, Source)]
    assert len(sources) == len(files)
    assert store.position() == sum(len(receipt.appended) for receipt in receipts)
    again = load(store, name)
    assert [receipt.appended for receipt in again] == [()] * len(receipts)
    assert store.position() == receipts[-1].position


def test_a_record_is_the_same_in_every_ledger(tmp_path: Path) -> None:
    """Ids do not depend on when, where or by whom a record was loaded."""
    memory = MemoryStore()
    load(memory, "nmi")

    def ids(store: Store) -> list[str]:
        return [entry.id for entry in store.entries()]

    with open_record(create_record(tmp_path / "ledger.sqlite"), write=True) as on_disk:
        load(on_disk, "nmi", by="anna")
        assert ids(on_disk) == ids(memory)
        assert {entry.recorded_by for entry in on_disk.entries()} == {"anna"}
    assert {entry.recorded_by for entry in memory.entries()} == {RECORDER}


def test_preferences_go_by_claims_of_the_sources_they_name() -> None:
    """The record-keeper's choices name events that are there and bear on what they settle."""
    store = MemoryStore()
    load(store, "nmi")
    chosen = [e.content for e in store.entries() if isinstance(e.content, ReadingPreferred)]
    by_id = {entry.id: entry for entry in store.entries()}
    assert chosen
    for preference in chosen:
        assert preference.source is None
        assert preference.reason
        for claim in preference.claims:
            assert by_id[claim].mission == preference.mission


def test_an_unknown_record_is_refused() -> None:
    """The error says which there are."""
    with pytest.raises(LookupFailure) as caught:
        load(MemoryStore(), "../nmi")
    assert "nmi" in caught.value.hint


def test_a_question_without_a_ledger_is_answered_at_once(tmp_path: Path) -> None:
    """A whole process answers from the shipped record, which it reads anew, within a second.

    A second of the processor, since how long it has to wait for one says nothing of the program.
    """
    environment = {"PATH": "", "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    call = [sys.executable, "-m", "cli.main", "state", "nmi"]
    for _ in range(5):
        before = os.times()
        done = subprocess.run(
            call, cwd=RECORDS.parents[1], env=environment, capture_output=True, check=False
        )
        after = os.times()
        assert done.returncode == 0, done.stderr
        taken = sum(after[2:4]) - sum(before[2:4])
        if taken < 1:  # half of that on a quiet machine
            return
    pytest.fail(f"took {taken:.1f} s of the processor")
