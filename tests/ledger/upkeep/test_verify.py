"""Verifying a ledger: real database files, tampered with by going round what protects them."""

import errno
import hashlib
import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.catalogue import CommandAttested, MissionEstablished
from events.encoding.codec import canonical, decode, encode, write
from events.errors import DamagedLedgerError
from events.source import Source
from ledger import process_pool
from ledger.log import Batch
from ledger.merkle.tree import EMPTY_ROOT, Tree, grow, leaf_hash
from ledger.process_pool import work_pool
from ledger.transparency.checkpoints import Checkpoint
from ledger.upkeep import derived_tables
from ledger.upkeep import verify as verifying
from ledger.upkeep.block import check_block
from ledger.upkeep.entry_check import checked_entry, stated_id
from ledger.upkeep.findings import LedgerFindings
from ledger.upkeep.verify import Verification, verify
from projections.record import open_record, record_in_memory
from tests.postgres import Server
from tests.projections.drawing import append_drawn, draw
from tests.ready import empty_ledger
from tests.roles import run
from tests.strategies import any_events
from tests.tampering import fit_tree, tamper

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ENTRIES = 11


class Tampered:
    """A ledger's file, and somebody who may do anything to it."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def verify(self, **given: object) -> Verification:
        """Verify the ledger as it now is."""
        with open_record(self.place, check=False) as store:
            return verify(store, **given)  # type: ignore[arg-type]

    def sql(self, *statements: str, **values: object) -> None:
        """Run SQL on the file behind its triggers."""
        tamper(self.place, *statements, **values)

    def raw(self, position: int) -> bytes:
        """Return the stored bytes at a position."""
        with open_record(self.place) as store:
            return dict(store.stored())[position]

    def put(self, position: int, raw: object) -> None:
        """Put other bytes at a position, and leave all else as it is."""
        self.sql("UPDATE log SET bytes = :raw WHERE position = :at", raw=raw, at=position)

    def found(self) -> list[tuple[str, int | None]]:
        """Return the codes and positions of all findings."""
        return [(each.code, each.position) for each in self.verify().findings]


@pytest.fixture
def ledger(tmp_path: Path) -> Tampered:
    """Make a ledger of eleven entries: a source, a mission that has names, what it is said of."""
    place = empty_ledger(tmp_path / "ledger.sqlite")
    clock = iter(NOON + timedelta(seconds=number) for number in range(1000))
    um = Source(id="um", publisher="A ministry", title="News", language="en", published="2022-05")
    with open_record(place, write=True, clock=lambda: next(clock)) as store:
        named = MissionEstablished(
            mission="kfor", source="um", on="1999-06", name="KFOR", aliases=("kosovo-force", "k")
        )
        store.append(Batch((um, named)), by="anna")
        for number in range(ENTRIES - 2):
            event = CommandAttested(
                mission="kfor", source="um", on="2021-05", by="DNK", note=f"no. {number} – Ærø"
            )
            store.append(Batch((event,)), by="Åse")
    return Tampered(place)


def changed(raw: bytes, **values: object) -> bytes:
    """Return an entry of which some envelope fields are others, in its canonical form."""
    return canonical({**json.loads(raw), **values})


def test_a_sound_ledger_has_nothing_wrong(ledger: Tampered) -> None:
    """What was appended is verified without a finding, and the root is that of the bytes."""
    verified = ledger.verify()
    assert (verified.size, verified.findings, verified.first_bad) == (ENTRIES, (), None)
    leaves = [leaf_hash(ledger.raw(position)) for position in range(1, ENTRIES + 1)]
    assert verified.root == grow(Tree(), leaves)[0].root


def test_an_empty_ledger_is_sound(tmp_path: Path) -> None:
    """A new ledger has the root of the empty tree, which is what a checkpoint of it says."""
    empty_ledger(tmp_path / "new.sqlite")
    verified = Tampered(tmp_path / "new.sqlite").verify(expected=Checkpoint("o", 0, EMPTY_ROOT))
    assert verified == Verification(0, EMPTY_ROOT, ())


@pytest.mark.parametrize("position", [1, 2, 7, ENTRIES])
def test_one_changed_byte_is_found_where_it_is(ledger: Tampered, position: int) -> None:
    """A byte changed in the log is found, and its entry is the first bad one."""
    raw = bytearray(ledger.raw(position))
    raw[len(raw) // 2] ^= 1
    ledger.put(position, bytes(raw))
    verified = ledger.verify()
    assert verified.first_bad == position
    assert ("changed", position) in [(each.code, each.position) for each in verified.findings]
    assert {each.position for each in verified.findings} == {position}


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda raw: b"", "unreadable"),
        (lambda raw: b"null", "unreadable"),
        (lambda raw: b"[" * 60_000, "unreadable"),
        (lambda raw: changed(raw, position=3), "misplaced"),
        (lambda raw: changed(raw, id="0" * 64), "id"),
        (lambda raw: changed(raw, data={**json.loads(raw)["data"], "by": "ITA"}), "id"),
        (lambda raw: changed(raw, data={"type": "no-such-type", "version": 1}), "unreadable"),
        (lambda raw: changed(raw, time="2026-01-05 12:00"), "unreadable"),
        (lambda raw: changed(raw, subject="another"), "form"),
        (lambda raw: changed(raw, recordedby=7), "form"),
        (lambda raw: changed(raw, more="than there is"), "form"),
        (lambda raw: raw.replace(b":", b": ", 1), "form"),
        (lambda raw: raw.replace(b"\xe2\x80\x93", b"\\u2013"), "form"),
        (lambda raw: raw.replace(b'"period":1', b'"period":1.0'), "id"),
        (lambda raw: changed(raw, recordedby="x" * 70_000), "too-large"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(
    ledger: Tampered, tamper: Callable[[bytes], bytes], code: str
) -> None:
    """Each way in which bytes are no entry of this position has its own finding."""
    was = ledger.raw(5)
    ledger.put(5, tamper(was))
    assert ledger.raw(5) != was
    assert (code, 5) in ledger.found()
    assert ("changed", 5) in ledger.found()
    assert {position for _, position in ledger.found()} == {5}


def test_an_entry_that_was_never_an_event_is_found_under_a_whole_tree(ledger: Tampered) -> None:
    """Bytes that do not decode are found even where all that is derived was made to fit them."""
    data = {**json.loads(ledger.raw(5))["data"], "by": "NOBODY AT ALL"}
    bad = changed(ledger.raw(5), data=data, id=hashlib.sha256(canonical(data)).hexdigest())
    ledger.put(5, bad)
    fit_tree(ledger.place)
    ledger.sql(
        "UPDATE entry SET id = :id WHERE position = 5", id=bytes.fromhex(json.loads(bad)["id"])
    )
    assert ledger.found() == [("unreadable", 5)]


def test_a_float_is_no_number_of_the_log(ledger: Tampered) -> None:
    """A number that RFC 8785 would write otherwise is found, its id notwithstanding."""
    data = canonical({**json.loads(ledger.raw(5))["data"], "period": 1.0})
    envelope = json.loads(ledger.raw(5))
    bad = changed(ledger.raw(5), data=json.loads(data), id=hashlib.sha256(data).hexdigest())
    assert b'"period":1.0' in bad
    assert envelope["data"] == json.loads(bad)["data"]
    ledger.put(5, bad)
    assert ("form", 5) in ledger.found()


def test_a_forged_ledger_is_shown_by_a_checkpoint_alone(ledger: Tampered) -> None:
    """Who changes an entry and all that is derived leaves nothing to find but the checkpoint."""
    before = ledger.verify()
    assert before.root
    old = decode(ledger.raw(5))
    assert isinstance(old.content, CommandAttested)
    other = write(old.content.model_copy(update={"by": "ITA"}))
    ledger.put(5, encode(other, 5, old.recorded_at, "Åse", old.announcement).raw)
    with open_record(ledger.place, write=True) as store:
        store.rebuild()
    assert ledger.verify().findings == ()
    for size, there in ((4, True), (5, False), (ENTRIES, False)):
        root = before.root if size == ENTRIES else root_of(ledger, size, old.raw)
        found = ledger.verify(expected=Checkpoint("o", size, root)).findings
        assert [each.code for each in found] == ([] if there else ["checkpoint"])


def root_of(ledger: Tampered, size: int, fifth: bytes) -> bytes:
    """Return the root that the first entries had, with the fifth as it was."""
    raws = [fifth if at == 5 else ledger.raw(at) for at in range(1, size + 1)]
    return grow(Tree(), map(leaf_hash, raws))[0].root


@pytest.mark.parametrize(("first", "last"), [(1, 1), (4, 4), (4, 6), (1, 10)])
def test_a_missing_position_is_named_and_the_rest_is_verified(
    ledger: Tampered, first: int, last: int
) -> None:
    """Where entries are missing, there is no root, and those after them are looked at still."""
    ledger.sql(
        "DELETE FROM log WHERE position BETWEEN :first AND :last",
        "UPDATE log SET bytes = x'00' WHERE position = 11",
        **{"first": first, "last": last},
    )
    verified = ledger.verify(expected=Checkpoint("o", ENTRIES, EMPTY_ROOT))
    assert verified.root is None
    assert verified.first_bad == first
    codes = [(each.code, each.position) for each in verified.findings]
    assert codes.count(("missing", first)) == 1
    assert ("unreadable", 11) in codes
    assert ("changed", 11) in codes
    assert ("checkpoint", None) in codes
    assert not [each for each in codes if each[1] and last < each[1] < 11]


def test_entries_taken_from_the_end_are_missed(ledger: Tampered) -> None:
    """A log that was cut is told from one that never was longer, and from a checkpoint."""
    root = ledger.verify().root
    assert root
    ledger.sql("DELETE FROM log WHERE position > 9")
    assert ("cut", 10) in ledger.found()
    expected = Checkpoint("o", ENTRIES, root)
    assert ("shorter", 10) in [
        (each.code, each.position) for each in ledger.verify(expected=expected).findings
    ]
    with open_record(ledger.place, write=True, check=False) as store:
        store.rebuild()
    assert ledger.found() == []
    assert [each.code for each in ledger.verify(expected=expected).findings] == ["shorter"]


def test_a_position_far_away_does_not_take_forever(ledger: Tampered) -> None:
    """An entry put at an absurd position is a gap like any other."""
    ledger.sql("UPDATE log SET position = 9000000000000000 WHERE position = 11")
    assert ("missing", 11) in ledger.found()


def test_swapped_entries_are_both_named(ledger: Tampered) -> None:
    """Two entries that changed places say so themselves."""
    ledger.sql(
        "UPDATE log SET position = -1 WHERE position = 4",
        "UPDATE log SET position = 4 WHERE position = 5",
        "UPDATE log SET position = 5 WHERE position = -1",
    )
    assert {("misplaced", 4), ("misplaced", 5)} <= set(ledger.found())


CHANGES = (
    ("UPDATE leaf SET hash = zeroblob(32) WHERE position = 5", "changed"),
    ("DELETE FROM leaf WHERE position = 5", "tree"),
    ("INSERT INTO leaf VALUES (12, zeroblob(32))", "cut"),
    ("INSERT INTO leaf VALUES (-1, zeroblob(32))", "tree"),
    ("INSERT INTO tile VALUES (1, 0, zeroblob(32))", "tree"),
    ("UPDATE tree SET peaks = zeroblob(96)", "tree"),
    ("UPDATE tree SET peaks = x'00'", "tree"),
    ("UPDATE tree SET peaks = 'text'", "tree"),
    ("UPDATE tree SET size = 10, peaks = zeroblob(64)", "tree"),
    ("UPDATE tree SET size = 12, peaks = zeroblob(64)", "cut"),
    ("INSERT INTO tree VALUES (3, zeroblob(64))", "tree"),
    ("DELETE FROM tree", "tree"),
    ("UPDATE entry SET recorded = recorded + 1 WHERE position = 5", "index"),
    ("UPDATE entry SET mission = 7 WHERE position = 5", "index"),
    ("UPDATE entry SET source = NULL WHERE position = 5", "index"),
    ("UPDATE entry SET id = zeroblob(32) WHERE position = 5", "index-id"),
    ("UPDATE entry SET id = 'text' WHERE position = 5", "unreadable-index"),
    ("DELETE FROM entry WHERE position = 5", "index"),
    ("UPDATE entry SET about = 1 WHERE position = 5", "index"),
    ("INSERT INTO entry VALUES (-1, x'00', NULL, NULL, NULL, 0)", "index"),
    ("INSERT INTO entry VALUES (12, zeroblob(32), NULL, NULL, NULL, 0)", "cut"),
    ("UPDATE name SET name = 'isaf' WHERE name = 'kfor'", "index"),
    ("INSERT INTO name VALUES (77, 'isaf')", "index"),
    ("DELETE FROM name WHERE number = 1", "index"),
    ("UPDATE source SET published_last = 0", "index"),
    ("UPDATE source SET says = 0", "index"),
    ("UPDATE source SET published_day = 738000", "index"),
    ("UPDATE source SET public_from = 0", "index"),
    ("DELETE FROM source", "index"),
    ("DELETE FROM alias WHERE name = 'k'", "alias"),
    ("UPDATE alias SET position = 3 WHERE name = 'k'", "alias"),
    ("INSERT INTO alias VALUES ('nmi', 1, 2)", "alias"),
    ("INSERT INTO alias VALUES ('nmi', 1, 400)", "cut"),
    ("UPDATE claim SET last = last + 1 WHERE position = 5", "claims"),
    ("UPDATE claim SET source = NULL WHERE position = 5", "claims"),
    ("UPDATE claim SET data = '{}' WHERE position = 5", "claims"),
    ("UPDATE claim SET says = 'text' WHERE position = 5", "claims"),
    ("UPDATE claim SET k = 'text' WHERE position = 5", "claims"),
    ("DELETE FROM claim WHERE position = 5", "claims"),
    ("INSERT INTO claim SELECT k, 1, last, position, says, first, source, data FROM claim"
     " WHERE position = 5", "claims"),
    ("UPDATE period SET ends = 0 WHERE facet = 'command'", "claims"),
    ("UPDATE period SET settled_source = 0", "claims"),
    ("UPDATE period SET planned = 1", "claims"),
    ("UPDATE period SET whole = 1", "claims"),
    ("UPDATE period SET series = '{\"1\":[7,false]}'", "claims"),
    ("DELETE FROM period WHERE facet = 'mission'", "claims"),
    ("UPDATE party SET party = 'ITA'", "claims"),
    ("DELETE FROM party", "claims"),
    ("INSERT INTO record VALUES (zeroblob(32), 5, 1, 'retracted', NULL, NULL, NULL, 'so')",
     "claims"),
    ("UPDATE projection SET position = 400 WHERE name = 'claims'", "projection"),
    ("UPDATE projection SET position = 2 WHERE name = 'claims'", "projection"),
    ("UPDATE projection SET position = 2 WHERE name = 'Merkle tree'", "projection"),
    ("UPDATE projection SET version = 400 WHERE name = 'claims'", "projection"),
    ("DELETE FROM projection WHERE name = 'Merkle tree'", "projection"),
    ("DROP TABLE alias", "database"),
    ("DROP TABLE leaf", "database"),
    ("CREATE TABLE notes (text)", "database"),
    ("INSERT INTO log SELECT -7, bytes FROM log WHERE position = 3", "outside"),
    ("UPDATE log SET bytes = CAST(bytes AS TEXT) WHERE position = 5", "unreadable"),
    ("UPDATE log SET bytes = 7 WHERE position = 5", "unreadable"),
)  # fmt: skip
"""Changes behind the program, each with the code of its finding."""

NOT_QUICKLY = {"index", "alias", "claims", "database"}
"""Codes of what a quick verification does not compare."""


@pytest.mark.parametrize(("statement", "code"), CHANGES)
def test_what_is_derived_is_compared(ledger: Tampered, statement: str, code: str) -> None:
    """Every derived table, and the schema, is compared with what the log's bytes come to."""
    ledger.sql(statement)
    assert code in [each.code for each in ledger.verify().findings]
    quickly = [each.code for each in ledger.verify(quick=True).findings]
    assert code in quickly or code in NOT_QUICKLY or statement.startswith("INSERT INTO alias")


