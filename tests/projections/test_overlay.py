"""A log tried on top of another: it answers as a copy would, and the one beneath is untouched."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from events.errors import PositionConflictError, SourceConflictError
from events.files.announcement import read_announcement
from ledger.append import append_announcement
from ledger.log import Receipt, Store
from ledger.shipped import load
from projections.memory import MemoryStore
from projections.overlay import overlay
from projections.record import open_record
from tests.ready import empty_ledger

NEWS = """
mission: nato-mission-iraq
source: {id: news, publisher: A ministry, title: News, language: en, published: 2024-03}
events:
  - {type: contribution-withdrawn, contribution: dnk-escort, on: 2024-01}
  - {type: mission-attested, aliases: [irak]}
"""
ELSEWHERE = NEWS.replace("nato-mission-iraq", "kfor").replace("id: news", "id: kfor-news")


@pytest.fixture(scope="module")
def record() -> MemoryStore:
    """The shipped record."""
    store = MemoryStore()
    load(store, "nmi")
    return store


def add(store: Store, text: str, expected: int | None = None) -> Receipt:
    """Append an announcement."""
    announcement = read_announcement(text.encode(), "news.yaml")
    return append_announcement(store, announcement, by="anna", expected=expected)


QUESTIONS: dict[str, Callable[[Store], object]] = {
    "position": lambda store: store.position(),
    "before": lambda store: store.position_at(datetime(2001, 1, 1, tzinfo=UTC)),
    "after": lambda store: store.position_at(datetime(9001, 1, 1, tzinfo=UTC)),
    "entries": lambda store: [e.content for e in store.entries()],
    "a stretch": lambda store: [e.position for e in store.entries(after=150, upto=160)],
    "the last": lambda store: [e.position for e in store.entries(after=store.position() - 1)],
    "a mission": lambda store: [e.id for e in store.of_mission("nato-mission-iraq")],
    "another": lambda store: [e.id for e in store.of_mission("kfor")],
    "a mission once": lambda store: [e.id for e in store.of_mission("nato-mission-iraq", upto=90)],
    "sources": lambda store: {e.id for e in store.of_sources(["news", "fmn-nmi-2023", "none"])},
    "sources once": lambda store: {e.id for e in store.of_sources(["news"], upto=157)},
    "ids": lambda store: [e.id for e in store.starting_with("", limit=200)],
    "missions": lambda store: store.missions(),
    "missions once": lambda store: store.missions(upto=60),
    "a short name": lambda store: store.mission_named("kfor"),
    "an alias": lambda store: store.mission_named("irak"),
    "an old alias": lambda store: store.mission_named("nmi"),
    "no name": lambda store: store.mission_named("none"),
    "names": lambda store: store.names(),
    "ids of sources": lambda store: store.source_ids(),
    "parties": lambda store: store.parties(),
    "periods": lambda store: store.periods("nato-mission-iraq"),
    "periods of another": lambda store: store.periods("kfor"),
    "citing": lambda store: store.missions_citing("news"),
    "known": lambda store: len(store.known([e.id for e in store.entries()] + ["0" * 64])),
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_it_answers_as_a_copy_would(record: MemoryStore, ask: Callable[[Store], object]) -> None:
    """Every question has the answer of a log into which all of it was appended."""
    copy, tried = MemoryStore(record.entries()), overlay(record)
    for text in (NEWS, ELSEWHERE):
        add(copy, text)
        add(tried, text)
    assert ask(tried) == ask(copy)


def test_the_log_beneath_is_untouched(tmp_path: Path) -> None:
    """What is tried on a ledger opened only to be read leaves no byte of it changed."""
    place = empty_ledger(tmp_path / "ledger.sqlite")
    with open_record(place, write=True) as store:
        add(store, ELSEWHERE)
    before = place.read_bytes()
    with open_record(place) as store:
        tried = overlay(store)
        assert add(tried, NEWS).position == 6
        tried.close()
        assert store.position() == 3
    assert place.read_bytes() == before


def test_what_others_append_does_not_show(record: MemoryStore) -> None:
    """Positions stay what they were when it was laid on, whoever appends beneath."""
    beneath = MemoryStore(record.entries())
    tried = overlay(beneath)
    add(beneath, ELSEWHERE)
    receipt = add(tried, NEWS)
    assert [entry.position for entry in receipt.appended] == [158, 159, 160]
    assert [entry.position for entry in tried.entries()] == list(range(1, 161))
    assert list(tried.of_mission("kfor")) == []


def test_it_refuses_what_the_log_would(record: MemoryStore) -> None:
    """A conflict with the log beneath is one, and what is there already is not added again."""
    tried = overlay(record)
    with pytest.raises(PositionConflictError):
        add(tried, NEWS, expected=3)
    with pytest.raises(SourceConflictError):
        add(tried, NEWS.replace("id: news", "id: fmn-nmi-2023"))
    assert len(add(tried, NEWS).appended) == 3
    assert len(add(tried, NEWS).already) == 3
    assert load(tried, "nmi")[-1].appended == ()
