"""The store contract: what every backend of the log promises, asked of each in turn."""

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from events.catalogue import (
    CommandAttested,
    ContributionAttested,
    MissionAttested,
    MissionEstablished,
)
from events.encoding.codec import Content, decode, encode, event_id, write
from events.errors import EventError, PositionConflictError, SourceConflictError
from events.record_events import ClaimCorrected
from events.source import Source
from ledger.announcements import announcement_id
from ledger.log import Batch, Store
from projections.record import open_record, record_in_memory
from tests.plain_store import PlainStore
from tests.ready import empty_ledger

NOON = datetime(2026, 1, 5, 12, 0, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)

UM = Source(
    id="um-handover-2022-05",
    publisher="Ministry of Foreign Affairs of Denmark",
    title="Denmark hands over command of NATO Mission Iraq to Italy",
    language="en",
    published="2022-05",
)


def attested(mission: str = "nato-mission-iraq", number: int = 1) -> CommandAttested:
    """Make an event; each number makes another."""
    return CommandAttested(
        mission=mission, source=UM.id, on="2021-05-01", by="DNK", note=f"no. {number}"
    )


def batch(*contents: Content) -> Batch:
    """Make a batch."""
    return Batch(contents)


class Clock:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Return where it stands."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands at noon."""
    return Clock()


@pytest.fixture(params=["plain", "memory", "sqlite", "postgresql", "trial", "trial in memory"])
def new_store(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Clock
) -> Iterator[Callable[[], Store]]:
    """Give a function that makes an empty log."""
    number = itertools.count()
    with ExitStack() as stack:

        def make() -> Store:
            if request.param == "plain":
                return PlainStore(clock=clock)
            if "memory" in request.param:
                record = stack.enter_context(record_in_memory(clock=clock))
                return stack.enter_context(record.trial()) if "trial" in request.param else record
            place: str | Path
            if request.param == "postgresql":
                place = request.getfixturevalue("postgres").empty_ledger()
            else:
                place = empty_ledger(tmp_path / f"ledger-{next(number)}.sqlite")
            record = stack.enter_context(open_record(place, write=True, clock=clock))
            return stack.enter_context(record.trial()) if request.param == "trial" else record

        yield make


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    """Give an empty log."""
    return new_store()


def test_positions_are_one_two_three(store: Store) -> None:
    """Entries stand under 1, 2, 3 … in the order they were given, batch after batch."""
    assert store.position() == 0
    first = store.append(batch(UM, attested(number=1)), by="anna")
    second = store.append(batch(attested(number=2), attested(number=3)), by="anna")
    assert [entry.position for entry in first.appended + second.appended] == [1, 2, 3, 4]
    assert (first.position, second.position, store.position()) == (2, 4, 4)
    assert [entry.content for entry in store.entries()] == [
        UM,
        *(attested(number=number) for number in (1, 2, 3)),
    ]


def test_what_is_read_is_what_was_stored(store: Store, clock: Clock) -> None:
    """An entry comes back byte for byte, and says when, by whom and as part of what."""
    given = batch(
        UM, attested(), MissionEstablished(mission="kfor", on="1999-06", name="Ærø \u202ex")
    )
    receipt = store.append(given, by="Åse Ö.")
    read = list(store.entries())
    assert read == list(receipt.appended)
    digest = announcement_id(map(event_id, given.contents))
    for position, (entry, content) in enumerate(zip(read, given.contents, strict=True), 1):
        assert entry == encode(write(content), position, clock.now, "Åse Ö.", digest)
        assert entry == decode(entry.raw)
        assert (entry.id, entry.recorded_at) == (event_id(content), NOON)


def test_a_digest_is_of_what_was_new(store: Store) -> None:
    """What is appended of an announcement that is there in part carries the digest of that part."""
    store.append(batch(UM, attested(number=1)), by="anna")
    again = store.append(batch(UM, attested(number=1), attested(number=2)), by="anna")
    (entry,) = again.appended
    assert entry.announcement == announcement_id([entry.id])


def test_adding_again_adds_nothing(store: Store, clock: Clock) -> None:
    """A batch that is there already is acknowledged, adds nothing and changes nothing."""
    given = batch(UM, attested())
    store.append(given, by="anna")
    before = list(store.entries())
    clock.now += SECOND
    receipt = store.append(given, by="bo")
    assert receipt.appended == ()
    assert receipt.already == (event_id(UM), event_id(attested()))
    assert receipt.position == 2
    assert list(store.entries()) == before


