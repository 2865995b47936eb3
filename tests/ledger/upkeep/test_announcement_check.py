"""Whether each announcement of a log is all there: what its digest shows, and what it cannot."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.entry import Entry
from events.errors import DamagedLedgerError
from events.files.announcement import Announcement
from events.record_events import ClaimRetracted
from ledger import process_pool
from ledger.announcements import announcement_entry, announcement_id, merge_whole, runs
from ledger.append import append_announcement
from ledger.exchange.backup import back_up
from ledger.upkeep import announcement_check
from ledger.upkeep import verify as verifying
from ledger.upkeep.announcement_check import AnnouncementCheck, Flaw
from ledger.upkeep.findings import LISTED
from ledger.upkeep.verify import verify
from projections.record import Record, create_record, open_record
from tests.ledger.older import NOON, append_as_before, log_of, recorded, stated, with_digests
from tests.tampering import tamper

NewLedger = Callable[[], Record]

ZEROS = "0" * 64


def judged(log: list[Entry], block: int = 2048) -> list[tuple[str, int, int]]:
    """Return what is said of a log's announcements: of what kind, from where to where."""
    flaws: list[Flaw] = []
    judge = AnnouncementCheck(flaws.append)
    for first in range(0, len(log), block):
        for run in merge_whole(list(runs(map(announcement_entry, log[first : first + block])))):
            judge.take(run)
    judge.finish(len(log), ((each.position, each.raw) for each in log))
    return sorted((flaw.kind, flaw.first, flaw.last) for flaw in flaws)


def found(ledger: Record) -> list[tuple[str, int | None]]:
    """Return the codes and positions of what `verify` finds."""
    return [(each.code, each.position) for each in verify(ledger).findings]


def noted(ledger: Record) -> list[tuple[str, int | None]]:
    """Return the codes and positions of what `verify` notes."""
    return [(each.code, each.position) for each in verify(ledger).notes]


# What is appended --------------------------------------------------------------------------------


def test_a_digest_is_of_what_is_appended(new_ledger: NewLedger) -> None:
    """An announcement extended and added again carries the digest of what was new, everywhere."""
    first, more = stated("um", range(3)), stated("um", range(5))
    ledger = new_ledger()
    append_announcement(ledger, first, by="anna")
    with ledger.trial() as tried:
        rehearsed = append_announcement(tried, more, by="anna")
    receipt = append_announcement(ledger, more, by="anna")
    new = [each.id for each in receipt.appended]
    assert len(new) == 2
    for made in (receipt, rehearsed):
        assert {each.announcement for each in made.appended} == {announcement_id(new)}
    verified = verify(ledger)
    assert (verified.findings, verified.notes) == ((), ())


# What a digest shows -----------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [1, 2, 5, 7, 9])
def test_a_log_cut_within_an_announcement_is_found(new_ledger: NewLedger, kept: int) -> None:
    """Where the last announcement is not all there, `verify` names the end of the log."""
    log = log_of(stated("um", range(4)), stated("fmn", range(4)))
    ledger = new_ledger()
    ledger.continue_with(log[:kept])
    assert found(ledger) == ([] if kept == 5 else [("announcement", kept)])
    assert bool(verify(ledger).evidence) == (kept != 5)


@pytest.mark.parametrize("first", range(1, 21))
def test_ten_changed_digests_are_found(new_ledger: NewLedger, first: int) -> None:
    """Digests put in the place of others are found, and named where the rest shows which."""
    log = log_of(stated("um", range(14)), stated("fmn", range(14)))
    changed = range(first, first + 10)
    bad = with_digests(log, dict.fromkeys(changed, ZEROS))
    kinds = judged(bad)
    if first <= 6 or first >= 16:
        assert kinds == [("replaced", first, first + 9)]
    else:  # those of two announcements: which entries are whose cannot be told
        assert [kind[0] for kind in kinds if kind[0] != "unchecked"]
        assert min(kind[1] for kind in kinds) == 1
    for block in (1, 2, 3, 7, 10, 29):
        assert judged(bad, block) == kinds
    if first in (1, 4, 11):
        ledger = new_ledger()
        ledger.continue_with(bad)
        assert found(ledger)[0][0] == "announcement"
        assert verify(ledger).evidence


