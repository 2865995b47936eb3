"""Unintended effects of an announcement are told before it is appended."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from events.encoding.codec import event_id
from events.errors import PublishedInFutureError
from events.files.announcement import read_announcement
from events.files.diagnostics import Diagnostic
from events.record_events import ClaimCorrected, ClaimRetracted
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.shipped.stored_log import shipped_entries
from projections.dry_run import MOST_CLAIMS, DryRun
from projections.record import Record, record_in_memory
from tests.docs.codes import listed

NOW = datetime(2026, 11, 29, 23, 59, tzinfo=UTC)
TODAY = NOW.toordinal()

HEAD = """mission: {mission}
source: {{id: {id}, publisher: {publisher}, title: {title}, language: en, published: {published}}}
events:
"""


def file(*events: str, **source: str) -> str:
    """Write an announcement; its events begin on line 4."""
    given = {
        **{"mission": "nato-mission-iraq", "id": "news", "publisher": "An office"},
        **{"title": "News", "published": "2025-01-10"},
        **source,
    }
    return HEAD.format(**given) + "".join(f"  - {{{event}}}\n" for event in events)


@pytest.fixture(scope="module")
def record() -> Record:
    """The shipped record, on a day."""
    store = record_in_memory(clock=lambda: NOW)
    store.continue_with(shipped_entries())
    return store


def warned_of(record: Record, **files: str) -> list[Diagnostic]:
    """Try files on a record, each under its name; return the warnings."""
    with record.trial() as log:
        trial = DryRun(log, by="anna", today=TODAY)
        for name, text in files.items():
            trial.add(read_announcement(text.encode(), f"{name}.yaml"))
        return trial.warnings()


def told(record: Record, *files: str) -> list[tuple[str, int]]:
    """Try files on a record; return the codes of the warnings, and their lines."""
    found = warned_of(record, **{str(number): text for number, text in enumerate(files)})
    assert all(each.code in listed("Warnings") for each in found)
    return [(each.code, each.line) for each in found]


def codes(store: Record, *files: str) -> list[str]:
    """Return the codes of the warnings."""
    return [code for code, _ in told(store, *files)]


ATTESTED = "type: command-attested, by: ITA, on: 2025-01"


@pytest.mark.parametrize(
    ("mission", "warned"),
    [
        ("nato-mission-irak", True),
        ("nato-misson-iraq", True),
        ("iraq-nato-mission", True),
        ("natomissioniraq", True),
        ("oirr", False),
        ("unifil", False),
        ("kfor", False),
    ],
)
def test_a_new_mission_that_resembles_one(record: Record, mission: str, warned: bool) -> None:
    """A slip in a mission's name would make a second mission, and is told once."""
    events = (f"type: mission-attested, mission: {mission}, on: 2025-01-0{n}" for n in (1, 2))
    assert codes(record, file(*events)) == ["near-twin"] * warned


def test_a_new_mission_that_is_called_as_one_is(record: Record) -> None:
    """Another short name under the same full name is told, too."""
    named = "type: mission-attested, mission: nmi-iraq, name: NATO mission Iraq, on: 2025-01-01"
    assert told(record, file(named)) == [("near-twin", 4)]


@pytest.mark.parametrize(
    ("event", "warned"),
    [
        ("type: contribution-attested, contribution: dnk-helicopter, contributor: DNK", True),
        ("type: contribution-attested, contribution: helicopters-dnk, contributor: DNK", True),
        ("type: contribution-attested, contribution: dnk-helicopters-2, contributor: DNK", False),
        ("type: contribution-attested, contribution: ita-staff, contributor: ITA", False),
        ("type: contribution-attested, contribution: nld-staff, contributor: NLD", False),
        ("type: commander-attested, commander: michael-lolesgaard", True),
        ("type: place-attested, place: bagdad", True),
        ("type: participation-attested, participant: NLD", False),
        ("type: participation-attested, participant: DEU", False),
    ],
)
def test_a_new_key_that_resembles_one(record: Record, event: str, warned: bool) -> None:
    """A slip in a key would make another contribution, commander or place."""
    assert ("near-twin" in codes(record, file(f"{event}, on: 2025-01-05"))) == warned


