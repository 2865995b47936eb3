"""The log as a file and back, and entries from elsewhere brought into a ledger."""

import hashlib
import io
import json
import tracemalloc
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.catalogue import CommandAttested
from events.claim_event import ClaimEvent, Event
from events.encoding import upcasters
from events.encoding.codec import canonical, decode, encode, to_data, write
from events.entry import Entry
from events.errors import EventError
from events.facets import Role
from events.files.announcement import Announcement, read_announcement
from events.files.diagnostics import AnnouncementError
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred
from events.source import Source
from ledger import process_pool
from ledger.announcements import announcement_id
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.decide import LARGEST_ENTRY
from ledger.exchange import cloudevents
from ledger.exchange import continuation as continuing
from ledger.exchange.cloudevents import MOST_FAULTS, Block, Reader, data_of, whole_lines
from ledger.exchange.log_import import ImportReport, import_entries
from ledger.shipped.records import load
from ledger.upkeep.verify import verify
from projections.record import PROJECTIONS, Record, open_record
from tests.ledger.older import append_as_before, log_of, recorded, stated, with_digests
from tests.ready import shipped_ledger
from tests.strategies import announcements

NewLedger = Callable[[], Record]

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
DIGEST = "5f" * 32

UM = Source(id="um", publisher="A ministry", title="Command", language="en", published="2021-05")
ATTESTED = CommandAttested(mission="nmi-test", source="um", by="DNK", on="2021-05-01")

OTHER = b"""mission: nmi-test
source: {id: other, publisher: Another, title: Looking back, language: en, published: 2022-01}
events:
  - {type: command-taken-over, by: DNK, on: 2020-12}
"""


NEWS_OF_OTHERS = OTHER.replace(b"mission: nmi-test", b"mission: kfor").replace(
    b"id: other", b"id: news"
)


def entry(content: Event | Source, position: int = 1, *, at: datetime = NOON) -> Entry:
    """Make an entry as another ledger would have recorded it, an announcement of its own."""
    written = write(content)
    return encode(written, position, at, "bo", announcement_id([written.id]))


def exported(ledger: Record) -> bytes:
    """Return a ledger's log as it is exported."""
    return b"".join(raw + b"\n" for _, raw in ledger.stored())


def read(data: bytes | BinaryIO, name: str = "a.jsonl") -> list[Entry]:
    """Return the entries of a file."""
    stream = io.BytesIO(data) if isinstance(data, bytes) else data
    found, line = [], 1
    for text in whole_lines(stream):
        block = Reader(PROJECTIONS).read(Block(name, line, line, text))
        if block.faults:
            raise AnnouncementError(block.faults)
        found += [decode(each.raw) for each in block.entries]
        line += block.count
    return found


def brought(
    ledger: Record,
    *files: bytes,
    merge: bool = False,
    share_out: bool = False,
) -> ImportReport:
    """Bring files into a ledger."""
    named = (
        (f"{number}.jsonl", whole_lines(io.BytesIO(data))) for number, data in enumerate(files, 1)
    )
    return import_entries(ledger, named, by="anna", merge=merge, share_out=share_out)


def tried(ledger: Record, *files: bytes, merge: bool = False) -> ImportReport:
    """Bring files into a ledger in a dry run."""
    with ledger.trial() as trial:
        return brought(trial, *files, merge=merge)


def refused(ledger: Record, *files: bytes, merge: bool = False) -> list[tuple[str, str, int]]:
    """Return code, file and line of the faults for which nothing was brought in."""
    before = exported(ledger)
    with pytest.raises(AnnouncementError) as caught:
        brought(ledger, *files, merge=merge)
    assert exported(ledger) == before
    return [(fault.code, fault.file, fault.line) for fault in caught.value.faults]


def lines_for(*entries: Entry) -> bytes:
    """Write entries as a file."""
    return b"".join(each.raw + b"\n" for each in entries)


# Reading ---------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=50)
@given(announcements(), st.text(min_size=1, max_size=90))
def test_what_is_written_is_read_as_it_was(announcement: object, by: str) -> None:
    """Every entry that can be recorded comes back from its line, byte for byte."""
    source, events = announcement.source, announcement.events  # type: ignore[attr-defined]
    written = [
        encode(write(content), position, NOON, "bo – ø", DIGEST)
        for position, content in enumerate((source, *events), 1)
    ]
    assert read(lines_for(*written)) == written
    assert [data_of(each) for each in written] == [write(each.content) for each in written]


@pytest.mark.parametrize(
    "around",
    [
        lambda lines: b"\xef\xbb\xbf" + b"".join(line + b"\n" for line in lines),
        lambda lines: b"".join(line + b"\r\n" for line in lines),
        b"\n".join,
    ],
    ids=["a byte order mark", "CR LF", "no end of the last line"],
)
def test_what_stands_between_lines_is_not_part_of_them(
    around: Callable[[list[bytes]], bytes],
) -> None:
    """A byte order mark, CR LF and a last line without an end change no entry."""
    entries = [entry(UM), entry(ATTESTED, 2)]
    data = around([each.raw for each in entries])
    assert read(data) == entries


