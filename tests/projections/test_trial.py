"""A trial: it answers as the ledger would after the appends, and leaves no trace of them."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from events.errors import (
    BusyLedgerError,
    PositionConflictError,
    ReadOnlyLedgerError,
    SourceConflictError,
    StoreError,
)
from events.files.announcement import read_announcement
from ledger.append import append_announcement
from ledger.log import Receipt, Store
from ledger.shipped.records import load
from ledger.shipped.stored_log import shipped_entries
from ledger.storage import sqlite
from ledger.upkeep.verify import verify
from projections.question import DayQuestion
from projections.record import Record, open_record, record_in_memory
from tests.plain_store import PlainStore
from tests.projections.build import day
from tests.ready import shipped_ledger
from tests.roles import OWNER, as_user

NEWS = """
mission: nato-mission-iraq
source: {id: news, publisher: A ministry, title: News, language: en, published: 2024-03}
events:
  - {type: contribution-withdrawn, contribution: dnk-escort, on: 2024-01}
  - {type: mission-attested, aliases: [irak]}
"""
ELSEWHERE = NEWS.replace("nato-mission-iraq", "kfor").replace("id: news", "id: kfor-news")


def add(store: Store, text: str, expected: int | None = None) -> Receipt:
    """Append an announcement."""
    announcement = read_announcement(text.encode(), "news.yaml")
    return append_announcement(store, announcement, by="anna", expected=expected)


def in_memory() -> Record:
    """Return the shipped record in memory."""
    record = record_in_memory()
    record.continue_with(shipped_entries())
    return record


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    """Give the shipped record on each kind of database, opened by one who may append."""
    if request.param == "memory":
        found = in_memory()
    elif request.param == "sqlite":
        found = open_record(shipped_ledger(tmp_path / "ledger.sqlite"), write=True)
    else:
        place = request.getfixturevalue("postgres").shipped_ledger()
        found = open_record(place, write=True)
    with found:
        yield found


QUESTIONS: dict[str, Callable[[Store], object]] = {
    "position": lambda store: store.position(),
    "before": lambda store: store.position_at(datetime(2001, 1, 1, tzinfo=UTC)),
    "after": lambda store: store.position_at(datetime(9001, 1, 1, tzinfo=UTC)),
    "entries": lambda store: [e.content for e in store.entries()],
    "a stretch": lambda store: [e.position for e in store.entries(after=150, upto=167)],
    "the last": lambda store: [e.position for e in store.entries(after=store.position() - 1)],
    "a mission": lambda store: [e.id for e in store.of_mission("nato-mission-iraq")],
    "another": lambda store: [e.id for e in store.of_mission("kfor")],
    "a mission once": lambda store: [e.id for e in store.of_mission("nato-mission-iraq", upto=90)],
    "sources": lambda store: {e.id for e in store.of_sources(["news", "fmn-nmi-2023", "none"])},
    "sources once": lambda store: {e.id for e in store.of_sources(["news"], upto=164)},
    "ids": lambda store: {e.id for e in store.starting_with("", limit=200)},
    "missions": lambda store: store.missions(),
    "missions once": lambda store: store.missions(upto=60),
    "a short name": lambda store: store.mission_named("kfor"),
    "an alias": lambda store: store.mission_named("irak"),
    "an old alias": lambda store: store.mission_named("nmi"),
    "no name": lambda store: store.mission_named("none"),
    "names": lambda store: {name: tuple(also) for name, also in store.names().items()},
    "ids of sources": lambda store: store.source_ids(),
    "parties": lambda store: store.parties(),
    "periods": lambda store: store.periods("nato-mission-iraq"),
    "periods of another": lambda store: store.periods("kfor"),
    "citing": lambda store: store.missions_citing("news"),
    "known": lambda store: len(store.known([e.id for e in store.entries()] + ["0" * 64])),
}


def test_it_answers_as_a_copy_would(record: Record) -> None:
    """Every question has the answer of a log into which all of it was appended."""
    copy = PlainStore(record.entries())
    with record.trial() as tried:
        for text in (NEWS, ELSEWHERE):
            add(copy, text)
            add(tried, text)
        assert tried.tree().size == 170
        for name, ask in QUESTIONS.items():
            assert ask(tried) == ask(copy), name


def test_no_trace_of_it_is_left(record: Record) -> None:
    """Position, tree and answers are afterwards what they were, and what is appended next counts.

    What was asked in the trial is not remembered either.
    """
    question = DayQuestion(day("2024-02-01"))

    def answers() -> object:
        return record.position(), record.tree(), record.select("nato-mission-iraq", question)

    before = answers()
    with record.trial() as tried:
        assert add(tried, NEWS).position == 167
        tried.select("nato-mission-iraq", question)
        assert len(list(tried.of_sources(["news"]))) == 1
        assert len(list(tried.entries())) == 167
    assert answers() == before
    receipt = add(record, ELSEWHERE)
    assert [entry.position for entry in receipt.appended] == [165, 166, 167]
    assert list(record.entries(after=164)) == list(receipt.appended)
    assert list(record.of_sources(["news"])) == []
    assert verify(record).findings == ()


def test_it_is_over_at_its_end(record: Record) -> None:
    """Asked later, it raises an error: nothing is answered from what was rolled back."""
    with record.trial() as tried:
        add(tried, NEWS)
    with pytest.raises(StoreError):
        tried.position()


def test_it_refuses_what_the_log_would(record: Record) -> None:
    """A conflict with the log is one, what is there already is not added again, the rest stays."""
    with record.trial() as tried:
        assert len(add(tried, ELSEWHERE).appended) == 3
        with pytest.raises(PositionConflictError):
            add(tried, NEWS, expected=3)
        with pytest.raises(SourceConflictError):
            add(tried, NEWS.replace("id: news", "id: fmn-nmi-2023"))
        assert tried.position() == 167
        assert len(add(tried, NEWS, expected=167).appended) == 3
        assert len(add(tried, NEWS).already) == 3
        assert load(tried, "nmi")[-1].appended == ()
        assert tried.position() == 170


def test_an_error_in_it_ends_it(record: Record) -> None:
    """What is raised inside comes out as it is; nothing was appended, and the lock is let go."""

    def give_up() -> None:
        with record.trial() as tried:
            add(tried, NEWS)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert add(record, ELSEWHERE).position == 167


@pytest.mark.parametrize("record", ["sqlite", "postgresql"], indirect=True)
def test_other_writers_wait_and_readers_do_not(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trial is a writer: nobody appends meanwhile, but everybody reads the log as it is."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    done: list[Receipt] = []
    other = threading.Thread(target=lambda: done.append(add(record, ELSEWHERE)))
    with record.trial() as tried:
        add(tried, NEWS)
        assert record.position() == 164
        if "://" not in record.place:
            with pytest.raises(BusyLedgerError):
                add(record, ELSEWHERE)
            monkeypatch.setattr(sqlite, "BUSY_SECONDS", 30)
        other.start()
        other.join(0.2)
        assert done == []
        assert record.position() == 164
    other.join(30)
    assert [receipt.position for receipt in done] == [167]


@pytest.mark.parametrize("record", ["sqlite", "postgresql"], indirect=True)
def test_one_who_may_only_read_is_refused_at_once(record: Record) -> None:
    """The error comes before anything is appended, so that a copy can be taken instead."""
    place = as_user(record.place, OWNER) if "://" in record.place else record.place
    with open_record(place) as reading, pytest.raises(ReadOnlyLedgerError), reading.trial():
        pytest.fail("a trial began")


def test_a_temporary_copy_is_tried_instead(record: Record) -> None:
    """It holds the same log, answers the same, and takes appends that the ledger never sees."""
    with record.temporary_copy() as tried:
        assert tried.tree() == record.tree()
        assert tried.place == record.place
        assert add(tried, NEWS).position == 167
        assert verify(tried).findings == ()
        assert add(record, ELSEWHERE).position == 167
        assert list(tried.of_mission("kfor")) == []


def test_two_threads_share_a_record_in_memory() -> None:
    """Both get the answers of one, also while a third tries and appends."""
    question = DayQuestion(day("2021-06-15"))
    with in_memory() as record:
        expected = record.select("nato-mission-iraq", question).claims
        assert expected
        answers: list[object] = []
        errors: list[BaseException] = []

        def ask() -> None:
            try:
                for _ in range(20):
                    answers.append(record.select("nato-mission-iraq", question).claims)
                    assert len(list(record.entries(upto=164))) == 164
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for number in range(5):
            with record.trial() as tried:
                add(tried, NEWS)
            add(record, ELSEWHERE.replace("kfor", f"kfor-{number}"))
        for thread in threads:
            thread.join()
        assert errors == []
        assert answers == [expected] * 40
        assert record.position() == 164 + 5 * 3
