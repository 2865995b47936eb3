"""An announcement file is read whole or refused with every fault in its place."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.claim_event import ClaimEvent
from events.errors import EventError
from events.files.announcement import Announcement, read_announcement
from events.files.announcement_text import write_announcement
from events.files.diagnostics import AnnouncementError, Diagnostic
from events.redaction import holds_private_key
from tests.strategies import announcements

HEAD = """\
mission: nato-mission-iraq
source:
  id: um-handover-2022-05
  publisher: Ministry of Foreign Affairs of Denmark
  title: Denmark hands over command of NATO Mission Iraq to Italy
  language: en
  published: 2022-05-24T23:30:00Z
events:
"""
HANDOVER = """\
  - type: command-handed-over
    from: DNK
    to: ITA
    on: 2022-05
    at: paragraph 1            # where in the source
"""
WITHDRAWN = """\
  - type: contribution-withdrawn
    contribution: dnk-helicopters
    on: 2022-05
    as_stated: in May          # the source's words for the date
    basis: planned
    at: paragraph 1
"""
DEPLOYED = """\
  - type: contribution-deployed
    contribution: dnk-helicopters
    contributor: DNK
    capability: transport helicopters
    quantity: {max: 3, unit: helicopters, stated: up to three}
    on: 2021-05/2022-05
    basis: planned
"""


def _read(events: str, head: str = HEAD) -> Announcement:
    return read_announcement((head + events).encode(), "nmi.yaml")


def _said(announcement: Announcement) -> list[tuple[str, str]]:
    return [(event.type, getattr(event, "on", "")) for event in announcement.events]


def _faults(data: str | bytes) -> tuple[Diagnostic, ...]:
    with pytest.raises(AnnouncementError) as raised:
        read_announcement(data.encode() if isinstance(data, str) else data, "nmi.yaml")
    return raised.value.faults


def _found(events: str, head: str = HEAD) -> list[tuple[str, int, int]]:
    return [(fault.code, fault.line, fault.column) for fault in _faults(head + events)]


def test_reads_an_announcement() -> None:
    """Events come in the file's order, each with the announcement's mission and source."""
    read = _read(HANDOVER + WITHDRAWN)
    handover, withdrawn = read.events
    assert handover.model_dump(by_alias=True, exclude_none=True, mode="json") == {
        "type": "command-handed-over", "mission": "nato-mission-iraq",
        "source": "um-handover-2022-05", "on": "2022-05", "basis": "reported", "period": 1,
        "at": "paragraph 1", "from": "DNK", "to": "ITA", "from_period": 1,
    }  # fmt: skip
    assert isinstance(withdrawn, ClaimEvent)
    assert (withdrawn.as_stated, withdrawn.basis) == ("in May", "planned")
    assert [place.line for place in read.places] == [9, 14]


def test_an_interval_is_a_start_and_an_end() -> None:
    """The end keeps the key, the basis and the place; the rest is the start's."""
    start, end = _read(DEPLOYED).events
    assert start.model_dump()["quantity"]["max"] == 3
    assert end.model_dump(exclude_none=True, mode="json") == {
        "type": "contribution-withdrawn", "mission": "nato-mission-iraq",
        "source": "um-handover-2022-05", "on": "2022-05", "basis": "planned", "period": 1,
        "contribution": "dnk-helicopters",
    }  # fmt: skip


@pytest.mark.parametrize("on", ["2021-05/Y12021", "../Y12021"])
def test_an_end_that_cannot_be_recorded_is_not_left_out(on: str) -> None:
    """An interval is recorded whole or refused: its start alone would be another claim."""
    with pytest.raises(AnnouncementError) as refused:
        _read(f"  - type: place-opened\n    place: union-iii\n    on: {on}\n")
    assert [each.code for each in refused.value.faults] == ["date-range"]


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2021-05/..", [("place-opened", "2021-05"), ("place-attested", "2022-05-24")]),
        ("2021-05/", [("place-opened", "2021-05")]),
        ("../2022", [("place-closed", "2022")]),
        ("/2022", [("place-closed", "2022")]),
        ("2021?/2022-1X", [("place-opened", "2021?"), ("place-closed", "2022-1X")]),
        ("[2020-11,2020-12]", [("place-opened", "[2020-11,2020-12]")]),
        ("[..2024-02]", [("place-opened", "[..2024-02]")]),
        ('"[..2024-02]"', [("place-opened", "[..2024-02]")]),
    ],
)
def test_dates(on: str, said: list[tuple[str, str]]) -> None:
    """An open end says that it was still so, a blank one nothing; a set needs no quotes."""
    assert (
        _said(
            _read(
                f"  - {{type: place-opened, place: union-iii}}\n    on: {on}\n".replace("{", "")
                .replace("}", "")
                .replace(", ", "\n    ")
            )
        )
        == said
    )