def changed(**attributes: object) -> bytes:
    """Write the attested entry with attributes changed, or left out where they are None."""
    envelope = json.loads(entry(ATTESTED).raw) | attributes
    return canonical({name: value for name, value in envelope.items() if value is not None})


def with_data(**fields: object) -> bytes:
    """Write the attested entry with data changed, under the id which that gives."""
    data = to_data(ATTESTED) | fields
    return changed(data=data, id=hashlib.sha256(canonical(data)).hexdigest())


GOOD = entry(ATTESTED).raw

REFUSED = {
    "empty": (b"", "json"),
    "white space": (b"  ", "json"),
    "not JSON": (b"mission: nmi", "json"),
    "half a line": (GOOD[:-30], "json"),
    "a list": (b"[" + GOOD + b"]", "json"),
    "two on a line": (GOOD + GOOD, "json"),
    "NaN": (GOOD.replace(b'"position":1', b'"position":NaN'), "json"),
    "a lone surrogate": (GOOD.replace(b'"bo"', b'"\\ud800"'), "json"),
    "deep": (b"[" * 60_000, "json"),
    "Latin-1": (GOOD.replace(b'"bo"', b'"b\xf8"'), "encoding"),
    "UTF-16": (b"\xff\xfe" + GOOD.decode().encode("utf-16-le"), "utf-16"),
    "too long": (b" " * (LARGEST_ENTRY + 1), "too-large"),
    "white space between": (GOOD.replace(b'"by":', b'"by": '), "form"),
    "keys in another order": (b'{"type":"x",' + GOOD[1:], "form"),
    "a key twice": (GOOD.replace(b'"position":1', b'"position":1,"position":1'), "form"),
    "a needless escape": (GOOD.replace(b'"bo"', b'"\\u0062o"'), "form"),
    "another specversion": (changed(specversion="0.3"), "attribute"),
    "an attribute of others": (changed(traceparent="00-ab"), "attribute"),
    "no time": (changed(time=None), "attribute"),
    "time as a number": (changed(time=3), "attribute"),
    "time of another form": (changed(time="2026-01-05T12:00:00Z"), "time"),
    "a time that is none": (changed(time="2026-02-30T12:00:00.000000Z"), "time"),
    "position 0": (changed(position=0), "attribute"),
    "position true": (changed(position=True), "attribute"),
    "position 2^63": (changed(position=2**63), "attribute"),
    "position 1.0": (changed(position=1.0), "attribute"),
    "a huge position": (GOOD.replace(b'"position":1', b'"position":' + b"9" * 400), "json"),
    "another id": (changed(id="0" * 64), "id"),
    "an upper-case id": (changed(id=entry(ATTESTED).id.upper()), "attribute"),
    "data changed": (GOOD.replace(b'"by":"DNK"', b'"by":"ITA"'), "id"),
    "another source": (changed(source="sources/fmn"), "attribute"),
    "another subject": (changed(subject="unami"), "attribute"),
    "no subject": (changed(subject=None), "attribute"),
    "another type": (changed(type="mission-ledger.command-relinquished"), "attribute"),
    "another content type": (changed(datacontenttype="text/plain"), "attribute"),
    "a recorder of none": (changed(recordedby=" "), "event"),
    "a recorder that repaints": (changed(recordedby="a\x1b[2J"), "event"),
    "an announcement that is none": (changed(announcement="5f"), "attribute"),
    "an upper-case announcement": (changed(announcement=DIGEST.upper()), "attribute"),
    "an unknown event": (with_data(type="command-sold"), "event"),
    "an unknown field": (with_data(sold=True), "event"),
    "a number that is text": (with_data(period="2"), "event"),
    "a number with a fraction": (with_data(period=2.0), "number"),
    "a truth that is a number": (with_data(period=True), "event"),
    "a date otherwise written": (with_data(on=" 2021-05-01"), "event"),
    "a newer schema": (with_data(version=7), "event"),
    "nested": (with_data(note=json.loads("[" * 30 + "]" * 30)), "too-deep"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "code"), REFUSED.values(), ids=REFUSED)
def test_a_line_that_is_no_entry_is_refused_at_its_place(line: bytes, code: str) -> None:
    """What is not the one way to write an entry is a fault that names file and line."""
    data = entry(UM).raw + b"\n" + line + b"\n"
    with pytest.raises(AnnouncementError) as caught:
        read(data)
    assert [(each.code, each.file, each.line) for each in caught.value.faults] == [
        (code, "a.jsonl", 2)
    ]


def test_several_faults_are_told_at_once_and_not_without_end(new_ledger: NewLedger) -> None:
    """The faults of all lines are told together; files of nothing else are not read to the end."""
    some = b"\n".join([GOOD, b"{}", GOOD, b"[]", GOOD])
    with pytest.raises(AnnouncementError) as caught:
        read(some)
    assert [fault.line for fault in caught.value.faults] == [2, 4]
    found = refused(new_ledger(), b"{}\n" * 10, b"{}\n" * 100)
    assert [code for code, _, _ in found] == ["attribute"] * MOST_FAULTS + ["too-many-faults"]
    assert found[-1][1:] == ("2.jsonl", 11)
    stream = io.BytesIO(b"{}\n" * 1_000_000)
    with pytest.raises(AnnouncementError):
        import_entries(new_ledger(), [("a.jsonl", whole_lines(stream))], by="anna")
    assert stream.tell() < 3_000_000