@pytest.mark.parametrize(("statement", "code"), CHANGES)
def test_a_derived_row_is_named_and_mended(ledger: Tampered, statement: str, code: str) -> None:
    """A row that the log does not give is named with its table and key; `rebuild` mends it."""
    if code not in {"tree", "index", "alias", "claims"}:
        return
    ledger.sql(statement)
    found = ledger.verify()
    table = statement.removeprefix("UPDATE ").removeprefix("INSERT INTO ")
    table = table.removeprefix("DELETE FROM ").split(maxsplit=1)[0]
    assert {each.code for each in found.findings} <= {code, "claims"}
    if code != "tree" and "-1" not in statement:
        named = (f"the table {table} ", "the index lacks position 5")
        assert any(each.message.startswith(named) for each in found.findings), found.findings
    assert found.evidence == ()
    with open_record(ledger.place, write=True, check=False) as store:
        store.rebuild()
    assert ledger.found() == []


@pytest.mark.parametrize("trigger", ["log_no_update", "log_no_delete", "log_next_position"])
def test_a_missing_trigger_is_named(ledger: Tampered, trigger: str) -> None:
    """A ledger that no longer refuses changes is not whole."""
    with closing(sqlite3.connect(ledger.place)) as raw:
        raw.execute(f"DROP TRIGGER {trigger}")
    (finding,) = ledger.verify().findings
    assert finding.code == "database"
    assert trigger in finding.message