@settings(max_examples=300, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=6),
    changed=st.sets(st.integers(0, 40), min_size=1, max_size=4),
    cut=st.integers(0, 4),
    block=st.integers(1, 9),
)
def test_no_change_goes_unnoticed(
    sizes: list[int], changed: set[int], cut: int, block: int
) -> None:
    """Whatever digests are changed and wherever a log is cut, something is said, and the same."""
    log = log_of(*(stated(f"s-{n}", range(size)) for n, size in enumerate(sizes)))
    changed = {1 + at % len(log) for at in changed}
    bad = with_digests(log, {at: f"{at:064x}" for at in changed})
    assert judged(log, block) == []
    flaws = judged(bad, block)
    assert flaws
    assert flaws == judged(bad)
    ends = {a.position for a, b in pairwise(log) if a.announcement != b.announcement}
    left = max(1, len(log) - cut)
    kinds = judged(log[:left], block)
    assert bool(kinds) == (left != len(log) and left not in ends)
    assert {kind for kind, _, _ in kinds} <= {"cut"}


def test_a_missing_entry_is_missed_in_the_middle() -> None:
    """An announcement of which an entry was left out, the rest moved up, is named."""
    whole = log_of(stated("um", range(4)), stated("fmn", range(4)))
    lacking = log_of(stated("um", (0, 1, 3)), stated("fmn", range(4)))
    digests = {each.position: whole[0].announcement for each in lacking[:4]}
    assert judged(with_digests(lacking, digests)) == [("incomplete", 1, 4)]


def test_a_retraction_of_our_own_has_no_excuse() -> None:
    """What has no source cannot have been extended: its digest is of what is there."""
    um = stated("um", range(2))
    own = Announcement(None, tuple(
        ClaimRetracted(mission="kfor", target=each.id, reason="misread")
        for each in log_of(um)[1:]
    ))  # fmt: skip
    log = log_of(um, own, stated("fmn", range(1)))
    assert judged(log) == []
    assert judged(with_digests(log, {4: ZEROS, 5: ZEROS})) == [("incomplete", 4, 5)]


@pytest.mark.parametrize("block", [1, 2, 3, 2048])
@pytest.mark.parametrize("first", [1, 2, 5])
@pytest.mark.parametrize(
    "other", [{"when": NOON + timedelta(seconds=1)}, {"by": "mallory"}], ids=["time", "recorder"]
)
def test_another_time_or_recorder_within_an_announcement_is_found(
    first: int, block: int, other: dict[str, Any]
) -> None:
    """An announcement is appended at once and by one: where that changes is named."""
    log = log_of(stated("um", range(4)), stated("fmn", range(4)))
    bad = [recorded(each, **other) if each.position == first else each for each in log]
    flaws: list[Flaw] = []
    judge = AnnouncementCheck(flaws.append)
    for start in range(0, len(bad), block):
        for run in merge_whole(list(runs(map(announcement_entry, bad[start : start + block])))):
            judge.take(run)
    judge.finish(len(bad), ())
    assert [(flaw.kind, flaw.first, flaw.last) for flaw in flaws] == [("mixed", 1, 5)]
    assert flaws[0].position == max(first, 2)
    assert "another record time or recorder" in flaws[0].message()