@pytest.mark.parametrize("bad", [(), (3,), (5, 200, 499), tuple(range(1, 60))])
@pytest.mark.parametrize("merge", [False, True])
def test_lines_read_elsewhere_come_to_the_same(
    new_ledger: NewLedger,
    monkeypatch: pytest.MonkeyPatch,
    bad: tuple[int, ...],
    merge: bool,
) -> None:
    """Whichever process reads the lines, the same entries come in the same order, or faults."""
    log = log_of(*(stated(f"s-{n}", range(n)) for n in range(1, 32)))
    lines = [each.raw for each in log]
    for number in bad:
        lines[number - 1] = b"{}"
    data = b"\n".join(lines)
    monkeypatch.setattr(process_pool, "processors", lambda: 2)
    monkeypatch.setattr(cloudevents, "BLOCK", 2_500)

    def outcome(*, share_out: bool) -> object:
        here = new_ledger()
        try:
            return brought(here, data, merge=merge, share_out=share_out), [
                e.id for e in here.entries()
            ]
        except AnnouncementError as error:
            assert here.position() == 0
            return error.faults

    alone = outcome(share_out=False)
    assert outcome(share_out=True) == alone
    if bad:
        assert isinstance(alone, tuple)
        assert [each.line for each in alone] == list(bad[: MOST_FAULTS + 1])
    else:
        assert alone[1] == [each.id for each in log]  # type: ignore[index]


def test_no_line_is_read_further_than_an_entry_can_be() -> None:
    """A line without an end takes no more memory or time than a block of lines."""
    with Path("/dev/zero").open("rb") as endless, pytest.raises(AnnouncementError) as caught:
        read(endless)
    assert caught.value.faults[0].code == "too-large"


@pytest.mark.parametrize("merge", [False, True])
def test_an_import_takes_no_more_memory_for_a_longer_log(
    new_ledger: NewLedger,
    monkeypatch: pytest.MonkeyPatch,
    merge: bool,
) -> None:
    """Memory stays flat however many entries come."""
    monkeypatch.setattr(cloudevents, "BLOCK", 10_000)
    monkeypatch.setattr(continuing, "TOGETHER", 50)
    log = log_of(*(stated(f"s-{n}", range(9)) for n in range(100)))

    def peak(count: int) -> int:
        here, data = new_ledger(), lines_for(*log[:count])
        tracemalloc.start()
        brought(here, data, merge=merge)
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest - len(data)

    peak(100)
    assert peak(1000) < peak(200) + 150_000


# Continuing ------------------------------------------------------------------------------------


def test_a_log_comes_back_from_its_export_byte_for_byte(new_ledger: NewLedger) -> None:
    """An export read into an empty ledger is the same log: the same bytes, the same root."""
    there, here = new_ledger(), new_ledger()
    load(there, "nmi")
    data = exported(there)
    assert tried(here, data).entries == there.position()
    assert here.position() == 0
    done = brought(here, data)
    assert (done.way, done.entries, done.already) == ("continued", there.position(), 0)
    assert exported(here) == data
    assert here.tree() == there.tree()
    again = brought(here, data)
    assert (again.entries, again.already, again.position) == (0, done.position, done.position)


def test_what_a_log_gained_elsewhere_continues_it(new_ledger: NewLedger) -> None:
    """A ledger whose log is the beginning of the file gets the rest as it was recorded."""
    there, here = new_ledger(), new_ledger()
    append_announcement(there, read_announcement(OTHER, "other.yaml"), by="bo")
    brought(here, exported(there))
    load(there, "nmi")
    done = brought(here, exported(there))
    assert (done.way, done.already) == ("continued", 2)
    assert exported(here) == exported(there)
    assert here.tree() == there.tree()


def test_a_log_in_several_files_is_one_log(new_ledger: NewLedger) -> None:
    """Files are taken one after another, as if they were one."""
    there, here = new_ledger(), new_ledger()
    load(there, "nmi")
    lines = exported(there).splitlines(keepends=True)
    assert brought(here, b"".join(lines[:70]), b"".join(lines[70:])).way == "continued"
    assert here.tree() == there.tree()