def test_what_can_be_made_anew_is(ledger: Tampered) -> None:
    """After `rebuild`, derived tables that were wrong are right."""
    ledger.sql(
        "DELETE FROM leaf WHERE position > 5",
        "DELETE FROM alias",
        "UPDATE claim SET source = NULL",
    )
    assert ledger.found()
    with open_record(ledger.place, write=True) as store:
        store.rebuild()
    assert ledger.found() == []


def test_many_findings_are_counted(tmp_path: Path, ledger: Tampered) -> None:
    """A ledger that is wrong all through gives a list that can be read, and a count."""
    append_many(ledger, 300)
    ledger.sql("UPDATE log SET bytes = x'00'")
    verified = ledger.verify()
    assert (len(verified.findings), verified.more) == (200, 2 * (ENTRIES + 300) - 200)
    assert verified.first_bad == 1


def append_many(ledger: Tampered, count: int) -> None:
    """Append events in one batch."""
    events = tuple(
        CommandAttested(mission="kfor", source="um", on="2021-05", by="ITA", note=f"late {number}")
        for number in range(count)
    )
    with open_record(ledger.place, write=True) as store:
        store.append(Batch(events), by="anna")


def test_a_verification_is_of_the_log_as_it_was_when_it_began(ledger: Tampered) -> None:
    """Others may append meanwhile: that is no finding."""
    seen = []

    def meanwhile(done: int, of: int) -> None:
        seen.append((done, of))
        append_many(ledger, 5)

    verified = ledger.verify(progress=meanwhile)
    assert (verified.size, verified.findings, seen) == (ENTRIES, (), [(ENTRIES, ENTRIES)])