def test_an_end_of_what_never_began(record: Record) -> None:
    """An end with no start or attestation, in the record or in any file given, is told."""
    ends = "type: contribution-withdrawn, contribution: swe-hospital, on: 2024-05"
    begins = "type: contribution-deployed, contribution: swe-hospital, contributor: SWE, on: 2023"
    assert told(record, file(ends)) == [("never-began", 4)]
    assert told(record, file(ends), file(begins, id="more", title="More")) == []


@pytest.mark.parametrize(
    ("source", "warned"),
    [
        ({"title": "NATO mission Iraq (NMI)", "publisher": "ministry of defence of Denmark"}, True),
        ({"title": "NATO Mission Iraq (NMI)", "publisher": "Another"}, False),
        ({"title": "Another", "publisher": "Ministry of Defence of Denmark"}, False),
    ],
)
def test_a_source_that_looks_like_one(record: Record, source: dict[str, str], warned: bool) -> None:
    """The same title by the same publisher of a date that can be the same is one document."""
    text = file("type: command-attested, by: ITA, on: 2023-01", **source, published="2023-05")
    assert ("same-document" in codes(record, text)) == warned
    later = file(ATTESTED, **source, published="2025-06")
    assert "same-document" not in codes(record, later)


def test_two_files_of_one_address_or_digest(record: Record) -> None:
    """The same address or the same digest is one document, whatever else is said of it."""
    for field, value in (("url", "https://um.example/1"), ("digest", f"sha256:{'ab' * 32}")):
        one, other = (
            file(ATTESTED, id=name, title=name, publisher=name).replace(
                "language: en", f"language: en, {field}: '{value}'"
            )
            for name in ("one", "two")
        )
        assert ("same-document", 2) in told(record, one, other)


def test_a_holder_that_is_displaced(record: Record) -> None:
    """A new holder's start ends the turn of the one before, whose end nobody reports."""
    taken = "type: command-taken-over, by: ESP, on: 2024-05"
    assert told(record, file(taken)) == [("displaces", 4)]
    handed = "type: command-handed-over, from: ITA, to: ESP, on: 2024-05"
    assert told(record, file(handed)) == []
    left = "type: command-relinquished, by: ITA, on: 2024-05"
    assert told(record, file(left, taken)) == []


def test_a_holder_that_an_open_start_perhaps_displaces(record: Record) -> None:
    """A start without a last day displaces nobody for sure, and no day is made up for it."""
    taken = "type: command-taken-over, by: ESP, on: '[2024-05..]'"
    (warning,) = (each for each in warned_of(record, a=file(taken)) if each.code == "displaces")
    assert "may no longer hold command from 2024-05-01 on" in warning.message


def test_a_holder_that_the_end_of_the_mission_ended_is_not_displaced() -> None:
    """Who takes over years after the mission ended takes nothing from who held before it."""
    store = record_in_memory(clock=lambda: NOW)
    held = "type: command-taken-over, by: DNK, on: 2019-01-05"
    over = "type: mission-ended, on: 2020-01-01"
    taken = "type: command-taken-over, by: ITA, on: 2022-01-01"
    old, new = file(held, over, mission="m", id="old", title="Old"), file(taken, mission="m")
    append_announcement(store, read_announcement(old.encode(), "old"), by="anna")
    assert "displaces" not in codes(store, new)


COUNTED = "type: strength-reported, counted: DNK, quantity: {max: 140, unit: people}"