@pytest.mark.parametrize("seed", range(40))
def test_what_is_there_already_is_passed_over(
    new_ledger: NewLedger, seed: int, tmp_path: Path
) -> None:
    """Whatever of the files the ledger has, the log is the same afterwards, and so are faults."""
    random = Random(seed)
    with open_record(shipped_ledger(tmp_path / "whole.sqlite")) as whole:
        log = exported(whole).splitlines(keepends=True)
    ends = [n for n in range(1, len(log)) if announced(log[n]) != announced(log[n - 1])]
    end = random.choice([0, *ends, len(log)])
    given = log[: random.choice([len(log), *ends])]
    for _ in range(random.choice((0, 0, 1))):
        given.insert(random.randrange(len(given) + 1), random.choice(log))
    if random.random() < 0.3:
        at = random.randrange(len(given))
        given[at] = given[at].replace(b"2018", b"2019").replace(b"e", b"i", 1)
    cut = random.randrange(len(given) + 1)
    files = [b"".join(given[:cut]), b"\xef\xbb\xbf" + b"".join(given[cut:])]
    outcomes: list[object] = []
    for there in (end, 0):
        here = new_ledger()
        here.continue_with([decode(line.strip()) for line in log[:there]])
        try:
            done = brought(here, *files)
            assert exported(here) == b"".join(max(given, log[:there], key=len))
            outcomes.append((done.way, done.entries + done.already))
        except AnnouncementError as error:
            assert exported(here) == b"".join(log[:there])
            outcomes.append([(each.code, each.file, each.line) for each in error.faults])
    assert outcomes[0] == outcomes[1]


def announced(line: bytes) -> str:
    """Return the announcement that a line is of."""
    return decode(line.strip()).announcement


def test_an_import_goes_on_where_it_stopped(new_ledger: NewLedger) -> None:
    """What the ledger has of a log is not read again; faults after it are told at their lines."""
    there, here = new_ledger(), new_ledger()
    load(there, "nmi")
    lines = exported(there).splitlines(keepends=True)
    here.continue_with([decode(line.strip()) for line in lines[:50]])
    end = next(n for n in range(60, 164) if announced(lines[n]) != announced(lines[n - 1]))
    assert refused(here, b"".join([*lines[:end], b"{}\n"])) == [("attribute", "1.jsonl", end + 1)]
    again = entry(decode(lines[7].strip()).content, end + 1, at=datetime.now(UTC))
    twice = b"".join([*lines[:end], again.raw])
    assert refused(here, twice) == [("duplicate", "1.jsonl", end + 1)]
    more = entry(decode(lines[55].strip()).content, end + 2, at=datetime.now(UTC))
    assert refused(here, twice + b"\n" + more.raw) == [("duplicate", "1.jsonl", end + 1)]
    assert refused(here, b"".join([*lines[:50], b"\n"])) == [("json", "1.jsonl", 51)]
    marked = b"".join([*lines[:end], b"\xef\xbb\xbf" + lines[end]])
    assert refused(here, marked) == [("json", "1.jsonl", end + 1)]
    rest = brought(here, b"".join(lines))
    assert (rest.way, rest.entries, rest.already) == ("continued", len(lines) - 50, 50)
    assert here.tree() == there.tree()


def test_a_continued_log_is_checked_like_any_other(new_ledger: NewLedger) -> None:
    """What no ledger can have recorded is refused: from the future, twice, of unknown sources."""
    here = new_ledger()
    ahead = datetime.now(UTC) + timedelta(days=2)
    retraction = ClaimRetracted(mission="nmi-test", target="ab" * 32, reason="misread")
    assert refused(here, lines_for(entry(UM, at=ahead))) == [("time", "1.jsonl", 1)]
    assert refused(here, lines_for(entry(UM), entry(UM, 2))) == [("duplicate", "1.jsonl", 2)]
    assert refused(here, lines_for(entry(ATTESTED))) == [("source", "1.jsonl", 1)]
    assert refused(here, lines_for(entry(UM), entry(retraction, 2))) == [
        ("reference", "1.jsonl", 2)
    ]
    other = UM.model_copy(update={"title": "Another"})
    found = refused(here, lines_for(entry(UM)), lines_for(entry(other, 2)))
    assert found == [("source-conflict", "2.jsonl", 1)]


def test_what_is_said_of_many_lines_hides_nothing_of_others(new_ledger: NewLedger) -> None:
    """The same fault of many lines is told once, and every other one as well, up to a number."""
    ahead = datetime.now(UTC) + timedelta(days=2)

    def coming(*seconds: int) -> bytes:
        return lines_for(
            *(
                entry(
                    CommandAttested(mission="kfor", on="2021", by="DNK", note=f"no. {position}"),
                    position,
                    at=ahead + timedelta(seconds=second),
                )
                for position, second in enumerate(seconds, 1)
            )
        )

    here = new_ledger()
    found = refused(here, coming(*[0] * 50, *range(1, 11)))
    assert [line for _, _, line in found] == [1, *range(51, 61)]
    found = refused(here, coming(*[0] * 5, *range(1, 31)))
    assert [line for _, _, line in found] == [1, *range(6, 26)]
    assert [code for code, _, _ in found] == ["time"] * 20 + ["too-many-faults"]


def test_nothing_is_put_on_record_before_what_is_here(new_ledger: NewLedger) -> None:
    """A continuation cannot say that it was recorded long before the log it continues."""
    here = new_ledger()
    append_announcement(here, read_announcement(OTHER, "other.yaml"), by="bo")
    of_old = entry(UM, 3, at=datetime(2020, 1, 1, tzinfo=UTC))
    assert refused(here, exported(here) + lines_for(of_old)) == [("time", "1.jsonl", 3)]