@pytest.fixture
def long_ledger(tmp_path: Path) -> Tampered:
    """Make a ledger of several runs, of which the last is short."""
    place = empty_ledger(tmp_path / "long.sqlite")
    long = Tampered(place)
    append_many(long, 9000)
    return long


def test_a_long_log_is_verified_run_by_run(long_ledger: Tampered) -> None:
    """What holds for eleven entries holds across the places where reading pauses."""
    verified = long_ledger.verify()
    assert (verified.size, verified.findings) == (9000, ())
    with open_record(long_ledger.place) as store:
        for size in (1, 2048, 2049, 4096, 8999, 9000):
            expected = Checkpoint("o", size, store.tree(size).root)
            assert verify(store, expected=expected).findings == ()
    positions = (1, 2048, 2049, 4096, 4097, 9000)
    for position in positions:
        long_ledger.put(position, b"gone")
    found = long_ledger.found()
    assert [at for code, at in found if code == "changed"] == list(positions)
    assert {at for _, at in found} == set(positions)


def test_a_ledger_in_postgresql_is_verified_alike(postgres: Server) -> None:
    """There, too, the first bad entry is named, and triggers that are switched off are missed."""
    url = postgres.empty_ledger()
    with open_record(url, write=True) as store:
        events = tuple(
            CommandAttested(mission="kfor", on="2021-05", by="ITA", note=f"no. {number}")
            for number in range(5)
        )
        store.append(Batch(events), by="anna")
        whole = verify(store, expected=Checkpoint("o", 3, store.tree(3).root))
        assert (whole.size, whole.root, whole.findings) == (5, store.tree().root, ())
        run(
            url,
            "ALTER TABLE log DISABLE TRIGGER USER",
            "UPDATE log SET bytes = 'x' WHERE position = 4",
            "ALTER TABLE entry DISABLE TRIGGER USER",
            "UPDATE entry SET recorded = 0 WHERE position = 2",
        )
        found = [(each.code, each.position) for each in verify(store).findings]
    assert found[:3] == [("index", 2), ("unreadable", 4), ("changed", 4)]
    assert {code for code, _ in found[3:]} == {"database"}


