"""A ledger that holds the first record as it was first published moves to what it says now."""

import hashlib
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from events.claim_event import ClaimEvent
from events.encoding.codec import canonical, decode, to_data
from events.encoding.schema_versions import version_of, without_marks
from events.entry import Entry
from events.record_events import ClaimCorrected, ClaimRetracted
from ledger.announcements import announcement_id
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.shipped.moves import REASON
from ledger.shipped.records import load
from projections.record import Record, create_record, open_record, record_in_memory
from projections.state import state
from projections.view import view
from tests.docs.examples import run
from tests.plain_store import PlainStore
from tests.ready import RECORDS

FIRST_IDS = {
    *("2250eeaa035e", "01f73c86274a", "48b34e30748b", "84d2ef5b9739", "83bcf0aa82a1"),
    *("411f030c4fc1", "95fb09e7388a", "d7967641f0cb", "97576a64432d", "c0d9bfef77f1"),
    *("bdc696126bd2", "6078075ba9f1", "f67c79c4c6c3", "b41e28fb1f84", "2e0f961c96e1"),
    *("2430f39e7d27",),
}
"""The ids, as first published, of the claims of which the record states more today."""

DAYS = range(736600, 739000, 20)
"""Days from 2017 to 2024, by number."""

MISSION = "nato-mission-iraq"


def first_published(*, marks: bool = False) -> list[Entry]:
    """Return the log of the record as it was first published, with or without later marks."""
    now = PlainStore()
    load(now, "nmi")
    entries: list[Entry] = []
    for _, announced in groupby(now.entries(), key=lambda entry: entry.announcement):
        stated = [(entry, data) for entry in announced if (data := first_form(entry, marks=marks))]
        ids = [hashlib.sha256(canonical(data)).hexdigest() for _, data in stated]
        for (entry, data), id_ in zip(stated, ids, strict=True):
            envelope = {
                "announcement": announcement_id(ids),
                "data": data,
                "datacontenttype": "application/json",
                "id": id_,
                "position": len(entries) + 1,
                "recordedby": "mission-ledger",
                "source": "record" if not entry.source else f"sources/{entry.source}",
                "specversion": "1.0",
                "time": "2026-01-05T12:00:00.000000Z",
                "type": f"mission-ledger.{data['type']}",
            } | ({"subject": entry.mission} if entry.mission else {})
            entries.append(decode(canonical(envelope)))
    return entries


def first_form(entry: Entry, *, marks: bool) -> dict[str, Any] | None:
    """Return the data of an entry as first published; None for what was not stated then."""
    data: dict[str, Any] = to_data(entry.content)
    del data["version"]
    if "host" in data or data["type"] == "happening-reported":
        return None
    dropped = ["under"]
    if data["type"].startswith("mandate-"):
        dropped.append("number")
    if data["type"].startswith("contribution-"):
        dropped.append("place")
    if data["type"].startswith("place-"):
        data["nation"] = data.pop("country")
    first = {name: value for name, value in data.items() if name not in dropped}
    if not marks:
        first = without_marks(first) or first
    return first | {"version": version_of(first)}


@pytest.fixture(params=[False, True], ids=["as published", "with marks"])
def older(request: pytest.FixtureRequest) -> Record:
    """Give a ledger with the record as it was first published."""
    record = record_in_memory()
    record.continue_with(first_published(marks=request.param))
    return record


def answers(store: Record | PlainStore) -> list[Any]:
    """Return what a store answers on many days, known now and then, without the events' ids."""
    found = []
    for known in (None, 737700, 738300):  # 2020 and 2022
        asked = view(store, MISSION, known=known)
        for day in DAYS:
            answer = state(asked, day).to_json()
            del answer["position"]
            for entries in answer["facets"].values():
                for each in entries:
                    del each["events"]
                    each["sources"].sort()
            found.append(answer)
    return found


def test_the_log_is_the_one_first_published() -> None:
    """The log these tests start from has the ids that ledgers got from the first release."""
    ids = [entry.id[:12] for entry in first_published()]
    assert len(ids) == 157
    assert set(ids) >= FIRST_IDS


def test_a_claim_that_now_states_more_is_corrected(older: Record) -> None:
    """No claim is there twice: the older one is corrected, and nothing is lost."""
    before = [entry.raw for entry in older.entries()]
    load(older, "nmi")
    assert [entry.raw for entry in older.entries(upto=len(before))] == before
    added = list(older.entries(after=len(before)))
    corrections = [e.content for e in added if isinstance(e.content, ClaimCorrected)]
    assert len(corrections) == len(FIRST_IDS)
    assert {each.reason for each in corrections} == {REASON}
    assert [e for e in added if isinstance(e.content, ClaimEvent)] == [
        e for e in added if e.content.type in ("mission-attested", "happening-reported")
    ]


def test_a_moved_ledger_answers_as_a_new_one(older: Record) -> None:
    """On every day it says the same, of the same sources."""
    new = PlainStore()
    load(new, "nmi")
    load(older, "nmi")
    assert answers(older) == answers(new)


def test_a_moved_ledger_is_left_alone_from_then_on(older: Record) -> None:
    """Loading the record again adds nothing to it."""
    load(older, "nmi")
    assert [receipt.appended for receipt in load(older, "nmi")] == [()] * 7


def test_what_the_keeper_has_undone_stays_undone(older: Record) -> None:
    """A claim that was retracted in this ledger does not come back with the newer record."""
    escort = next(
        entry
        for entry in older.entries()
        if entry.source == "fmn-nmi-2023"
        and entry.content.type == "contribution-attested"
        and vars(entry.content)["contribution"] == "dnk-escort"
    )
    retraction = ClaimRetracted(mission=MISSION, target=escort.id, reason="we read it otherwise")
    append_announcement(older, RecordKeeperEvents((retraction,)), by="anna")
    load(older, "nmi")
    stated = [
        entry.content
        for entry in older.entries(after=157)
        if "dnk-escort" in str(entry.content) and entry.content != retraction
    ]
    assert [each.type for each in stated] == ["claim-corrected"]  # of the document of 2021
    assert load(older, "nmi")[-1].position == older.position()


def test_the_readme_says_what_happens(tmp_path: Path) -> None:
    """The examples of the record's README print what it says, and the moved ledger is sound."""
    place = tmp_path / ".local" / "share" / "mission-ledger" / "ledger.sqlite"
    place.parent.mkdir(parents=True)
    create_record(place)
    with open_record(place, write=True) as record:
        record.continue_with(first_published())
    text = (RECORDS / "nmi" / "README.md").read_text(encoding="utf-8")
    ran = [
        (example.command, example.fits(printed), printed)
        for example, printed in run(text, tmp_path)
    ]
    assert ran
    for command, fits, printed in ran:
        assert fits, f"{command}\n{printed}"