def test_verify_finds_another_time_within_an_announcement(new_ledger: NewLedger) -> None:
    """It is found also in an announcement whose digest cannot be checked, and stops a backup."""
    log = log_of(stated("um", range(4)), stated("um", range(6)), stated("fmn", range(2)))
    log = with_digests(log, {6: ZEROS, 7: ZEROS})
    log[6] = recorded(log[6], when=NOON - timedelta(days=9000))
    ledger = new_ledger()
    ledger.continue_with(log)
    assert found(ledger) == [("announcement", 7)]
    assert noted(ledger) == [("unchecked", 6)]
    assert verify(ledger).evidence


def test_what_names_several_sources_has_no_excuse() -> None:
    """An announcement has one source, so that what names two was never one."""
    um, fmn = stated("um", range(3)), stated("fmn", range(3))
    first = [Announcement(each.source, each.events[:1]) for each in (um, fmn)]
    more = [Announcement(each.source, each.events[:2]) for each in (um, fmn)]
    log = log_of(*first, *more, stated("third", range(2)))
    assert judged(log) == []
    assert judged(with_digests(log, {5: ZEROS, 6: ZEROS})) == [("incomplete", 5, 6)]
    assert judged(with_digests(log, {5: ZEROS})) == [("unchecked", 5, 5)]


def test_an_announcement_that_has_too_much_is_named_wherever_blocks_end() -> None:
    """An entry that was given the digest of the announcement beside it is one too many."""
    log = log_of(stated("um", range(2)), stated("fmn", range(2)), stated("third", range(2)))
    for at, of in ((4, 1), (3, 4), (7, 4), (6, 7)):
        bad = with_digests(log, {at: log[of - 1].announcement})
        flaws = judged(bad)
        assert flaws
        for block in range(1, 9):
            assert judged(bad, block) == flaws


def test_what_no_source_before_it_describes_has_no_excuse() -> None:
    """Only what an earlier entry describes can have been extended."""
    log = log_of(Announcement(None, stated("um", range(2)).events), stated("fmn", range(2)))
    assert judged(log) == []
    assert judged(with_digests(log, {1: ZEROS, 2: ZEROS})) == [("incomplete", 1, 2)]
    assert judged(with_digests(log[:2], {1: ZEROS, 2: ZEROS})) == [("cut", 1, 2)]


# What earlier versions wrote ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [range(6), (0, 1, 7, 8, 2, 3), (9, 0, 1, 2, 3)],
    ids=["at the end", "in between", "before"],
)
def test_what_an_earlier_version_extended_is_noted(
    new_ledger: NewLedger, again: tuple[int, ...]
) -> None:
    """An announcement whose digest is also of what was there is explained, and no finding."""
    ledger = new_ledger()
    append_announcement(ledger, stated("um", range(4)), by="bo")
    append_announcement(ledger, stated("fmn", range(2)), by="bo")
    append_as_before(ledger, stated("um", again))
    assert found(ledger) == []
    (note,) = verify(ledger).notes
    assert (note.code, note.position) == ("extended", 9)
    assert "the 5 earlier entries with its source" in note.message
    append_announcement(ledger, stated("third", range(2)), by="bo")
    assert found(ledger) == []
    assert noted(ledger) == [("extended", 9)]


def test_what_cannot_be_explained_is_noted_too(new_ledger: NewLedger) -> None:
    """In the middle of a log it is no finding that a digest cannot be checked; at its end it is."""
    ledger = new_ledger()
    append_announcement(ledger, stated("um", range(4)), by="bo")
    append_as_before(ledger, stated("um", (7, 0, 1, 8, 2, 3)))  # in two places
    assert found(ledger) == [("announcement", 7)]
    append_announcement(ledger, stated("fmn", range(2)), by="bo")
    assert found(ledger) == []
    assert noted(ledger) == [("unchecked", 6)]