# Announcements that are not whole --------------------------------------------------------------


def in_order(announcements: Iterable[Announcement]) -> list[bytes]:
    """Return the lines of the log that announcements make."""
    return [each.raw + b"\n" for each in log_of(*announcements)]


THREE = [stated("um", range(4)), stated("fmn", range(9)), stated("nato", range(1))]
"""Announcements on lines 1 to 5, 6 to 15, and 16 and 17."""


@pytest.mark.parametrize("kept", range(1, 18))
def test_a_log_that_ends_within_an_announcement_is_refused(
    new_ledger: NewLedger, kept: int
) -> None:
    """Half an announcement is never taken, whichever line the log was cut at, merged or not."""
    lines, here, busy = in_order(THREE), new_ledger(), new_ledger()
    append_announcement(busy, read_announcement(OTHER, "other.yaml"), by="bo")
    data = b"".join(lines[:kept])
    if kept in (5, 15, 17):
        assert brought(here, data).entries == kept
        assert brought(busy, data, merge=True).entries == kept
        assert verify(here).findings == verify(busy).findings == ()
    else:
        assert refused(here, data) == [("announcement", "1.jsonl", kept)]
        assert refused(busy, data, merge=True) == [("announcement", "1.jsonl", kept)]


@pytest.mark.parametrize("first", [1, 6, 7, 8])
def test_a_log_with_changed_digests_is_refused(new_ledger: NewLedger, first: int) -> None:
    """Ten zeroed digests are told at their line, merged or not."""
    zeroed = dict.fromkeys(range(first, first + 10), "0" * 64)
    data = lines_for(*with_digests(log_of(*THREE), zeroed))
    here, busy = new_ledger(), new_ledger()
    append_announcement(busy, read_announcement(OTHER, "other.yaml"), by="bo")
    for ledger, merge in ((here, False), (busy, True)):
        found = refused(ledger, data, merge=merge)
        assert {code for code, _, _ in found} == {"announcement"}
        assert first in {line for _, _, line in found} or first == 8
        assert min(line for _, _, line in found) <= first


@pytest.mark.parametrize("there", [0, 7, 8])
@pytest.mark.parametrize(
    "other", [{"when": datetime(2001, 1, 1, tzinfo=UTC)}, {"by": "mallory"}], ids=["time", "by"]
)
def test_another_time_or_recorder_within_an_announcement_is_refused(
    new_ledger: NewLedger, there: int, other: dict[str, Any]
) -> None:
    """What is appended at once has one time and one recorder: the line where it has not is told."""
    log = log_of(*THREE)
    bad = [recorded(each, **other) if each.position == 9 else each for each in log]
    here = new_ledger()
    here.continue_with(log[:there])
    code = "time" if there and "when" in other else "announcement"
    assert refused(here, lines_for(*bad)) == [(code, "1.jsonl", 9)]
    if not there:
        assert refused(here, lines_for(*bad), merge=True) == [(code, "1.jsonl", 9)]


def test_an_announcement_may_lie_in_several_files(new_ledger: NewLedger) -> None:
    """Files are parts of one log, wherever they were divided; what is wrong is told of all."""
    lines, log = in_order(THREE), log_of(*THREE)
    for first, second in ((3, 10), (5, 5), (1, 16), (8, 9)):
        here = new_ledger()
        parts = (lines[:first], lines[first:second], lines[second:])
        assert brought(here, *map(b"".join, parts)).entries == 17
        assert verify(here).findings == ()
    bad = [each.raw + b"\n" for each in with_digests(log, {8: "0" * 64, 12: "0" * 64})]
    here = new_ledger()
    found = refused(here, b"".join(bad[:10]), b"".join(bad[10:]))
    assert found == [("announcement", "1.jsonl", 8), ("announcement", "2.jsonl", 2)]
    with pytest.raises(AnnouncementError) as caught:
        brought(here, b"".join(lines[:10]), b"".join(lines[10:14]))
    assert "line 6 of 1.jsonl to line 4 of 2.jsonl" in str(caught.value)


@pytest.mark.parametrize("there", [3, 4, 5, 6, 14, 15, 16])
@pytest.mark.parametrize("looked_back", [1, 2, 500])
def test_an_announcement_that_is_there_in_part_is_completed(
    new_ledger: NewLedger, monkeypatch: pytest.MonkeyPatch, there: int, looked_back: int
) -> None:
    """What the ledger has of an announcement and what comes are judged together."""
    monkeypatch.setattr(continuing, "LOOKED_BACK", looked_back)
    lines, log = in_order(THREE), log_of(*THREE)
    here = new_ledger()
    here.continue_with(log[:there])
    if there not in (5, 15):
        assert [each.code for each in verify(here).findings] == ["announcement"]
    end = 5 if there < 5 else 15 if there < 15 else 17
    if end - there > 1:  # with one entry more it is still not all there
        assert refused(here, b"".join(lines[: end - 1])) == [("announcement", "1.jsonl", end - 1)]
    assert brought(here, b"".join(lines[:end])).entries == end - there
    assert verify(here).findings == ()


