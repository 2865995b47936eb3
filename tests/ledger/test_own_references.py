"""What an announcement says of its own events refers to them as they are in the log."""

import pytest

from events.catalogue import CommandAttested
from events.encoding.codec import event_id
from events.errors import LookupFailure
from events.files.announcement import Announcement, read_announcement
from events.record_events import ClaimRetracted, targets_of
from events.source import Source
from ledger.append import append_announcement
from projections.record import record_in_memory

SOURCE = Source(id="a", publisher="P", title="T", language="en", published="2023-05-01")
HEAD = """\
mission: nmi
source: {id: a, publisher: P, title: T, language: en, published: 2023-05-01}
events:
"""


def read(events: str) -> Announcement:
    """Read a file of these events."""
    return read_announcement((HEAD + events).encode(), "f.yaml")


def test_an_event_can_be_retracted_by_its_own_announcement() -> None:
    """Both are appended at once, and again they are nothing new."""
    announcement = read(
        "  - {type: command-taken-over, by: DNK, on: 2020-11, label: x}\n"
        "  - {type: claim-retracted, target: =x, reason: struck out, label: y}\n"
        "  - {type: claim-retracted, target: =y, reason: stet}\n"
    )
    store = record_in_memory()
    receipt = append_announcement(store, announcement, by="anna")
    ids = [entry.id for entry in receipt.appended]
    assert [targets_of(entry.content) for entry in receipt.appended[2:]] == [(ids[1],), (ids[2],)]
    again = append_announcement(store, announcement, by="anna")
    assert (again.appended, again.already) == ((), tuple(ids))


def test_a_reference_follows_an_event_whose_own_reference_is_expanded() -> None:
    """The id of a retraction depends on the full id of what it retracts."""
    store = record_in_memory()
    first = append_announcement(store, read("  - {type: place-opened, place: x, on: 2020}"), by="a")
    target = first.appended[1].id
    announcement = read(
        f"  - {{type: claim-retracted, target: {target[:12]}, reason: r, label: gone}}\n"
        "  - {type: claim-retracted, target: =gone, reason: r}\n"
    )
    retraction, undone = append_announcement(store, announcement, by="a").appended
    assert targets_of(retraction.content) == (target,)
    assert targets_of(undone.content) == (retraction.id,)


def test_what_an_earlier_version_recorded_is_referred_to_by_its_id_there() -> None:
    """The same claim had another id before it was marked as dated by its source."""
    store = record_in_memory()
    plain = CommandAttested(mission="nmi", source="a", by="DNK", on="2023-05-01")
    append_announcement(store, Announcement(SOURCE, (plain,)), by="anna")
    announcement = read(
        "  - {type: command-attested, by: DNK, label: x}\n"
        "  - {type: claim-retracted, target: =x, reason: struck out}\n"
    )
    assert event_id(announcement.events[0]) != event_id(plain)
    (retraction,) = append_announcement(store, announcement, by="anna").appended
    assert targets_of(retraction.content) == (event_id(plain),)


def test_an_event_refers_only_to_what_comes_before_it() -> None:
    """In the order of the announcement, whatever ids it names."""
    claim, retraction = read(
        "  - {type: place-opened, place: x, on: 2020, label: x}\n"
        "  - {type: claim-retracted, target: =x, reason: r}\n"
    ).events
    store = record_in_memory()
    with pytest.raises(LookupFailure, match="no event has an id"):
        append_announcement(store, Announcement(SOURCE, (retraction, claim)), by="anna")
    assert store.position() == 0


def test_an_event_of_another_mission_is_no_target() -> None:
    """Nor is it within one announcement."""
    claim = read("  - {type: place-opened, mission: kfor, place: x, on: 2020}").events[0]
    own = ClaimRetracted(mission="nmi", source="a", target=event_id(claim), reason="r")
    with pytest.raises(LookupFailure, match="is an event of kfor, not of nmi"):
        append_announcement(record_in_memory(), Announcement(SOURCE, (claim, own)), by="anna")