@pytest.mark.parametrize(
    ("again", "code"), [((0, 1), "extended"), ((1,), "unchecked")], ids=["whole", "shortened"]
)
def test_a_retraction_that_a_file_was_extended_with_is_noted(
    new_ledger: NewLedger, again: tuple[int, ...], code: str
) -> None:
    """A file states retractions, too, and earlier versions took what was there into the digest."""
    ledger = new_ledger()
    claims = append_announcement(ledger, stated("um", range(2)), by="bo").appended
    more = stated("um", again)
    retraction = ClaimRetracted(
        mission="kfor", source="um", target=claims[1].id, reason="taken back"
    )
    append_as_before(ledger, Announcement(more.source, (*more.events, retraction)))
    append_announcement(ledger, stated("fmn", range(2)), by="bo")
    assert found(ledger) == []
    assert noted(ledger) == [(code, 4)]


def test_half_of_what_an_earlier_version_extended_is_found(new_ledger: NewLedger) -> None:
    """A log that is cut within what was extended ends within an announcement."""
    ledger = new_ledger()
    append_announcement(ledger, stated("um", range(4)), by="bo")
    append_as_before(ledger, stated("um", range(7)))
    half = new_ledger()
    half.continue_with(list(ledger.entries())[:-1])
    assert found(half) == [("announcement", 7)]


@pytest.mark.parametrize("twice", [0, 1, 4])
def test_what_an_earlier_version_merged_with_a_line_twice_is_noted(
    new_ledger: NewLedger, twice: int
) -> None:
    """An announcement whose digest counts an entry twice is all there, and no finding."""
    log = log_of(stated("um", range(4)), stated("fmn", range(2)))
    ids = [each.id for each in log[:5]]
    digest = announcement_id([*ids[: twice + 1], *ids[twice:]])
    ledger = new_ledger()
    ledger.continue_with(with_digests(log, dict.fromkeys(range(1, 6), digest)))
    assert found(ledger) == []
    assert noted(ledger) == [("repeated", 1)]
    assert judged(with_digests(log[:5], dict.fromkeys(range(1, 6), digest))) == [("repeated", 1, 5)]
    half = with_digests(log[:4], dict.fromkeys(range(1, 5), digest))
    assert judged(half) == [("cut", 1, 4)]