def test_an_announcement_that_stays_in_part_is_refused(new_ledger: NewLedger) -> None:
    """Where what comes after the ledger's last announcement does not complete it, it is refused."""
    log = log_of(THREE[0], THREE[2])
    lacking = [*log[:4], *(encode(write(each.content), at, NOON, "bo", each.announcement)
                           for at, each in enumerate(log[5:], 5))]  # fmt: skip
    here = new_ledger()
    here.continue_with(lacking[:4])
    assert refused(here, lines_for(*lacking)) == [("announcement", "1.jsonl", 1)]


def test_what_an_earlier_version_extended_is_taken_with_a_note(new_ledger: NewLedger) -> None:
    """An announcement whose digest is of more than its entries is told and taken, in any place."""
    there, here = new_ledger(), new_ledger()
    append_announcement(there, THREE[0], by="bo")
    append_as_before(there, stated("um", range(6)))
    append_announcement(there, THREE[2], by="bo")
    append_as_before(there, stated("um", (7, *range(4), 8, *range(4, 6))))
    append_announcement(there, THREE[1], by="bo")
    data = exported(there)
    lines = data.splitlines(keepends=True)
    for end in (7, len(lines)):
        done = brought(here, b"".join(lines[:end]))
        assert [(each.code, each.line) for each in done.notes] == (
            [("extended", 6)] if end == 7 else [("unchecked", 10)]
        )
    assert exported(here) == data
    assert verify(here).findings == ()
    merged = new_ledger()
    append_announcement(merged, read_announcement(OTHER, "other.yaml"), by="bo")
    told = brought(merged, data, merge=True)
    assert [each.code for each in told.notes] == ["extended", "unchecked"]
    verified = verify(merged)
    assert (verified.findings, verified.notes) == ((), ())
    # Cut within what was extended, it ends within an announcement like any other.
    assert refused(new_ledger(), b"".join(lines[:6])) == [("announcement", "1.jsonl", 6)]
    assert refused(new_ledger(), b"".join(lines[:11])) == [("announcement", "1.jsonl", 11)]


def test_many_that_are_not_whole_are_counted(new_ledger: NewLedger) -> None:
    """However many announcements were changed, what is told can be read."""
    log = log_of(*(stated(f"s-{n}", range(1)) for n in range(60)))
    found = refused(
        new_ledger(), lines_for(*with_digests(log, {n: f"{n:064x}" for n in range(121)}))
    )
    assert len(found) == MOST_FAULTS + 1
    assert found[-1][0] == "too-many-faults"


# Where it is no continuation -------------------------------------------------------------------


def told(ledger: Record, *files: bytes) -> tuple[str, int, str]:
    """Return file, line and reason of the one fault for which a log is not continued."""
    before = exported(ledger)
    with pytest.raises(AnnouncementError) as caught:
        brought(ledger, *files)
    assert exported(ledger) == before
    (fault,) = caught.value.faults
    assert fault.code == "continuation"
    assert "--merge" in fault.hint
    return fault.file, fault.line, fault.message.partition(": ")[2]


@pytest.mark.parametrize("there", [0, 5, 17])
def test_a_line_that_breaks_a_continuation_is_named(new_ledger: NewLedger, there: int) -> None:
    """A line twice, missing or moved ends a continuation, whatever of it the ledger has."""
    lines, here = in_order(THREE), new_ledger()
    here.continue_with(log_of(*THREE)[:there])
    twice = b"".join([*lines[:8], lines[7], *lines[8:]])
    assert told(here, twice) == ("1.jsonl", 9, "line 8 has the same entry")
    again = b"".join([*lines, lines[1]])
    assert told(here, again) == ("1.jsonl", 18, "line 2 has the same entry")
    apart = [b"".join(lines[:10]), b"".join([lines[2], *lines[10:]])]
    assert told(here, *apart) == ("2.jsonl", 1, "line 3 of 1.jsonl has the same entry")
    missing = b"".join([*lines[:7], *lines[8:]])
    assert told(here, missing)[:2] == ("1.jsonl", 8)
    far = b"".join([*lines[:7], *lines[10:]])
    moved = b"".join([*lines[:6], lines[7], lines[6], *lines[8:]])
    assert told(here, moved)[:2] == ("1.jsonl", 7)
    if there < 7:
        assert told(here, missing)[2] == "this is position 9, and 8 is missing"
        assert told(here, far)[2] == "this is position 11, and 8 to 10 are missing"
        assert told(here, moved)[2] == "this is position 8, and 7 is missing"
    tail = b"".join(lines[5:])
    assert told(here, tail) == (
        "1.jsonl", 1, "it begins at position 6, without the entries before that",
    )  # fmt: skip