def test_only_what_is_new_is_added(store: Store) -> None:
    """Of a batch that is partly there, the rest is appended and what was there is named."""
    store.append(batch(UM, attested(number=1)), by="anna")
    receipt = store.append(batch(UM, attested(number=1), attested(number=2)), by="anna")
    assert [entry.content for entry in receipt.appended] == [attested(number=2)]
    assert receipt.already == (event_id(UM), event_id(attested(number=1)))


def test_the_same_event_twice_in_a_batch_counts_once(store: Store) -> None:
    """An event repeated within a batch is one event."""
    receipt = store.append(batch(UM, attested(), attested(), UM), by="anna")
    assert [entry.content for entry in receipt.appended] == [UM, attested()]
    assert receipt.already == ()


def test_an_empty_batch_is_nothing(store: Store) -> None:
    """A batch of nothing appends nothing."""
    assert store.append(batch(), by="anna").appended == ()
    assert store.position() == 0


def test_the_expected_position_is_held_to(store: Store) -> None:
    """A writer that expected another position is told both, and nothing is appended."""
    store.append(batch(UM), by="anna", expected=0)
    with pytest.raises(PositionConflictError) as caught:
        store.append(batch(attested()), by="anna", expected=0)
    assert (caught.value.expected, caught.value.actual) == (0, 1)
    assert store.position() == 1
    store.append(batch(attested()), by="anna", expected=1)
    with pytest.raises(PositionConflictError):
        store.append(batch(attested()), by="anna", expected=3)


def test_a_source_id_names_one_document(store: Store) -> None:
    """A source described otherwise than before is refused whole, and the error names the fields."""
    store.append(batch(UM), by="anna")
    other = UM.model_copy(update={"title": "Another paper", "url": "https://um.dk/x"})
    with pytest.raises(SourceConflictError) as caught:
        store.append(batch(attested(), other), by="anna")
    assert "title" in caught.value.message
    assert "url" in caught.value.message
    assert "publisher" not in caught.value.message
    assert caught.value.hint
    assert [entry.content for entry in store.entries()] == [UM]


def test_a_batch_describes_a_source_once(store: Store) -> None:
    """Two descriptions of one source in one batch are a conflict, and nothing is appended."""
    other = UM.model_copy(update={"title": "Another paper"})
    with pytest.raises(SourceConflictError, match="title"):
        store.append(batch(UM, other), by="anna")
    assert store.position() == 0


def test_a_batch_that_fails_half_way_leaves_nothing(new_store: Callable[[], Store]) -> None:
    """Whatever stops an append, none of its entries is in the log, and the next one works."""
    store = new_store()
    other = UM.model_copy(update={"title": "Another paper"})
    store.append(batch(UM), by="anna")
    for number in range(3):
        with pytest.raises(SourceConflictError):
            store.append(batch(*(attested(number=n) for n in range(20)), other), by="anna")
        assert store.position() == number + 1
        assert not list(store.of_mission("kfor"))
        store.append(batch(attested(number=100 + number)), by="anna")


@pytest.mark.parametrize("by", ["", "  ", "a" * 101, "anna\n", "an\x1bna", "anna\x85"])
def test_a_name_is_a_short_line(store: Store, by: str) -> None:
    """Whoever records is named in 1 to 100 characters, none of them a control character."""
    with pytest.raises(EventError, match="name"):
        store.append(batch(attested()), by=by)
    assert store.position() == 0


def test_a_name_may_be_any_text(store: Store) -> None:
    """A name of 100 characters in any script is kept as it is."""
    by = "Ж" * 99 + "🙂"
    assert store.append(batch(attested()), by=by).appended[0].recorded_by == by


def test_a_batch_has_one_record_time(store: Store, clock: Clock) -> None:
    """Record time is the ledger's own, one moment for a whole batch."""
    store.append(batch(UM, attested()), by="anna")
    clock.now += SECOND
    store.append(batch(attested(number=2)), by="anna")
    assert [entry.recorded_at for entry in store.entries()] == [NOON, NOON, NOON + SECOND]


def test_reading_between_positions(store: Store) -> None:
    """`after` and `upto` bound what is read: later than the one, no later than the other."""
    store.append(batch(*(attested(number=number) for number in range(10))), by="anna")

    def positions(**bounds: int) -> list[int]:
        return [entry.position for entry in store.entries(**bounds)]

    assert positions() == list(range(1, 11))
    assert positions(after=7) == [8, 9, 10]
    assert positions(upto=3) == [1, 2, 3]
    assert positions(after=3, upto=5) == [4, 5]
    assert positions(upto=0) == []
    assert positions(after=10) == []
    assert positions(after=5, upto=5) == []
    assert positions(upto=99) == positions()


