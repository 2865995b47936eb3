"""An event by which a source would come to depend on itself is refused when it is appended."""

import pytest

from events.catalogue import PlaceOpened
from events.claim_event import Event
from events.errors import CircularSourceError, LookupFailure
from events.files.announcement import Announcement
from events.record_events import ClaimRetracted, SourceCorrected, SourceWithdrawn
from events.source import Source
from ledger.append import RecordKeeperEvents, append_announcement
from projections.record import Record, record_in_memory
from tests.plain_store import PlainStore


@pytest.fixture(params=[record_in_memory, PlainStore])
def store(request: pytest.FixtureRequest) -> Record | PlainStore:
    """Give a ledger with three sources, each with a claim of its own."""
    made: Record | PlainStore = request.param()
    for name in ("s", "t", "u"):
        state(made, name, PlaceOpened(mission="m", place=name, on="2020", source=name))
    return made


def state(store: Record | PlainStore, name: str, *events: Event) -> list[str]:
    """Append what a source states, and return the ids."""
    source = Source(id=name, publisher="P", title=name, language="en", published="2021-05")
    receipt = append_announcement(store, Announcement(source, events), by="anna")
    return [each.id for each in receipt.appended]


def withdrawn(about: str, source: str | None) -> SourceWithdrawn:
    """Withdraw a source."""
    return SourceWithdrawn(mission="m", about=about, source=source, reason="not theirs")


def refused(store: Record | PlainStore, name: str, event: Event) -> bool:
    """Whether an event is refused, and nothing appended."""
    before = store.position()
    with pytest.raises(CircularSourceError, match="itself") as caught:
        state(store, name, event)
    assert caught.value.code == "source-depends-on-itself"
    return store.position() == before


def test_a_source_that_withdraws_itself(store: Record | PlainStore) -> None:
    """Nor can it correct its own date."""
    assert refused(store, "s", withdrawn("s", "s"))
    corrected = SourceCorrected(
        mission="m", about="t", source="t", published="2021-06", reason="misprint"
    )
    assert refused(store, "t", corrected)


def test_a_circle_of_three(store: Record | PlainStore) -> None:
    """Through others, and through the retraction of what one says of another."""
    (of_s,) = state(store, "t", withdrawn("s", "t"))
    state(
        store, "u", ClaimRetracted(mission="m", source="u", target=of_s, reason="they were right")
    )
    assert refused(store, "s", withdrawn("u", "s"))
    assert refused(store, "s", withdrawn("t", "s"))
    state(store, "t", withdrawn("u", "t"))


def test_a_retraction_closes_a_circle_as_well(store: Record | PlainStore) -> None:
    """What a source takes back of what is said of it."""
    (of_s,) = state(store, "t", withdrawn("s", "t"))
    assert refused(
        store, "s", ClaimRetracted(mission="m", source="s", target=of_s[:12], reason="no")
    )


def test_our_own_finding_closes_none(store: Record | PlainStore) -> None:
    """An event without a source depends on nothing, and added again it is there already."""
    state(store, "t", withdrawn("s", "t"))
    ours = RecordKeeperEvents((withdrawn("t", None),))
    assert append_announcement(store, ours, by="anna").appended
    assert not append_announcement(store, ours, by="anna").appended


def test_a_source_that_nobody_described(store: Record | PlainStore) -> None:
    """There is nothing to correct or to withdraw."""
    with pytest.raises(LookupFailure, match="no source is called x"):
        state(store, "t", withdrawn("x", "t"))