def test_still_adds_an_attestation_on_the_publication_day() -> None:
    """The party that took over is attested, on the publication day, as reported."""
    _, attested = _read(HANDOVER + "    still: true\n").events
    assert attested.model_dump(exclude_none=True, mode="json") == {
        "type": "command-attested", "mission": "nato-mission-iraq",
        "source": "um-handover-2022-05", "on": "2022-05-24", "basis": "reported", "period": 1,
        "at": "paragraph 1", "by": "ITA", "dated_by_source": True,
    }  # fmt: skip
    assert len(_read(HANDOVER + "    still: false\n").events) == 1


def test_attestations_and_readings_take_the_publication_day() -> None:
    """What says no date of its own was so when it was published."""
    read = _read("  - {type: command-attested, by: DNK}\n"
                 "  - {type: strength-reported, counted: DNK, quantity: 5}\n")  # fmt: skip
    assert _said(read) == [("command-attested", "2022-05-24"), ("strength-reported", "2022-05-24")]


def test_a_correction_is_the_announcements() -> None:
    """The new claim takes the mission and the source of the announcement."""
    (event,) = _read(
        "  - type: claim-corrected\n    target: 9bd1\n    reason: misread\n"
        "    claim: {type: command-taken-over, by: DNK, on: 2020-11}\n"
    ).events
    claim = event.model_dump()["claim"]
    assert (claim["mission"], claim["source"]) == ("nato-mission-iraq", "um-handover-2022-05")


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ("on: 2021-5\n    place: x", [("date", 10, 9)]),
        ("on: 2021-13\n    place: x", [("date", 10, 9)]),
        ("on: medio 2022\n    place: x", [("date", 10, 9)]),
        ("on: 2022/2021\n    place: x", [("date", 10, 9)]),
        ("on: ../..\n    place: x", [("date", 10, 9)]),
        ("on: '{2020,2021}'\n    place: x", [("date-set", 10, 9)]),
        ("on: {2020,2021}\n    place: x", [("braces", 10, 9)]),
        ("on:\n    place: x", [("empty", 10, 8)]),
        ("place: x", [("missing-key", 9, 5)]),
        ("on: 2020", [("missing-key", 9, 5)]),
        ("on: 2020\n    place: Camp X", [("slug", 11, 12)]),
        ("on: 2020\n    place: x\n    nation: DK", [("nation", 12, 13)]),
        ("on: 2020\n    place: x\n    basis: plan", [("basis", 12, 12)]),
        ("on: 2020\n    place: x\n    period: +5", [("integer", 12, 13)]),
        ("on: 2020\n    place: x\n    period: 1e3", [("integer", 12, 13)]),
        ("on: 2020\n    place: x\n    period: ٣", [("integer", 12, 13)]),
        ("on: 2020\n    place: x\n    period: 0", [("integer", 12, 13)]),
        ("on: 2020\n    place: x\n    nme: Y", [("unknown-key", 12, 5)]),
        ("on: 2020\n    place: x\n    version: 1", [("unknown-key", 12, 5)]),
        ("on: 2020\n    place: x\n    source: y", [("source-in-event", 12, 5)]),
        ("on: 2020\n    place: x\n    place: y", [("duplicate-key", 12, 5)]),
        ("on: 2020\n    place: x\n    still: yes", [("boolean", 12, 12)]),
        ("on: 2020/2021\n    place: x\n    still: true", [("still", 12, 5)]),
        ("on: 2020\n    place: x\n    basis: planned\n    still: true", [("still", 13, 5)]),
        ("on: 2020\n    place: [x]", [("shape", 11, 12)]),
        ("on: 2020\n    place: x\n    name: \"\\e[31m\"", [("text", 12, 11)]),
        (f"on: 2020\n    place: x\n    name: {'y' * 301}", [("too-long", 12, 11)]),
        (f"on: 2020\n    place: x\n    as_stated: {'y' * 81}", [("too-long", 12, 16)]),
        ("on: 2020\n    place: x\n    mission: N M", [("slug", 12, 14)]),
    ],
)  # fmt: skip
def test_refuses_in_an_event(event: str, found: list[tuple[str, int, int]]) -> None:
    """Each slip is one fault, at the value that is wrong or the key that should not be."""
    assert _found(f"  - type: place-opened\n    {event}\n") == found


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ("{type: place-opend, place: x}", [("unknown-type", 9, 12)]),
        ("{place: x}", [("missing-key", 9, 5)]),
        ("place-opened", [("shape", 9, 5)]),
        ("{type: place-closed, place: x, on: 2020/2021}", [("date-interval", 9, 40)]),
        ("{type: place-closed, place: x, on: 2020, still: true}", [("still", 9, 46)]),
        ("{type: command-handed-over, from: DNK, to: DNK, on: 2020}", [("value", 9, 5)]),
        ("{type: command-handed-over, from_: DNK, to: ITA, on: 2020}",
         [("missing-key", 9, 5), ("unknown-key", 9, 33)]),
        ("{type: contribution-deployed, contribution: x, contributer: DNK, on: 2020}",
         [("missing-key", 9, 5), ("unknown-key", 9, 52)]),
        ("{type: contribution-deployed, contribution: x, contributor: DK, on: 2020}",
         [("nation", 9, 65)]),
        ("{type: contribution-deployed, contribution: x, contributor: [DNK, DK], on: 2020}",
         [("nation", 9, 71)]),
        ("{type: contribution-deployed, contribution: x, contributor: [DNK, DNK], on: 2020}",
         [("list", 9, 65)]),
        ("{type: contribution-deployed, contribution: x, contributor: {a: DNK}, on: 2020}",
         [("shape", 9, 65)]),
        ("{type: strength-reported, counted: DNK, quantity: about 5}", [("quantity", 9, 55)]),
        ("{type: strength-reported, counted: DNK, quantity: {}}", [("quantity", 9, 55)]),
        ("{type: strength-reported, counted: DNK, quantity: {min: 5, max: 3}}",
         [("quantity", 9, 55)]),
        ("{type: strength-reported, counted: DNK, quantity: {mx: 3, min: 1}}",
         [("unknown-key", 9, 56)]),
        ("{type: strength-reported, counted: DNK, quantity: -1}", [("quantity", 9, 55)]),
        ("{type: claim-retracted, target: xyz, reason: r}", [("event-id", 9, 37)]),
        ("{type: claim-retracted, target: abcd, reason: r, still: true}",
         [("still", 9, 54)]),
        ("{type: claim-corrected, target: abcd, reason: r, claim: {type: claim-retracted}}",
         [("unknown-type", 9, 68)]),
        ("{type: claim-corrected, target: abcd, reason: r, claim: x}", [("shape", 9, 61)]),
        ("{type: claim-corrected, target: abcd, reason: r}", [("missing-key", 9, 5)]),
        ("{type: claim-corrected, target: abcd, reason: r, claim: "
         "{type: place-opened, place: x, on: 2020/2021}}", [("date-interval", 9, 96)]),
        ("{type: reading-preferred, facet: comand, key: x, role: begin, claims: [abcd], "
         "reason: r}", [("facet", 9, 38), ("choice", 9, 60)]),
    ],
)  # fmt: skip
def test_refuses_an_event(event: str, found: list[tuple[str, int, int]]) -> None:
    """What belongs to one type only is refused at its place too."""
    assert _found(f"  - {event}\n") == found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("- type: x\n", [("shape", 1, 1)]),
        ("just words\n", [("shape", 1, 1)]),
        ("events: []\n", [("missing-key", 1, 1), ("shape", 1, 9)]),
        ("{}", [("missing-key", 1, 1), ("missing-key", 1, 1)]),
        (HEAD + HANDOVER + "evnts: x\n", [("unknown-key", 14, 1)]),
        (HEAD, [("empty", 8, 8)]),
        (HEAD.replace("2022-05-24T", "2022-05-32T") + HANDOVER, [("date", 7, 14)]),
        (HEAD.replace("  id: um", "  ident: um") + HANDOVER,
         [("missing-key", 3, 3), ("unknown-key", 3, 3)]),
        (HEAD.replace("mission: ", "mision: ") + HANDOVER * 1,
         [("unknown-key", 1, 1), ("missing-key", 9, 5)]),
        (HEAD.replace("language: en", "language: English\n  url: ftp://x\n  digest: md5")
         + HANDOVER, [("language", 6, 13), ("url", 7, 8), ("digest", 8, 11)]),
        (HEAD.replace("nato-mission-iraq", "NATO Mission Iraq") + HANDOVER, [("slug", 1, 10)]),
        (HEAD + HANDOVER + HANDOVER, [("duplicate-event", 14, 5)]),
        (HEAD + "\t" + HANDOVER, [("tab", 9, 1)]),
    ],
)  # fmt: skip
def test_refuses_a_file(data: str, found: list[tuple[str, int, int]]) -> None:
    """What is wrong with the file as a whole is one fault each as well."""
    assert [(fault.code, fault.line, fault.column) for fault in _faults(data)] == found