@settings(max_examples=60)
@given(event=any_events(), by=st.text(min_size=1, max_size=20), seconds=st.integers(0, 10**9))
def test_whatever_is_written_is_sound(event: object, by: str, seconds: int) -> None:
    """Every event that can be encoded is found sound at its position, and unsound at another."""
    written = write(event)  # type: ignore[arg-type]
    moment = NOON + timedelta(seconds=seconds, microseconds=seconds % 1000)
    try:
        entry = encode(written, 9, moment, by, "0" * 64)
    except UnicodeEncodeError:
        return
    found = LedgerFindings()
    assert checked_entry(9, entry.raw, found.add) == entry
    assert stated_id(9, entry.raw) == bytes.fromhex(entry.id)
    assert found.listed == []
    assert stated_id(8, entry.raw) is None
    assert checked_entry(8, entry.raw, found.add) is None
    assert [each.code for each in found.listed] == ["misplaced"]


def test_reading_never_takes_the_index_at_its_word(ledger: Tampered) -> None:
    """Entries are those of a mission because they say so, not because the index does."""
    ledger.sql("UPDATE name SET name = 'isaf' WHERE name = 'kfor'")
    with open_record(ledger.place) as store, pytest.raises(DamagedLedgerError, match="index"):
        list(store.of_mission("isaf"))