@pytest.mark.parametrize(
    ("event", "warned"),
    [
        ("type: command-attested, by: DNK, on: 2021-06-01", False),
        ("type: command-attested, by: ITA, on: 2024-06-01", False),
        ("type: participation-attested, participant: SWE, on: 2020-01-01", True),
        ("type: contribution-withdrawn, contribution: dnk-helicopters, on: 2022-05", True),
        ("type: contribution-withdrawn, contribution: dnk-helicopters, on: 2022-05-20", False),
        ("type: contribution-withdrawn, contribution: dnk-staff, on: 2025, basis: planned", False),
        (f"{COUNTED}, on: '[2020-11..2021-05]'", True),
        (f"{COUNTED}, on: 2024-05", False),
        ("type: mission-attested, on: 2021-01-01, aliases: [nmi]", True),
        ("type: mission-attested, on: 2021-01-01, aliases: [nmi, nm-iraq]", False),
        ("type: participation-joined, participant: SWE, on: 2018-10, still: true", False),
    ],
)  # fmt: skip
def test_an_event_that_changes_no_answer(record: Record, event: str, warned: bool) -> None:
    """What the record says as much of already is told; what adds a day or a word is not."""
    assert codes(record, file(event)) == ["no-effect"] * warned


def test_of_two_events_the_second_may_change_nothing(record: Record) -> None:
    """Events of one file are weighed one after the other."""
    first = "type: contribution-deployed, contribution: swe-camp, contributor: SWE, on: 2024-05-01"
    again = "type: contribution-attested, contribution: swe-camp, on: 2024-05-01"
    later = "type: contribution-attested, contribution: swe-camp, on: 2024-06-01"
    assert told(record, file(first, again, later)) == [("no-effect", 5)]
    assert told(record, file(first, later)) == []


def test_what_differs_on_some_days_only_is_an_effect(record: Record) -> None:
    """What answers of two places depends on the day; both dates are in the answer already."""
    camp = "contribution: swe-camp, location"
    there = f"type: contribution-attested, {camp}: Baghdad, on: 2024-05-01"
    moved = f"type: contribution-attested, {camp}: Erbil, on: 2024-09-01"
    between = f"type: contribution-attested, {camp}: Erbil, on: 2024-07-01"
    assert told(record, file(there, moved), file(between, id="more", title="More")) == []


def test_what_stands_as_a_correction_is_told() -> None:
    """A claim edited in its file is told to be there by the correction, while that counts."""
    camp = "type: contribution-attested, contribution: swe-camp, location: Erbil, on: 2024-05-0"
    first = read_announcement(file(f"{camp}1").encode(), "a.yaml")
    claim = first.events[0]
    correction = ClaimCorrected(
        mission=claim.mission,
        target=event_id(claim),
        claim=claim.model_copy(update={"on": "2024-05-02"}),
        reason="misread",
    )
    edited = file(f"{camp}2, at: page 2")
    store = record_in_memory(clock=lambda: NOW)
    append_announcement(store, first, by="anna")
    done = append_announcement(store, RecordKeeperEvents((correction,)), by="anna")
    (found,) = warned_of(store, edited=edited)
    assert (found.code, found.line) == ("no-effect", 4)
    by, corrected = done.appended[0].id[:12], event_id(claim)[:12]
    assert f"says this already, since {by} corrected {corrected}" in found.message
    (other,) = warned_of(store, other=file(f"{camp}2", id="other", title="Other"))
    assert "corrected" not in other.message
    retraction = ClaimRetracted(mission=claim.mission, target=by, reason="x")
    append_announcement(store, RecordKeeperEvents((retraction,)), by="anna")
    assert codes(store, edited) == []


def test_what_was_public_before_is_an_effect(record: Record) -> None:
    """The same said before changes what was known when; said later it changes nothing."""
    joined = "type: participation-joined, participant: NLD, on: 2020-01-01"
    assert told(record, file(joined), file(joined, id="old", published="2024-01-10")) == []
    assert told(record, file(joined), file(joined, id="new", published="2025-01-11")) == [
        ("no-effect", 4)
    ]