def test_another_log_is_no_continuation(new_ledger: NewLedger) -> None:
    """Into a ledger that holds something else nothing is merged unasked, and the line is named."""
    there, here = new_ledger(), new_ledger()
    load(there, "nmi")
    append_announcement(here, read_announcement(OTHER, "other.yaml"), by="bo")
    assert told(here, exported(there)) == (
        "1.jsonl", 1, "the ledger has another entry at position 1, so this is another log",
    )  # fmt: skip
    same = new_ledger()
    load(same, "nmi")
    assert told(same, exported(there)) == (
        "1.jsonl", 1, "the ledger recorded position 1 differently, so this is another log",
    )  # fmt: skip
    assert told(here, exported(here), exported(there))[:2] == ("2.jsonl", 1)
    back = entry(UM, 1)
    assert told(new_ledger(), lines_for(entry(ATTESTED, 1), back)) == (
        "1.jsonl", 2, "this is position 1, where 2 is expected",
    )  # fmt: skip


def test_an_older_export_has_nothing_new(new_ledger: NewLedger) -> None:
    """Lines that the ledger has in the same places are nothing new, however they are brought in."""
    here = new_ledger()
    load(here, "nmi")
    lines = exported(here).splitlines(keepends=True)
    for kept in (1, 50, 164):
        data = b"".join(lines[:kept])
        done = brought(here, data)
        assert (done.entries, done.already, done.position) == (0, kept, 164)
        assert tried(here, data) == done
    assert brought(here, b"".join(lines), merge=True).entries == 0


def test_a_log_that_could_be_continued_is_merged_where_that_is_asked(
    new_ledger: NewLedger,
) -> None:
    """What was asked for is done: recorded now, by whoever asked, under digests of its own."""
    there, here = new_ledger(), new_ledger()
    append_announcement(there, THREE[0], by="bo")
    append_as_before(there, stated("um", range(6)))
    done = brought(here, exported(there), merge=True)
    assert (done.way, done.entries) == ("merged", 7)
    assert {each.recorded_by for each in here.entries()} == {"anna"}
    assert verify(here).notes == ()


def test_a_line_that_is_there_twice_is_merged_once(new_ledger: NewLedger) -> None:
    """In a merge a second line of the same entry is nothing new, and no fault."""
    lines, here = in_order(THREE), new_ledger()
    done = brought(here, b"".join([*lines[:8], lines[7], *lines[8:]]), merge=True)
    assert (done.entries, done.already, done.notes) == (17, 1, ())


# Merging ---------------------------------------------------------------------------------------


def test_what_is_new_is_merged_as_recorded_here(new_ledger: NewLedger) -> None:
    """Into another log, entries keep their ids and get this ledger's positions and recorder."""
    there, here = new_ledger(), new_ledger()
    load(there, "nmi")
    append_announcement(here, read_announcement(OTHER, "other.yaml"), by="bo")
    before = datetime.now(UTC)
    planned = tried(here, exported(there), merge=True)
    done = brought(here, exported(there), merge=True)
    assert planned == done
    assert (done.way, done.entries, done.already) == ("merged", there.position(), 0)
    merged = list(here.entries(after=2))
    assert [each.id for each in merged] == [each.id for each in there.entries()]
    assert [each.announcement for each in merged] == [each.announcement for each in there.entries()]
    assert {each.recorded_by for each in merged} == {"anna"}
    assert min(each.recorded_at for each in merged) >= before - timedelta(seconds=1)
    again = brought(here, exported(there), merge=True)
    assert (again.entries, again.announcements, again.already) == (0, 0, there.position())


def test_an_announcement_is_called_by_what_is_in_it(new_ledger: NewLedger) -> None:
    """An invented entry cannot be passed off as part of an announcement that is here."""
    here = new_ledger()
    append_announcement(here, read_announcement(OTHER, "other.yaml"), by="bo")
    borrowed = next(here.entries()).announcement
    forged = ATTESTED.model_copy(update={"source": "other"})
    done = brought(here, lines_for(encode(write(forged), 9, NOON, "bo", borrowed)), merge=True)
    assert [(each.code, each.line) for each in done.notes] == [("part", 1)]
    last = list(here.entries())[-1]
    assert last.content == forged
    assert last.announcement == announcement_id([last.id])


def test_a_preference_settles_nothing_its_maker_had_not_seen(new_ledger: NewLedger) -> None:
    """Merged into a ledger with another reading of the same, a preference is refused there."""
    there, here = new_ledger(), new_ledger()
    append_announcement(there, read_announcement(OTHER, "other.yaml"), by="bo")
    seen = list(there.entries())[-1].id
    preferred = ReadingPreferred(
        mission="nmi-test", facet="command", key="DNK", role=Role.START, claims=(seen,), reason="x"
    )
    append_announcement(there, RecordKeeperEvents((preferred,)), by="bo")
    third = OTHER.replace(b"id: other", b"id: third").replace(b"on: 2020-12", b"on: 2020-11")
    append_announcement(here, read_announcement(third, "third.yaml"), by="anna")
    for later in (b"", exported(here)):
        found = refused(here, exported(there) + later, merge=True)
        assert found == [("preference", "1.jsonl", 3)]
    fresh = new_ledger()
    append_announcement(fresh, read_announcement(NEWS_OF_OTHERS, "news.yaml"), by="anna")
    assert brought(fresh, exported(there), merge=True).entries == 3