def test_an_entry_whose_data_was_changed_is_not_read(ledger: Tampered) -> None:
    """Data that does not give the entry's id is refused by everything that reads it."""
    ledger.put(3, ledger.raw(3).replace(b'"by":"DNK"', b'"by":"ITA"'))
    with open_record(ledger.place) as store, pytest.raises(DamagedLedgerError, match="position 3"):
        list(store.entries())


def test_what_lies_before_the_first_position_is_in_no_answer(ledger: Tampered) -> None:
    """An entry put at a position that is none is found, and nothing is answered from it."""
    with open_record(ledger.place) as store:
        last = list(store.entries())[-1]
    made = encode(
        write(CommandAttested(mission="kfor", on="2021", by="RUS")),
        -7, last.recorded_at, "anna", last.announcement,
    )  # fmt: skip
    ledger.sql("INSERT INTO log VALUES (-7, :raw)", raw=made.raw)
    ledger.sql("INSERT INTO entry VALUES (-7, :id, 1, NULL, NULL, 0)", id=bytes.fromhex(made.id))
    ledger.sql("INSERT INTO claim VALUES (1, 0, 738000, -7, 0, 738000, NULL, '{}')")
    with open_record(ledger.place) as store:
        assert made.id not in {entry.id for entry in store.of_mission("kfor")}
        assert not store.starting_with(made.id)
        assert not store.known([made.id])
    assert {"outside", "index"} <= {code for code, _ in ledger.found()}


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), sizes=st.lists(st.integers(1, 30), min_size=60, max_size=60))
def test_rows_are_the_same_however_entries_were_put_together(seed: int, sizes: list[int]) -> None:
    """Tables that appends of any sizes made, in any order, are those of the log read at once."""
    contents, random = list(draw(seed, 60)), Random(seed)
    if seed % 2:  # sources are described late, and events about the record come early
        random.shuffle(contents)
    with record_in_memory() as store:
        for size in sizes:
            if some := contents[:size]:
                append_drawn(store, some)
            contents = contents[size:]
        assert verify(store).findings == ()


def test_an_entry_that_is_there_twice_is_found(ledger: Tampered) -> None:
    """No table can hold its id a second time: that the others cannot be compared is told."""
    old = decode(ledger.raw(5))
    again = encode(write(old.content), ENTRIES + 1, old.recorded_at, "Åse", old.announcement)
    ledger.sql("INSERT INTO log VALUES (12, :raw)", raw=again.raw)
    ledger.sql("UPDATE projection SET position = 12")
    fit_tree(ledger.place)
    assert ("index", 12) in ledger.found()
    messages = [each.message for each in ledger.verify().findings]
    assert any("cannot be computed from position" in each for each in messages)