def test_a_period_that_begins_once_more(record: Record) -> None:
    """A start after the reported end is told with what to write; with that it is no dispute."""
    event = "type: contribution-deployed, contribution: dnk-helicopters, contributor: DNK, on: 2025"
    first = file(event, published="2026-02")
    (warning,) = warned_of(record, a=first)
    assert warning.code == "dispute-unsettled"
    assert warning.hint == "if it began again, write period: 2"
    again = f"{event}, period: 2"
    assert codes(record, file(again, published="2026-02")) == []
    over = "type: contribution-withdrawn, contribution: dnk-helicopters, on: 2025-06, period: 2"
    second = file(again, over, id="b", published="2026-02")
    third = file(event.replace("2025", "2026-01"), id="c", published="2026-02")
    found = warned_of(record, a=first, b=second, c=third)
    hints = {each.hint for each in found if each.file == "c.yaml"}
    assert "if it began again, write period: 3" in hints


@pytest.mark.parametrize(
    ("events", "source", "found"),
    [
        ((ATTESTED,), {"published": "2026-11-30"}, []),
        (("type: command-taken-over, by: ITA, on: 2022-07",), {}, ["dispute-unsettled"]),
        (("type: participation-joined, participant: NLD, on: 2022-07",
          "type: participation-left, participant: NLD, on: 2022-05"), {}, ["end-before-start"]),
        (("type: participation-joined, participant: NLD, on: 2022-07-01",
          "type: participation-left, participant: NLD, on: 2022-07-01"), {}, ["zero-length"]),
        (("type: participation-joined, participant: NLD, on: 2022-07",
          "type: participation-joined, participant: NLD, on: 2022-08"), {},
         ["dispute-unsettled", "source-says-two-dates"]),
        (("type: strength-reported, counted: NLD, on: 2022-07-01, quantity: 5",
          "type: strength-reported, counted: NLD, on: 2022-07-01, quantity: 6"), {},
         ["dispute-unsettled"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_together(
    record: Record, events: Iterable[str], source: dict[str, str], found: list[str]
) -> None:
    """Checks of the record that need no more than its claims are made of a file already."""
    assert sorted(codes(record, file(*events, **source))) == sorted(found)


BASE = (
    "type: mission-established, on: 2018-01-01",
    "type: mission-ended, on: 2022-06-30",
    "type: place-attested, place: kabul, on: 2020-01-01",
    "type: contribution-deployed, contribution: escort, contributor: DNK, on: 2021-01-01/2021-06",
    "type: commander-appointed, commander: hansen, post: force-commander, on: 2020-01-01",
    "type: commander-appointed, commander: olsen, post: chief-of-staff, on: 2020-01-01",
    "type: command-taken-over, by: DEU, jointly_with: [NLD], on: 2020-01-01",
    "type: ceiling-authorised, counted: DNK, category: troops, quantity: {max: 150}, on: 2020-01",
    "type: ceiling-authorised, counted: DNK, category: troops, quantity: {max: 200}, on: 2021-01",
    "type: strength-reported, counted: DNK, category: troops, quantity: 140, on: 2020-12-01",
)


@pytest.fixture(scope="module")
def parts() -> Record:
    """A mission from 2018 to 2022 with parts, counts and ceilings."""
    store = record_in_memory(clock=lambda: NOW)
    append_announcement(store, read_announcement(file(*BASE, id="base").encode(), "a"), by="anna")
    return store


COUNT = "type: strength-reported, counted: DNK"


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ("type: place-attested, place: kabul, on: 2022-06-29", []),
        ("type: place-attested, place: kabul, on: 2022-07-01", ["outlives-mission"]),
        ("type: contribution-strength-reported, contribution: escort, quantity: 5, on: 2021-03",
         []),
        ("type: contribution-strength-reported, contribution: escort, quantity: 5, on: 2021-07",
         ["count-outside-period"]),
        (f"{COUNT}, quantity: 5, on: 2018-01-01", []),
        (f"{COUNT}, quantity: 5, on: 2017", ["count-outside-period"]),
        (f"{COUNT}, category: troops, quantity: 150, on: 2020-12-31", []),
        (f"{COUNT}, category: troops, quantity: 151, on: 2020-12-31", ["over-ceiling"]),
        (f"{COUNT}, category: troops, quantity: 151, on: 2021-07-01", []),
        (f"{COUNT}, category: troops, quantity: {{min: 151, unit: ships}}, on: 2020-12-31", []),
        ("type: ceiling-authorised, counted: DNK, category: troops, quantity: {max: 139},"
         " on: 2020-12-01", ["over-ceiling"]),
        ("type: ceiling-authorised, counted: DNK, category: troops, quantity: {max: 140},"
         " on: 2020-12-01", []),
        ("type: contribution-attested, contribution: escort, contributor: NOR, on: 2021-03-01",
         ["value-contradicted"]),
        ("type: contribution-attested, contribution: escort, location: Erbil, on: 2021-03-01", []),
        ("type: commander-attested, commander: jensen, post: force-comander, on: 2021-01-01",
         ["near-twin"]),
        (f"{COUNT}, category: troop, quantity: 5, on: 2020-07-01", ["near-twin"]),
        (f"{COUNT}, category: police, quantity: 5, on: 2020-07-01", []),
        ("type: commander-appointed, commander: jensen, post: force-commander, on: 2021-01-01",
         ["displaces"]),
        ("type: commander-appointed, commander: jensen, on: 2021-01-01", []),
        ("type: command-taken-over, by: NLD, on: 2021-01-01", []),
        ("type: command-taken-over, by: NOR, on: 2021-01-01", ["displaces"]),
    ],
)  # fmt: skip
def test_what_a_mission_s_parts_and_numbers_do_not_bear_out(
    parts: Record, event: str, found: list[str]
) -> None:
    """Each effect has its code, and what is just within the bounds has none."""
    assert codes(parts, file(event, title="Other")) == found


def test_an_end_of_a_mission_whose_parts_go_on() -> None:
    """The end of a mission is told to be before what is said of its parts."""
    ended = "type: mission-ended, on: {on}"
    store = record_in_memory(clock=lambda: NOW)
    text = file(*(each for each in BASE if "mission-ended" not in each), id="base")
    append_announcement(store, read_announcement(text.encode(), "a"), by="anna")
    assert codes(store, file(ended.format(on="2021-07"), title="Other")) == []
    found = codes(store, file(ended.format(on="2020-06"), title="Other"))
    assert set(found) == {"outlives-mission"}


def test_a_reprint_is_no_twin(record: Record) -> None:
    """A source that says which one it reprints is not told to look like that."""
    one = file(ATTESTED, id="one", title="One")
    other = file(
        ATTESTED.replace("2025-01", "2024-02"), id="two", title="One", published="2025-01-10"
    )
    assert "same-document" in codes(record, one, other)
    reprint = other.replace("language: en", "language: en, reprints: one")
    assert "same-document" not in codes(record, one, reprint)


@pytest.mark.parametrize(
    ("published", "retrieved", "warned"),
    [
        ("2025-01-10", "2025-01-09", True),
        ("2025-01-10", "2025-01-10", False),
        ("2025-01-10", "2025-01", False),
        ("2025-02", "2025-01", True),
        ("'[..2025-02]'", "1999", False),
        ("2025-01-10T10:00:00Z", "2025-01-10T09:59:59Z", True),
        ("2025-01-10T10:00:00Z", "2025-01-10T11:00:00+01:00", False),
        ("2025-01-10T10:00:00Z", "2025-01-10", False),
    ],
)
def test_a_source_read_before_it_came_out(
    record: Record, published: str, retrieved: str, warned: bool
) -> None:
    """It is told where it is sure, at the line of the source."""
    text = file(ATTESTED, published=published).replace("id: news", f"id: a, retrieved: {retrieved}")
    assert told(record, text) == [("retrieved-before-published", 2)] * warned


def test_a_correction_by_which_a_source_was_read_too_early(record: Record) -> None:
    """It is told at the line of the correction, and not where another field is corrected."""
    text = file(ATTESTED).replace("id: news", "id: news, retrieved: 2025-01-12")
    for stated, expected in (("published: 2025-01-13", True), ("title: Old news", False)):
        event = f"type: source-corrected, about: news, {stated}, reason: misread"
        other = file(event, id="erratum", title="Erratum", published="2025-01-20")
        assert told(record, text, other) == [("retrieved-before-published", 4)] * expected


def test_a_reprint_of_what_nobody_recorded(record: Record) -> None:
    """It is told, with the source that may be meant; the announcement is taken nevertheless."""
    reprint = file(ATTESTED).replace("id: news", "id: news, reprints: um-handover-2022-5")
    (found,) = warned_of(record, reprint=reprint)
    assert (found.code, found.line) == ("original-unknown", 2)
    assert "news reprints um-handover-2022-5" in found.message
    assert found.hint == "did you mean um-handover-2022-05?"
    known = reprint.replace("um-handover-2022-5", "um-handover-2022-05")
    assert codes(record, known) == []


def test_a_circle_of_reprints(record: Record) -> None:
    """A correction that closes one is told with all of it."""
    one = file(ATTESTED, id="one", title="One")
    two = file(ATTESTED.replace("ITA", "DNK"), id="two", title="Two")
    two = two.replace("id: two", "id: two, reprints: one")
    closing = "type: source-corrected, about: one, reprints: two, reason: it says so"
    found = warned_of(record, one=one, two=two, three=file(closing, id="three", title="Three"))
    (circle,) = [each for each in found if each.code == "reprints-in-circle"]
    assert (circle.file, circle.line) == ("three.yaml", 4)
    assert circle.message == "one reprints two reprints one"


def test_a_source_from_the_future_is_refused(record: Record) -> None:
    """The day after the record time is none: somewhere that day has begun."""
    with pytest.raises(PublishedInFutureError, match="2026-12-01"):
        codes(record, file(ATTESTED, published="2026-12-01"))


def test_what_was_odd_before_is_not_told_again(record: Record) -> None:
    """A dispute that was there already is no news of a file that has nothing to do with it."""
    assert told(record, file("type: command-attested, by: ITA, on: 2025-01-02")) == []


def test_each_of_five_slips_is_told_with_its_code(record: Record) -> None:
    """A misspelt mission, a misspelt key, an end of nothing, a twin source, an idle event."""
    text = file(
        "type: mission-attested, mission: nato-mission-irak, on: 2022-05-01",
        "type: place-attested, place: bagdad, on: 2022-05-01",
        "type: contribution-withdrawn, contribution: swe-hospital, on: 2022-05-01",
        "type: participation-attested, participant: DNK, on: 2021-06-01",
        id="um-again",
        publisher="Ministry of Foreign Affairs of Denmark",
        title="Denmark hands over command of NATO Mission Iraq to Italy",
        published="2022-05",
    )
    assert told(record, text) == [
        *(("same-document", 2), ("near-twin", 4), ("near-twin", 5), ("never-began", 6)),
        ("no-effect", 7),
    ]


def test_a_long_series_is_not_gone_through_for_each_event() -> None:
    """Beyond so many claims on a period nothing is said of what one more of them changes."""
    days = [f"type: command-attested, by: ITA, on: 2025-01-{n:02}" for n in range(1, 29)]
    more = [f"type: command-attested, by: ITA, on: 2024-{m:02}-01" for m in range(1, 13)]
    many = [
        f"type: command-attested, by: ITA, on: 2023-{m:02}-{d}"
        for m in range(1, 13)
        for d in (10, 20, 25)
    ]
    store = record_in_memory()
    assert len(codes(store, file(*days, *more, published="2025-02"))) == len(more) - 1
    assert len(days) + len(more) + len(many) > MOST_CLAIMS
    assert codes(store, file(*days, *more, *many, published="2025-02")) == []