def test_all_faults_at_once() -> None:
    """A file with many slips is told of all of them in one go, in order."""
    found = _found(
        "  - {type: place-opend}\n  - {type: command-attested, by: DK, at: &a x}\n"
        "  - {type: place-opened, place: X, on: 2021-13, extra: 1}\n",
        HEAD.replace("language: en", "language: EN!"),
    )
    assert found == [
        ("language", 6, 13), ("unknown-type", 9, 12), ("nation", 10, 34), ("alias", 10, 42),
        ("slug", 11, 33), ("date", 11, 40), ("unknown-key", 11, 49),
    ]  # fmt: skip


def test_hints_say_what_to_write() -> None:
    """A near miss is guessed at, and words for a date are turned into one."""
    hints = [
        fault.hint
        for fault in _faults(
            HEAD + "  - {type: place-opend}\n"
            "  - {type: place-opened, place: x, on: medio 2022, basis: planed, nme: y}\n"
        )
    ]
    assert "place-opened" in hints[0]
    assert "2022-38" in hints[1]
    assert "planned" in hints[2]
    assert "name" in hints[3]


@pytest.mark.parametrize(
    ("event", "hint"),
    [
        (
            "{type: mandate-adopted, mandate: x, on: 2020, vote: {absnt: 1, for: 2, against: 0}}",
            "mean absent",
        ),
        (
            "{type: mandate-adopted, mandate: x, on: 2020, vote: {x: 1, for: 2, against: 0}}",
            "absent",
        ),
        ("{type: place-opened, place: x, on: 2020, basis: maybe}", "decided or planned"),
    ],
)
def test_hints_are_about_the_mapping_that_is_wrong(event: str, hint: str) -> None:
    """What is suggested in a vote are the fields of a vote."""
    (fault,) = _faults(f"{HEAD}  - {event}\n")
    assert hint in fault.hint


