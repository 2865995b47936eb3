"""What every ledger promises beyond the store contract: its bytes, its tree, and rebuilding."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from events.catalogue import CommandAttested
from events.encoding.codec import encode, write
from events.entry import Entry
from events.errors import (
    DamagedLedgerError,
    EventError,
    PositionConflictError,
    SourceConflictError,
)
from events.source import Source
from ledger import decide
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.clock import microseconds
from ledger.log import Batch
from ledger.merkle.tree import Tree, count_of, grow, leaf_hash, node_hash, place_of
from ledger.shipped.records import load
from ledger.storage import log_queries
from ledger.upkeep.verify import verify
from projections.record import Record, open_record
from tests.plain_store import PlainStore
from tests.ready import empty_ledger
from tests.roles import asked, owned

NewLedger = Callable[[], Record]
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def ledger(new_ledger: NewLedger) -> Record:
    """Give a ledger that holds the shipped record."""
    ledger = new_ledger()
    load(ledger, "nmi")
    return ledger


def tree_over(entries: list[Entry]) -> Tree:
    """Grow a tree from nothing."""
    return grow(Tree(), [leaf_hash(entry.raw) for entry in entries])[0]


def change(ledger: Record, statement: str) -> None:
    """Go round the program and change what is in the database, as only its owner may."""
    with owned(ledger) as theirs, theirs._backend.writing() as writer:
        if writer.connection.dialect.name == "sqlite":
            asked(writer, statement)
            return
        asked(writer, "CREATE TEMP TABLE kept ON COMMIT DROP AS TABLE projection")
        asked(writer, "DELETE FROM projection")  # the guards of the others rest on it
        asked(writer, statement)
        asked(writer, "INSERT INTO projection TABLE kept")


def test_the_bytes_lie_there_as_they_were_hashed(ledger: Record) -> None:
    """What is stored is what is read, position by position, from anywhere to anywhere."""
    entries = list(ledger.entries())
    assert list(ledger.stored()) == [(entry.position, entry.raw) for entry in entries]
    assert [position for position, _ in ledger.stored(after=5, upto=9)] == [6, 7, 8, 9]


def test_the_tree_is_that_of_the_stored_bytes_at_every_size(ledger: Record) -> None:
    """Kept as it grows, the tree is at every size the one RFC 6962 defines over the bytes."""
    entries = list(ledger.entries())
    for size in range(len(entries) + 1):
        assert ledger.tree(size) == tree_over(entries[:size])
    assert ledger.tree() == tree_over(entries)
    leaves = [leaf_hash(entry.raw) for entry in entries]
    assert list(ledger.nodes(0, 10, 20)) == leaves[10:20]
    assert list(ledger.nodes(1, 3, 5)) == [
        node_hash(leaves[6], leaves[7]),
        node_hash(leaves[8], leaves[9]),
    ]
    with pytest.raises(DamagedLedgerError, match="missing"):
        ledger.nodes(9, 0, 5)


def test_a_tree_larger_than_the_log_is_not_made_up(ledger: Record) -> None:
    """There is no telling a root of entries that are not there."""
    with pytest.raises(DamagedLedgerError):
        ledger.tree(ledger.position() + 1)


def test_another_writers_appends_are_in_the_tree(ledger: Record) -> None:
    """Two stores that take turns on one ledger grow the same tree."""
    with open_record(ledger.place, write=True) as other:
        for number in range(6):
            event = CommandAttested(mission="kfor", on="2021", by="DNK", note=f"no. {number}")
            store = other if number % 2 else ledger
            append_announcement(store, RecordKeeperEvents((event,)), by="anna")
            assert store.tree() == tree_over(list(ledger.entries()))


def test_entries_of_another_ledger_are_taken_byte_for_byte(
    ledger: Record, new_ledger: NewLedger
) -> None:
    """A copy made of the entries has the same bytes, root, missions and aliases."""
    entries = list(ledger.entries())
    copy = new_ledger()
    assert copy.continue_with(entries[:100]) == 100
    assert copy.continue_with(entries[100:]) == len(entries)
    assert list(copy.stored()) == list(ledger.stored())
    assert copy.tree() == ledger.tree()
    assert copy.missions() == ledger.missions()
    assert derived_rows(copy) == derived_rows(ledger)


def derived_rows(ledger: Record) -> dict[str, list[object]]:
    """Return the rows of all derived tables."""
    with ledger.reading() as reader:
        return {
            table.name: [
                tuple(row) for row in reader.rows(select(table).order_by(*table.primary_key))
            ]
            for projection in ledger.projections
            for table in projection.tables
        }


def test_entries_that_do_not_follow_are_refused(ledger: Record, new_ledger: NewLedger) -> None:
    """A gap, a repetition or a source described twice is refused, and nothing is appended."""
    entries = list(ledger.entries())
    copy = new_ledger()
    with pytest.raises(PositionConflictError):
        copy.continue_with(entries[1:3])
    copy.continue_with(entries[:3])
    for wrong in (entries[:3], entries[4:6], [entries[3], entries[5]]):
        with pytest.raises(PositionConflictError):
            copy.continue_with(wrong)
    again = Entry(4, *[getattr(entries[2], name) for name in Entry.__slots__[1:]])
    with pytest.raises(EventError, match="already"):
        copy.continue_with([again])
    source = next(each for each in entries if isinstance(each.content, Source))
    other = PlainStore(entries[:3])
    renamed = source.content.model_copy(update={"id": "another", "title": "Another"})
    other.append(Batch((renamed,)), by="anna")
    copy.continue_with(list(other.entries())[3:])
    twin = write(renamed.model_copy(update={"title": "A twin"}))
    with pytest.raises(SourceConflictError):
        copy.continue_with([encode(twin, 5, entries[2].recorded_at, "anna", "00" * 32)])
    assert copy.position() == 4


def test_an_event_larger_than_an_entry_may_be(ledger: Record) -> None:
    """An event too large for an entry bundle of tlog-tiles is refused, and nothing is appended."""
    end = ledger.position()
    huge = CommandAttested.model_construct(
        **CommandAttested(mission="kfor", on="2021", by="DNK").model_dump(exclude={"note"}),
        note="x" * decide.LARGEST_EVENT,
    )
    with pytest.raises(EventError, match="bytes is too large"):
        ledger.append(Batch((huge,)), by="anna")
    assert ledger.position() == end


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM entry WHERE position = 7",
        "DELETE FROM claim WHERE position = 7",
        "UPDATE entry SET recorded = 0",
        "UPDATE period SET begins = 0",
        "DELETE FROM alias",
        "INSERT INTO alias VALUES ('x', 1, 1)",
        "DELETE FROM leaf WHERE position > 2",
        "DELETE FROM tree",
        "UPDATE leaf SET hash = (SELECT hash FROM leaf WHERE position = 1)",
    ],
)
def test_what_is_derived_can_be_made_anew(ledger: Record, damage: str) -> None:
    """Whatever happens to a derived table, a rebuild makes it what it was."""
    before = derived_rows(ledger)
    change(ledger, damage)
    assert derived_rows(ledger) != before
    with owned(ledger) as theirs:
        theirs.rebuild()
    assert derived_rows(ledger) == before


@given(st.integers(0, 300), st.integers(0, 60))
def test_nodes_are_kept_in_the_order_they_become_complete(size: int, more: int) -> None:
    """Each node of a tree has the place that growing it gave it, and no other has."""
    before, nodes = grow(Tree(), [leaf_hash(bytes([n % 256])) for n in range(size)])
    assert len(nodes) == count_of(size)
    levels = range(size.bit_length())
    places = {place_of(level, n): (level, n) for level in levels for n in range(size >> level)}
    assert sorted(places) == list(range(len(nodes)))
    for place, (level, number) in places.items():
        if level:
            beneath = [nodes[place_of(level - 1, 2 * number + side)] for side in (0, 1)]
            assert nodes[place] == node_hash(*beneath)
    assert len(grow(before, [bytes(32)] * more)[1]) == count_of(size + more) - count_of(size)


@settings(max_examples=25, deadline=None)
@given(moments=st.lists(st.integers(0, 6), min_size=1, max_size=14), asked=st.integers(-1, 7))
def test_a_clock_that_is_set_back(
    tmp_path_factory: pytest.TempPathFactory, moments: list[int], asked: int
) -> None:
    """The last position by a moment is found wherever the clock went, and an append once only."""
    told = iter([NOON + timedelta(seconds=second) for second in moments])
    path = empty_ledger(tmp_path_factory.mktemp("set-back") / "ledger.sqlite")
    with open_record(path, write=True, clock=lambda: next(told)) as store:
        for number in range(len(moments)):
            event = CommandAttested(mission="kfor", on="2021", by="DNK", note=f"no. {number}")
            append_announcement(store, RecordKeeperEvents((event,)), by="anna")
        last = max((at for at, said in enumerate(moments, 1) if said <= asked), default=0)
        assert store.position_at(NOON + timedelta(seconds=asked)) == last
        with store.reading() as reader:
            moment = microseconds(NOON + timedelta(seconds=asked))
            found = log_queries.recorded_then(reader, moment, after=0)
        assert [each.position for each in found] == [
            at for at, said in enumerate(moments, 1) if said == asked
        ]
        assert verify(store).findings == ()


def test_a_tree_that_lacks_nodes_is_not_appended_to(ledger: Record, new_ledger: NewLedger) -> None:
    """Where the tree beside the log is damaged, an append says so and how it is mended."""
    change(ledger, "UPDATE tree SET size = size + 2")
    event = CommandAttested(mission="kfor", on="2021", by="DNK")
    with open_record(ledger.place, write=True) as fresh:
        with pytest.raises(DamagedLedgerError) as caught:
            append_announcement(fresh, RecordKeeperEvents((event,)), by="anna")
        assert "rebuild" in caught.value.hint
        with owned(fresh) as theirs:
            theirs.rebuild()
        append_announcement(fresh, RecordKeeperEvents((event,)), by="anna")
        assert fresh.tree() == tree_over(list(fresh.entries()))
