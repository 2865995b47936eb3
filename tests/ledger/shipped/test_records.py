"""The records that travel with the program: what they hold, and that loading them is safe."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from events.errors import EventError, LookupFailure
from events.files.announcement import read_announcement
from events.record_events import ALL_TYPES, ReadingPreferred
from events.source import Source
from ledger.log import Store
from ledger.shipped.record_keeper import own_events
from ledger.shipped.records import KEEPER_FILE, RECORDER, load, shipped
from ledger.shipped.stored_log import RECORD, shipped_bytes, shipped_entries
from projections.record import create_record, open_record, record_in_memory
from tests import shipped_log
from tests.plain_store import PlainStore
from tests.ready import RECORDS


@pytest.mark.parametrize("name", shipped())
def test_a_record_loads_whole_and_once(name: str) -> None:
    """Every file of a record is in the log, a source before its events; again adds nothing."""
    store = PlainStore()
    receipts = load(store, name)
    files = [file for file in (RECORDS / name).glob("*.yaml") if file.name != KEEPER_FILE]
    sources = [entry for entry in store.entries() if isinstance(entry.content, Source)]
    assert len(sources) == len(files)
    assert store.position() == sum(len(receipt.appended) for receipt in receipts)
    again = load(store, name)
    assert [receipt.appended for receipt in again] == [()] * len(receipts)
    assert store.position() == receipts[-1].position


def test_a_record_is_the_same_in_every_ledger(tmp_path: Path) -> None:
    """Ids do not depend on when, where or by whom a record was loaded."""
    memory = PlainStore()
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
    store = PlainStore()
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
        load(PlainStore(), "../nmi")
    assert "nmi, sample" in caught.value.hint


def test_a_reference_that_finds_no_event_is_refused() -> None:
    """The record-keeper's own event names what it means, or the record does not load."""
    item = """
    - type: claim-retracted
      mission: nato-mission-iraq
      target: {source: fmn-nmi-2023, type: contribution-attested, key: dnk-tanks}
      reason: There were none.
    """
    with pytest.raises(EventError, match=r"dnk-tanks.*finds 0 events of nato-mission-iraq"):
        own_events(item, [])


def test_the_sample_shows_every_type() -> None:
    """A reader of the made-up record sees each type of event there is."""
    store = PlainStore()
    load(store, "sample")
    shown = {entry.content.type for entry in store.entries()}
    assert ALL_TYPES.keys() <= shown


def test_the_sample_is_marked_as_made_up() -> None:
    """Its missions, its mandates and its sources say so wherever they are named."""
    store = PlainStore()
    load(store, "sample")
    contents = [entry.content for entry in store.entries()]
    sources = [content for content in contents if isinstance(content, Source)]
    assert sources
    for source in sources:
        assert source.publisher.startswith("Made-up "), source.id
        assert re.search(r"\((made up|opdigtet)\b.*\)$", source.title), source.id
        assert source.note
        assert source.note.startswith("Made up for the sample. There is no such "), source.id
        assert ".example/" in (source.url or ".example/")
    for content in contents:
        if content.type.startswith(("mission-", "mandate-")) and getattr(content, "name", None):
            assert content.name.endswith("(made up)"), content
    missions = {entry.mission for entry in store.entries()} - {None}
    named = {c.mission for c in contents if c.type.startswith("mission-") and c.name}
    assert missions == named


def test_the_sample_does_not_answer_without_a_ledger() -> None:
    """Nobody who has no ledger is told of a mission that does not exist."""
    made_up = PlainStore()
    load(made_up, "sample")
    missions = {entry.mission for entry in shipped_entries()}
    assert missions.isdisjoint({entry.mission for entry in made_up.entries()} - {None})


def test_the_readme_counts_the_events_of_each_document() -> None:
    """The record's README gives the number of events written, and of those they make."""
    text = (RECORDS / "nmi" / "README.md").read_text(encoding="utf-8")
    together = [0, 0]
    for file in sorted((RECORDS / "nmi").glob("0*.yaml")):
        announcement = read_announcement(file.read_bytes(), file.name)
        written = len(re.findall("^  - type: ", file.read_text(encoding="utf-8"), re.MULTILINE))
        assert announcement.source
        counts = (written, len(announcement.events))
        assert f"| `{announcement.source.id}` | {counts[0]} | {counts[1]} |" in text
        together = [total + count for total, count in zip(together, counts, strict=True)]
        section = text.partition(f"### `{announcement.source.id}`")[2].partition("###")[0]
        assert len(re.findall(r"^\| (?!place in|---)", section, re.MULTILINE)) == written
    assert f"| together | {together[0]} | {together[1]} |" in text


def test_the_log_is_what_the_announcement_files_make() -> None:
    """What is answered from where there is no ledger was made of these files, byte for byte."""
    assert shipped_bytes() == shipped_log.made()


def test_the_log_answers_as_the_announcement_files_do() -> None:
    """Loaded from its bytes, the record has the tree and every selection of one made of files."""
    with record_in_memory(clock=lambda: shipped_log.RECORDED) as made, record_in_memory() as read:
        load(made, RECORD)
        read.continue_with(shipped_entries())
        assert list(read.stored()) == list(made.stored())
        assert read.tree() == made.tree()
        assert read.missions() == made.missions()
        for mission in read.names():
            assert read.select(mission) == made.select(mission)
        assert [receipt.appended for receipt in load(read, RECORD)] == [()] * 6


def test_a_question_without_a_ledger_is_answered_at_once(tmp_path: Path) -> None:
    """A whole process answers from the shipped record, which it reads anew, with little work.

    It takes less than three times the processor time of loading the libraries alone.
    """
    environment = {"PATH": "", "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}

    def seconds(*options: str) -> float:
        before = os.times()
        call = [sys.executable, *options]
        subprocess.run(
            call, cwd=RECORDS.parents[1], env=environment, capture_output=True, check=True
        )
        after = os.times()
        return sum(after[2:4]) - sum(before[2:4])

    libraries = "import click, pydantic.main, sqlalchemy.dialects.sqlite"
    ratios = []
    for _ in range(5):
        ratios.append(seconds("-m", "cli.main", "state", "nmi") / seconds("-c", libraries))
        if ratios[-1] < 3:
            return
    pytest.fail(f"took {min(ratios):.1f} times as long as loading the libraries")