def test_a_long_log_is_read_whole(store: Store) -> None:
    """A log longer than any chunk it is fetched in comes back complete and in order."""
    store.append(batch(*(attested(number=number) for number in range(1501))), by="anna")
    assert [entry.position for entry in store.entries()] == list(range(1, 1502))
    assert len(list(store.entries(upto=1000))) == 1000


def test_reading_goes_on_while_others_append(store: Store) -> None:
    """A reader half way through neither stops a writer nor skips a position."""
    store.append(batch(*(attested(number=number) for number in range(600))), by="anna")
    reader = store.entries()
    seen = [next(reader).position for _ in range(5)]
    assert store.append(batch(attested("kfor", 1)), by="bo").position == 601
    seen += [entry.position for entry in reader]
    assert seen in (list(range(1, 601)), list(range(1, 602)))


def test_position_at_a_moment(store: Store, clock: Clock) -> None:
    """A moment stands for the last position recorded at or before it."""
    assert store.position_at(NOON) == 0
    store.append(batch(UM, attested(number=1)), by="anna")
    clock.now = NOON + SECOND
    store.append(batch(attested(number=2)), by="anna")
    assert store.position_at(NOON - timedelta(microseconds=1)) == 0
    assert store.position_at(NOON) == 2
    assert store.position_at(NOON + SECOND / 2) == 2
    assert store.position_at(NOON + SECOND) == 3
    assert store.position_at(NOON + 1000 * SECOND) == 3
    assert store.position_at(NOON.astimezone(timezone(timedelta(hours=2)))) == 2


def test_position_at_when_the_clock_ran_backwards(store: Store, clock: Clock) -> None:
    """Order is by position: a moment means everything up to the last entry recorded by then."""
    for step in (0, 5, -5, 3):
        clock.now = NOON + step * SECOND
        store.append(batch(attested(number=step)), by="anna")
    assert [store.position_at(NOON + step * SECOND) for step in (-6, -5, 0, 3, 4, 5)] == [
        *(0, 3, 3, 4, 4, 4)
    ]


def test_one_missions_events(store: Store) -> None:
    """A mission's events come in order, without other missions' and without sources."""
    store.append(batch(UM, attested("kfor", 1), attested("unifil", 1)), by="anna")
    store.append(batch(attested("kfor", 2)), by="anna")
    assert [entry.position for entry in store.of_mission("kfor")] == [2, 4]
    assert [entry.position for entry in store.of_mission("kfor", upto=3)] == [2]
    assert list(store.of_mission("kfo")) == []


def test_sources_by_id(store: Store) -> None:
    """Sources are found by their ids, however many are asked for; unknown ids find nothing."""
    sources = [UM.model_copy(update={"id": f"source-{number}"}) for number in range(1200)]
    store.append(batch(*sources, attested()), by="anna")

    def found(ids: list[str], upto: int | None = None) -> set[Content]:
        entries = list(store.of_sources(ids, upto=upto))
        assert len(entries) == len({entry.id for entry in entries})
        return {entry.content for entry in entries}

    assert found([source.id for source in sources]) == set(sources)
    assert found(["source-7", "source-7", "no-such"]) == {sources[7]}
    assert found(["source-7"], upto=7) == set()
    assert found(["source-7"], upto=8) == {sources[7]}
    assert found([UM.id]) == set()
    assert found([]) == set()


def test_entries_by_the_beginning_of_their_id(store: Store) -> None:
    """Any beginning of an id, odd or even in length, finds exactly the entries that have it."""
    receipt = store.append(batch(*(attested(number=n) for n in range(300))), by="anna")
    ids = [entry.id for entry in receipt.appended]
    for prefix in (ids[0], ids[0][:9], ids[1][:2], ids[2][:1], ids[3][:3], "0", "f", "ff"):
        wanted = {id_ for id_ in ids if id_.startswith(prefix)}
        found = [entry.id for entry in store.starting_with(prefix, limit=300)]
        assert len(found) == len(wanted)
        assert set(found) == wanted
    assert len(store.starting_with("", limit=7)) == 7
    assert len(store.starting_with("")) == 10


@pytest.mark.parametrize("prefix", ["zz", "AB", "é", "a" * 65, "0x", "%", "_"])
def test_what_no_id_starts_with_finds_nothing(store: Store, prefix: str) -> None:
    """A prefix that no id can start with finds nothing and breaks nothing."""
    store.append(batch(*(attested(number=number) for number in range(50))), by="anna")
    assert list(store.starting_with(prefix)) == []