def test_an_append_in_the_middle_is_no_fault_of_the_tables(postgres: Server) -> None:
    """What is compared is of one moment, whoever appends meanwhile."""
    contents = draw(5, 90)
    place = postgres.empty_ledger()
    with open_record(place, write=True) as store, open_record(place, write=True) as other:
        append_drawn(store, contents[:30])
        left = iter([contents[30:60], contents[60:]])

        def meanwhile(*_: int) -> None:
            append_drawn(other, next(left, []))

        for _ in range(2):
            assert verify(store, progress=meanwhile).findings == ()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "DELETE FROM log WHERE position BETWEEN 4 AND 6",
        "UPDATE log SET bytes = x'00' WHERE position = 7",
        "UPDATE claim SET last = last + 1 WHERE position = 5",
        "UPDATE period SET ends = 0",
        "UPDATE entry SET recorded = 0 WHERE position = 9",
        "DELETE FROM entry WHERE position = 8",
        "INSERT INTO log SELECT 4000000000000000, bytes FROM log WHERE position = 3",
    ],
)
def test_other_processes_find_the_same(
    ledger: Tampered, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shared out or not, a verification comes to the same."""
    ledger.sql(statement)
    monkeypatch.setattr(process_pool, "processors", lambda: 2)
    monkeypatch.setattr(derived_tables, "AT_ONCE", 3)
    monkeypatch.setattr(verifying, "BLOCK_SIZE", 4)
    monkeypatch.setattr(verifying, "SHARED_OUT", 1)
    with open_record(ledger.place) as store:
        assert verify(store, share_out=True) == verify(store)


def test_work_that_cannot_be_shared_out_is_done(
    ledger: Tampered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where other processes cannot do it, everything is done here, and fails here."""
    monkeypatch.setattr(process_pool, "processors", lambda: 2)
    blocks = [(0, 4), (4, 8), (8, ENTRIES)]
    with open_record(ledger.place) as store:
        alone = [check_block(store, block) for block in blocks]
        assert [each.positions for each in alone] == [(1, 2, 3, 4), (5, 6, 7, 8), (9, 10, 11)]
        for where in (ledger.place.with_name("none.sqlite"), None, ledger.place):
            with work_pool(store, where and partial(open_record, where)) as work:
                assert list(work.map(check_block, blocks)) == alone
                assert work.uses_processes == (where is not None)
                with pytest.raises(TypeError):
                    list(work.map(check_block, [None]))  # type: ignore[list-item]


def whose(_: object, number: int) -> tuple[int, int]:
    """Say which process this is."""
    return number, os.getpid()


def killed(_: object, number: int) -> int:
    """End the process, but for the one that the tests run in."""
    if multiprocessing.parent_process():
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_other_processes_do_the_work(ledger: Tampered, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece is done elsewhere, in order; where a process is killed, it is done here."""
    monkeypatch.setattr(process_pool, "processors", lambda: 2)
    with open_record(ledger.place) as store, work_pool(store, store.opener) as work:
        done = list(work.map(whose, range(20)))
        assert [number for number, _ in done] == list(range(20))
        assert os.getpid() not in {process for _, process in done}
        assert list(work.map(killed, range(20))) == list(range(20))


def test_where_no_process_can_be_started_all_is_done_here(
    ledger: Tampered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system without semaphores, or one that has enough processes, only makes it slower."""

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSYS, "no semaphores")

    monkeypatch.setattr(process_pool, "processors", lambda: 2)
    for what in ("ProcessPoolExecutor", "ProcessPoolExecutor.submit"):
        with monkeypatch.context() as without:
            without.setattr(f"ledger.process_pool.{what}", refused)
            with open_record(ledger.place) as store, work_pool(store, store.opener) as work:
                done = list(work.map(whose, range(5)))
        assert done == [(number, os.getpid()) for number in range(5)]


SHARING = """
import sys, time
from ledger import process_pool
from projections.record import open_record, record_in_memory
from tests.ledger.upkeep.test_verify import whose
process_pool.processors = lambda: 2
if __name__ == "__main__":
    with open_record(sys.argv[1]) as store, process_pool.work_pool(store, store.opener) as work:
        print(*{at for _, at in work.map(whose, range(40))}, flush=True)
        time.sleep(60)
"""


def runs(process: int) -> bool:
    """Whether a process is there, and not only waiting to be buried."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def test_processes_end_with_the_one_that_started_them(ledger: Tampered) -> None:
    """Whoever kills `verify` leaves nothing behind that holds the ledger."""
    script = ledger.place.with_name("script.py")
    script.write_text(SHARING)
    with subprocess.Popen(
        [sys.executable, str(script), str(ledger.place)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    ) as first:
        assert first.stdout
        others = [int(each) for each in first.stdout.readline().split()]
        first.kill()
    assert others
    for _ in range(600):
        if not any(map(runs, others)):
            return
        time.sleep(0.1)
    pytest.fail(f"still there: {others}")