@pytest.mark.parametrize("words", ["today", "i går", "Yesterday"])
def test_a_file_means_the_same_tomorrow(words: str) -> None:
    """A word for the day it is said on is refused in every date of a file, and told why."""
    published = HEAD.replace("2022-05-24T23:30:00Z", words)
    assert published != HEAD
    event = f"  - {{type: place-opened, place: x, on: {words}}}\n"
    for fault in (*_faults(HEAD + event), *_faults(published + HANDOVER)):
        assert fault.code == "date"
        assert fault.message == f"{words}: a recorded date must not depend on the current day"
        assert "write the day itself" in fault.hint


def test_stops_looking_when_nearly_all_is_wrong() -> None:
    """A hostile file of nothing but faults is cut off in no time, and says so."""
    began = time.process_time()
    for events in ("  - {type: x}\n" * 40_000, "".join(f"x{n}: y\n" for n in range(40_000))):
        faults = _faults(HEAD + events)
        assert len(faults) == 1001
        assert "too-many-faults" in {fault.code for fault in faults}
    assert time.process_time() - began < 10


def test_two_claims_about_one_occurrence_are_welcome() -> None:
    """A document may contradict itself."""
    assert len(_read(HANDOVER + HANDOVER.replace("2022-05", "2022-04")).events) == 2


def test_ten_thousand_events_are_quick() -> None:
    """A large file takes seconds of the processor, not minutes."""
    began = time.process_time()
    one = "  - {type: place-attested, place: p%d, on: 2020-01, at: here, name: A, nation: DNK}\n"
    assert len(_read("".join(one % number for number in range(10_000))).events) == 10_000
    assert time.process_time() - began < 5


@given(announcements())
@settings(deadline=None)
def test_written_reads_back_equal(announcement: Announcement) -> None:
    """Writing and reading undo one another, whatever the text holds but a private key."""
    text = write_announcement(announcement)
    if holds_private_key(text):
        assert [fault.code for fault in _faults(text)] == ["private-key"]
    else:
        assert read_announcement(text.encode(), "f") == announcement


def test_what_has_no_file_form() -> None:
    """Without a source there is no announcement file."""
    with pytest.raises(EventError):
        write_announcement(Announcement(None, ()))


VALID = HEAD + HANDOVER + WITHDRAWN + DEPLOYED


@given(st.data())
@settings(deadline=None)
def test_nothing_else_is_raised(data: st.DataObject) -> None:
    """Whatever is handed in, it is read or refused with faults that can be printed."""
    at, upto = sorted(
        (data.draw(st.integers(0, len(VALID))), data.draw(st.integers(0, len(VALID))))
    )
    mutated = (
        VALID[:at]
        + data.draw(st.text(max_size=8))
        + VALID[data.draw(st.sampled_from((at, upto))) :]
    )
    given_bytes = data.draw(st.binary() | st.just(mutated.encode(errors="replace")))
    try:
        read_announcement(given_bytes, "f")
    except AnnouncementError as error:
        assert error.faults  # noqa: PT017 (a file that reads is as good)
        str(error).encode()