def test_missions_and_what_they_go_by(store: Store) -> None:
    """Missions are listed by short name with their events counted and every alias they had."""
    assert list(store.missions()) == []
    assert store.names() == {}
    named = MissionEstablished(mission="nato-mission-iraq", on="2018", aliases=("nmi", "nato-iraq"))
    store.append(batch(UM, named, attested(), attested("kfor")), by="anna")
    again = MissionAttested(mission="nato-mission-iraq", on="2021", aliases=("nmi", "nmi-2"))
    store.append(batch(again), by="anna")
    listed = [(each.mission, set(each.aliases), each.events) for each in store.missions()]
    assert [(name, set(given)) for name, given in store.names().items()] == [
        (name, given) for name, given, _ in listed
    ]
    assert listed == [("kfor", set(), 1), ("nato-mission-iraq", {"nmi", "nato-iraq", "nmi-2"}, 3)]
    before = [(each.mission, set(each.aliases), each.events) for each in store.missions(upto=3)]
    assert before == [("nato-mission-iraq", {"nmi", "nato-iraq"}, 2)]


def test_a_mission_by_any_of_its_names(store: Store) -> None:
    """A mission is found by short name or alias; a short name goes before another's alias."""
    store.append(
        batch(
            MissionEstablished(mission="nato-mission-iraq", on="2018", aliases=("nmi", "iraq")),
            MissionEstablished(mission="ntm-i", on="2004", aliases=("iraq",)),
            MissionEstablished(mission="nmi", on="1990"),
        ),
        by="anna",
    )
    assert list(store.mission_named("nato-mission-iraq")) == ["nato-mission-iraq"]
    assert list(store.mission_named("iraq")) == ["nato-mission-iraq", "ntm-i"]
    assert list(store.mission_named("nmi")) == ["nmi"]
    assert list(store.mission_named("nobody")) == []
    assert list(store.mission_named(UM.id)) == []


def test_all_sources_and_parties_are_named(store: Store) -> None:
    """Every source, nation, body and mission that cites a source is listed once, in order."""
    assert list(store.source_ids()) == list(store.parties()) == []
    deployed = ContributionAttested(
        mission="kfor", contribution="a-camp", contributor="NOR", on="2021"
    )
    store.append(batch(UM, deployed, attested(), attested("kfor")), by="anna")
    assert list(store.source_ids()) == [UM.id]
    assert list(store.parties()) == ["DNK", "NOR"]
    assert list(store.missions_citing(UM.id)) == ["kfor", "nato-mission-iraq"]
    assert list(store.missions_citing("none")) == []
    assert list(store.periods("kfor")) == [("command", "DNK", 1), ("contribution", "a-camp", 1)]
    assert list(store.periods("none")) == []


def test_a_correction_can_give_an_alias(store: Store) -> None:
    """A mission also goes by what a corrected claim calls it."""
    named = MissionEstablished(mission="kfor", on="1999-06")
    better = named.model_copy(update={"aliases": ("kosovo-force",)})
    store.append(batch(named), by="anna")
    corrected = ClaimCorrected(
        mission="kfor", target=event_id(named), claim=better, reason="the alias was left out"
    )
    store.append(batch(corrected), by="anna")
    assert list(store.mission_named("kosovo-force")) == ["kfor"]


def test_every_backend_writes_the_same_bytes(tmp_path: Path, clock: Clock) -> None:
    """The same appends make the same log, byte for byte, whatever holds it."""
    empty_ledger(tmp_path / "ledger.sqlite")
    with (
        open_record(tmp_path / "ledger.sqlite", write=True, clock=clock) as on_disk,
        PlainStore(clock=clock) as in_memory,
    ):
        for number in range(20):
            clock.now += SECOND
            given = batch(UM, attested(number=number), attested("kfor", number // 2))
            assert on_disk.append(given, by="anna") == in_memory.append(given, by="anna")
        assert list(on_disk.entries()) == list(in_memory.entries())
        assert list(on_disk.missions()) == list(in_memory.missions())
        for upto in (0, 5, 17, None):
            assert list(on_disk.of_mission("kfor", upto=upto)) == list(
                in_memory.of_mission("kfor", upto=upto)
            )


def test_threads_that_write_at_once_leave_no_gap(store: Store) -> None:
    """Writers in one process take turns: no gap, no half of a batch, nothing twice."""

    def write(writer: int) -> None:
        for number in range(10):
            pair = (attested(f"mission-{writer}", 2 * number + part) for part in (0, 1))
            store.append(batch(*pair), by=f"writer {writer}")

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = list(store.entries())
    assert [entry.position for entry in entries] == list(range(1, 81))
    for first, second in zip(entries[::2], entries[1::2], strict=True):
        assert first.announcement == second.announcement