def test_many_extended_announcements_are_counted(
    new_ledger: NewLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many earlier versions extended, the list of notes can be read."""
    monkeypatch.setattr(announcement_check, "MOST_EXPLAINED", 5)
    ledger = new_ledger()
    append_announcement(ledger, stated("um", range(1)), by="bo")
    for number in range(1, LISTED + 10):
        append_as_before(ledger, stated("um", range(number + 1)))
    verified = verify(ledger)
    assert verified.findings == ()
    codes = [each.code for each in verified.notes]
    # The last is explained whatever came before it.
    assert (codes.count("extended"), codes.count("unchecked")) == (6, LISTED)
    assert verified.more_notes == 3


def test_no_more_is_hashed_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would take too long to explain is noted as not checked."""
    log = log_of(stated("um", range(30)), stated("um", range(60)), stated("fmn", range(2)))
    digest = announcement_id([each.id for each in (*log[:5], *log[31:61], *log[5:31])])
    extended = with_digests(log, dict.fromkeys(range(32, 62), digest))
    assert judged(extended) == [("extended", 32, 61)]
    monkeypatch.setattr(announcement_check, "MOST_HASHED", 200 * 67)
    assert judged(extended) == [("unchecked", 32, 61)]


# In blocks, in other processes, beside damage ----------------------------------------------------


def changed_ledger(folder: Path) -> Path:
    """Make a ledger of announcements longer and shorter than a block, some of them changed."""
    place = create_record(folder / "ledger.sqlite")
    log = log_of(stated("um", range(20)), *(stated(f"s-{n}", range(n % 3)) for n in range(9)))
    with open_record(place, write=True) as store:
        store.continue_with(with_digests(log, dict.fromkeys((7, 8, 24), ZEROS)))
        append_as_before(store, stated("um", range(23)))
        append_announcement(store, stated("last", range(9)), by="bo")
    return Path(place)


@pytest.mark.parametrize("block", [1, 2, 3, 4, 5, 11, 50])
def test_announcements_lie_across_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    """However the log is divided, and whichever process looks at it, the same is found."""
    place = changed_ledger(tmp_path)
    with open_record(place) as store:
        whole = verify(store)
        assert [(each.code, each.position) for each in whole.findings] == [
            ("announcement", 7), ("announcement", 24),
        ]  # fmt: skip
        assert [each.code for each in whole.notes] == ["extended"]
        monkeypatch.setattr(verifying, "BLOCK_SIZE", block)
        assert verify(store) == whole
        if block in (1, 4):
            monkeypatch.setattr(process_pool, "processors", lambda: 2)
            monkeypatch.setattr(verifying, "SHARED_OUT", 1)
            assert verify(store, share_out=True) == whole


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE log SET bytes = x'00' WHERE position = 5",
        "UPDATE log SET bytes = 7 WHERE position = 5",
        "DELETE FROM log WHERE position = 5",
        "DELETE FROM log WHERE position BETWEEN 3 AND 14",
        "UPDATE log SET bytes = x'00' WHERE position IN (1, 11)",
        "UPDATE log SET bytes = x'00' WHERE position = 19",
        "DELETE FROM log WHERE position = 19",
    ],
)
@pytest.mark.parametrize("block", [1, 3, 2048])
def test_what_cannot_be_read_is_found_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str, block: int
) -> None:
    """An announcement in which an entry is gone or cannot be read is not found incomplete too."""
    monkeypatch.setattr(verifying, "BLOCK_SIZE", block)
    place = Path(create_record(tmp_path / "ledger.sqlite"))
    with open_record(place, write=True) as store:
        store.continue_with(log_of(stated("um", range(9)), stated("fmn", range(8))))
    tamper(place, damage)
    with open_record(place, check=False) as store:
        verified = verify(store)
    assert verified.findings
    assert "announcement" not in {each.code for each in verified.findings}
    assert verified.notes == ()


def test_what_cannot_be_read_explains_nothing(tmp_path: Path) -> None:
    """Where the entries before cannot all be read, it is noted that nothing could be checked."""
    place = Path(create_record(tmp_path / "ledger.sqlite"))
    with open_record(place, write=True) as store:
        append_announcement(store, stated("um", range(4)), by="bo")
        append_announcement(store, stated("fmn", range(4)), by="bo")
        append_as_before(store, stated("um", range(7)))
    tamper(place, "UPDATE log SET bytes = 7 WHERE position = 8")
    with open_record(place) as store:
        verified = verify(store)
    assert [each.code for each in verified.notes] == ["unchecked"]
    assert "announcement" not in {each.code for each in verified.findings}


# What goes by it ---------------------------------------------------------------------------------


def test_no_backup_is_made_of_a_forged_announcement(new_ledger: NewLedger, tmp_path: Path) -> None:
    """Whoever forges a log makes all beside it anew; the announcements alone stop a backup."""
    ledger = new_ledger()
    ledger.continue_with(with_digests(log_of(stated("um", range(4))), {2: ZEROS}))
    with pytest.raises(DamagedLedgerError, match="position 2"):
        back_up(ledger, tmp_path / "copy.sqlite")
    extended = new_ledger()
    append_announcement(extended, stated("um", range(4)), by="bo")
    append_as_before(extended, stated("um", range(6)))
    assert back_up(extended, tmp_path / "copy.sqlite") == extended.tree()


def test_the_time_is_of_no_account() -> None:
    """Two announcements recorded at one moment by one person are told apart by their digests."""
    log = log_of(stated("um", range(2)), stated("fmn", range(2)))
    assert {each.recorded_at for each in log} == {datetime(2026, 1, 5, 12, tzinfo=UTC)}
    assert [(run.first, run.last) for run in runs(map(announcement_entry, log))] == [(1, 3), (4, 6)]