def test_part_of_a_log_is_merged_where_it_can_stand(new_ledger: NewLedger) -> None:
    """A part is taken with the sources it names, and refused without them; it is told as one."""
    there, here = new_ledger(), new_ledger()
    load(there, "nmi")
    lines = exported(there).splitlines(keepends=True)
    codes = {code for code, _, _ in refused(here, b"".join(lines[-20:]), merge=True)}
    assert codes == {"source", "reference"}
    first = next(
        number for number, each in enumerate(there.entries())
        if number and isinstance(each.content, Source)
    )  # fmt: skip
    source, *_ = there.of_sources([next(iter(there.entries())).source or ""])
    part = source.raw + b"\n" + b"".join(lines[first - 2 : first])
    done = brought(here, part, merge=True)
    assert done.entries == 3
    assert [(each.code, each.line) for each in done.notes] == [("part", 1)]
    assert verify(here).findings == ()


def test_nothing_is_merged_unless_all_of_it_can_be(new_ledger: NewLedger) -> None:
    """One source described otherwise, on the last line, leaves out all that is before it."""
    here = new_ledger()
    append_announcement(here, read_announcement(OTHER, "other.yaml"), by="bo")
    described = next(each.content for each in here.of_sources(["other"]))
    otherwise = described.model_copy(update={"title": "Something else"})
    file = lines_for(entry(UM, 1), entry(ATTESTED, 2), entry(otherwise, 9))
    assert refused(here, file, merge=True) == [("source-conflict", "1.jsonl", 3)]


def test_what_is_about_the_record_finds_what_it_is_about(new_ledger: NewLedger) -> None:
    """A correction may refer to the ledger or to an earlier line, never to a later one."""
    here = new_ledger()
    append_announcement(here, read_announcement(OTHER, "other.yaml"), by="bo")
    claim = next(iter(here.entries(after=1)))
    assert isinstance(claim.content, ClaimEvent)
    of_ledger = ClaimRetracted(mission="nmi-test", target=claim.id, reason="misread")
    corrected = ClaimCorrected(
        mission="nmi-test", target=entry(ATTESTED).id, reason="a slip",
        claim=ATTESTED.model_copy(update={"on": "2021-05-02"}),
    )  # fmt: skip
    late = lines_for(entry(UM, 3), entry(corrected, 4), entry(ATTESTED, 5))
    assert refused(here, late, merge=True) == [("reference", "1.jsonl", 2)]
    of_other = ClaimRetracted(mission="unami", target=claim.id, reason="misread")
    other_mission = lines_for(entry(of_other, 9))
    assert refused(here, other_mission, merge=True) == [("reference", "1.jsonl", 1)]
    shortened = ClaimRetracted(mission="nmi-test", target=claim.id[:12], reason="misread")
    short = lines_for(entry(shortened, 9))
    assert refused(here, short, merge=True) == [("reference", "1.jsonl", 1)]
    good = lines_for(entry(UM, 3), entry(ATTESTED, 4), entry(corrected, 5), entry(of_ledger, 6))
    assert brought(here, good, merge=True).entries == 4


def test_two_ledgers_that_exchange_their_logs_hold_the_same(new_ledger: NewLedger) -> None:
    """After a merge each way both hold the same entries, however each came to them."""
    one, two = new_ledger(), new_ledger()
    load(one, "nmi")
    append_announcement(two, read_announcement(OTHER, "other.yaml"), by="bo")
    retraction = ClaimRetracted(
        mission="nmi-test", target=next(iter(two.entries(after=1))).id, reason="misread"
    )
    append_announcement(two, RecordKeeperEvents((retraction,)), by="bo")
    brought(one, exported(two), merge=True)
    brought(two, exported(one), merge=True)
    assert {each.id for each in one.entries()} == {each.id for each in two.entries()}


def test_an_older_schema_keeps_its_bytes(
    new_ledger: NewLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry written before its type's schema changed is merged with the bytes its id is of."""
    here = new_ledger()
    append_announcement(here, read_announcement(OTHER, "other.yaml"), by="bo")
    old = entry(ATTESTED, 8)
    monkeypatch.setitem(
        upcasters.STEPS,
        ("command-attested", 1),
        lambda data: {**data, "dated_by_source": True},
    )
    brought(here, lines_for(entry(UM, 7), old), merge=True)
    (last,) = here.entries(after=3)
    assert last.id == old.id
    assert data_of(last).data == data_of(old).data
    assert last.content.model_dump()["dated_by_source"] is True


def test_an_unfit_recorder_is_refused(new_ledger: NewLedger) -> None:
    """Whoever records what is merged is named."""
    here = new_ledger()
    append_announcement(here, read_announcement(OTHER, "other.yaml"), by="bo")
    with pytest.raises(EventError):
        import_entries(here, [("a", [entry(UM).raw])], by=" ", merge=True)
    assert here.position() == 2
