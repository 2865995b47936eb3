"""An entry that cannot be read stops neither appends nor the answers about other missions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from events.catalogue import CommandAttested
from events.encoding.codec import encode, write
from events.errors import DamagedLedgerError, StoreError
from ledger.log import Batch
from ledger.merkle.tree import Tree, grow, leaf_hash
from ledger.shipped.records import load
from ledger.storage.transaction import Transaction
from ledger.upkeep.doctor import examine
from ledger.upkeep.verify import verify
from projections.question import DayQuestion
from projections.record import PROJECTIONS, Record, open_record
from projections.state import state
from projections.view import view
from tests.roles import as_owner, asked, owned

NewLedger = Callable[[], Record]

DAY = 738000
BAD = [b"", b"{}", b"\xff\xfe", b'{"position":165}', b"[" * 10_000]


@pytest.fixture
def ledger(new_ledger: NewLedger) -> Record:
    """Give a ledger that holds the shipped record."""
    ledger = new_ledger()
    load(ledger, "nmi")
    return ledger


def put(ledger: Record, raw: bytes) -> int:
    """Put bytes into the log as whoever may append can, past the program; return their position."""
    with ledger._backend.writing() as writer:
        position = ledger.position() + 1
        _insert(writer, position, raw)
    return position


def _insert(writer: Transaction, position: int, raw: bytes) -> None:
    quoted = (
        f"X'{raw.hex()}'" if writer.connection.dialect.name == "sqlite" else f"'\\x{raw.hex()}'"
    )
    asked(writer, f"INSERT INTO log VALUES ({position}, {quoted})")


def append(ledger: Record, number: int) -> int:
    """Append an event about another mission; return its position."""
    event = CommandAttested(mission="kfor", on="2021-05", by="DNK", note=str(number))
    return ledger.append(Batch((event,)), by="anna").position


def answer(ledger: Record) -> object:
    """Answer a question about the shipped mission."""
    return state(view(ledger, "nato-mission-iraq", question=DayQuestion(DAY)), DAY).facets


@pytest.mark.parametrize("raw", BAD, ids=["empty", "an object", "not text", "cut", "deep"])
def test_it_stops_neither_appends_nor_answers(ledger: Record, raw: bytes, tmp_path: Path) -> None:
    """Appends go on after it, answers are as they were, and `verify` and `doctor` name it."""
    before = answer(ledger)
    bad = put(ledger, raw)
    with open_record(ledger.place) as reader:
        assert answer(reader) == before
    assert append(ledger, 1) == bad + 1
    worse = put(ledger, raw)
    assert append(ledger, 2) == worse + 1
    assert ledger.tree() == grow(Tree(), [leaf_hash(each) for _, each in ledger.stored()])[0]
    assert answer(ledger) == before
    assert "kfor" in [each.mission for each in ledger.missions()]
    found = verify(ledger).findings
    assert {each.position for each in found} == {bad, worse}
    assert {each.code for each in found} == {"unreadable"}
    named = [
        each
        for each in examine(
            as_owner(ledger.place), PROJECTIONS, named_by="--ledger", key=tmp_path / "key"
        )
        if each.check == "entries"
    ]
    assert [each.level for each in named] == ["problem"]
    assert f"{bad}, {worse}" in named[0].found


def test_it_is_part_of_the_tree_at_once(ledger: Record) -> None:
    """The root covers it before anything is appended after it."""
    put(ledger, b"{}")
    assert ledger.tree() == grow(Tree(), [leaf_hash(raw) for _, raw in ledger.stored()])[0]
    moment = next(ledger.entries(after=163, upto=164)).recorded_at
    assert ledger.position_at(moment) in (164, 165)


def test_projections_are_made_anew_without_it(ledger: Record) -> None:
    """A rebuild leaves it out, as appends do, and keeps its leaf."""
    put(ledger, b"{}")
    append(ledger, 1)
    root, before = ledger.tree().root, answer(ledger)
    with owned(ledger) as theirs:
        theirs.rebuild()
        assert theirs.tree().root == root
        assert answer(theirs) == before
        assert {each.position for each in verify(theirs).findings} == {165}


def test_an_entry_that_was_read_and_no_longer_can_be_is_not_left_out(ledger: Record) -> None:
    """What was damaged after it had been appended is not left out by a rebuild."""
    with owned(ledger) as theirs:
        with theirs._backend.writing() as writer:
            triggers = (
                ["DROP TRIGGER log_no_update"]
                if writer.connection.dialect.name == "sqlite"
                else ["ALTER TABLE log DISABLE TRIGGER log_no_change"]
            )
            for statement in triggers:
                asked(writer, statement)
            asked(
                writer,
                "UPDATE log SET bytes = CAST('x' AS bytea) WHERE position = 9"
                if writer.connection.dialect.name != "sqlite"
                else "UPDATE log SET bytes = X'78' WHERE position = 9",
            )
        with pytest.raises(DamagedLedgerError, match="position 9"):
            theirs.rebuild()


def test_a_whole_entry_put_in_past_the_program_is_told(ledger: Record) -> None:
    """An entry that could be read, and that no projection has, stops answers and appends."""
    last = next(ledger.entries(after=163, upto=164))
    event = write(CommandAttested(mission="kfor", on="2021-05", by="DNK"))
    put(ledger, encode(event, 165, last.recorded_at, "eve", "0" * 64).raw)
    with pytest.raises(StoreError, match="lacks the entry at position 165"):
        open_record(ledger.place)
    with pytest.raises(StoreError, match="lacks the entry at position 165"):
        append(ledger, 1)
    with owned(ledger) as theirs:
        theirs.rebuild()
    with open_record(ledger.place) as store:
        assert "kfor" in [each.mission for each in store.missions()]
