"""The commands that ask: what each answers, and with which exit code."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from events.catalogue import CommandTakenOver
from events.dates.days import day_number
from events.encoding.codec import canonical, decode
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred
from ledger.log import Batch
from projections.record import create_record, open_record
from projections.state import state
from projections.view import view
from tests.cli.desk import Desk

Run = Callable[..., Result]


def said(run: Run, *args: str, exit_code: int = 0) -> Any:  # noqa: ANN401 (JSON)
    """Run a command for JSON and return it."""
    result = run(*args, "--format", "json")
    assert result.exit_code == exit_code, result.stderr
    return json.loads(result.stdout)


def shown(run: Run, *args: str, exit_code: int = 0) -> str:
    """Run a command for a table, its white space evened out."""
    result = run(*args, COLUMNS="120")
    assert result.exit_code == exit_code, result.stderr
    return re.sub(r"\s+", " ", result.stdout)


def test_state_json_is_the_state_object(run: Run, asked: Path) -> None:
    """`state --format json` is the library's object, with the clocks as they were asked."""
    store = open_record(asked)
    found = state(view(store, "nato-mission-iraq"), day_number(2021, 6, 15))
    store.close()
    assert said(run, "state", "nmi", "--on", "2021-06-15") == json.loads(
        json.dumps(found.to_json())
    )
    clocked = said(run, "state", "nmi", "--on", "2021", "--known", "2022-05", "--recorded", "9")
    assert (clocked["on"], clocked["known"], clocked["recorded"], clocked["position"]) == (
        *("2021-12-31", "2022-05-31", "9"),
        9,
    )


def test_state_has_a_row_an_entry(run: Run) -> None:
    """CSV and JSON Lines give one row an entry, with its facet."""
    whole = said(run, "state", "nmi", "--on", "2021-06-15")["facets"]
    entries = [(facet, each["key"]) for facet in whole for each in whole[facet]]
    lines = run("state", "nmi", "--on", "2021-06-15", "--format", "jsonl").stdout.splitlines()
    assert [(each["facet"], each["key"]) for each in map(json.loads, lines)] == entries
    text = run("state", "nmi", "--on", "2021-06-15", "--format", "csv").stdout
    assert [(each["facet"], each["key"]) for each in csv.DictReader(io.StringIO(text))] == entries


def test_state_tells_disputes_and_sources_on_the_same_page(run: Run) -> None:
    """Who says what, and who they are, needs no second command."""
    page = shown(run, "state", "nmi", "--on", "2021-06-15")
    assert page.startswith("NATO Mission Iraq (nato-mission-iraq) as of the close of 2021-06-15")
    assert "Denmark certain from 2020-11 / 2020-12, disputed" in page
    assert re.search(r"command Denmark, start: \[\d\] says 2020-11; \[\d\] says 2020-12", page)
    assert "um-2021: Ministry of Foreign Affairs, “Danmark overtog kommandoen – på øst”" in page
    assert "published [2022-06..2022-09] (Jun–Sep 2022), in English" in page
    assert "at most 3 helicopters (“up to three”, in Danish), expected, planned 2021-05" in page
    assert "from 2021-05, planned" in page
    assert "MANDATE" not in page


def test_an_empty_state_is_an_answer(run: Run) -> None:
    """Before anything began the state is empty, which is exit 0."""
    found = said(run, "state", "nmi", "--on", "1999")
    assert not any(found["facets"].values())
    assert "Nothing is in the state" in shown(run, "state", "nmi", "--on", "1999")


def test_state_of_one_facet(run: Run) -> None:
    """`--facet` narrows every format to one facet."""
    facets = said(run, "state", "nmi", "--on", "2021-06-15", "--facet", "command")["facets"]
    assert list(facets) == ["command"]
    assert run("state", "nmi", "--facet", "comand").exit_code == 2


def test_timeline_is_in_order_and_narrows(run: Run) -> None:
    """What happened comes by date; facet, key, span and attestations are chosen."""
    rows = said(run, "timeline", "nmi")
    assert [row["earliest"] for row in rows] == sorted(row["earliest"] for row in rows)
    assert not [row for row in rows if row["role"] == "attestation"]
    assert [row for row in said(run, "timeline", "nmi", "--all") if row["role"] == "attestation"]
    command = said(run, "timeline", "nmi", "--facet", "command", "--key", "DNK")
    assert {(row["facet"], row["key"]) for row in command} == {("command", "DNK")}
    late = said(run, "timeline", "nmi", "--from", "2022")
    assert [(row["key"], row["role"]) for row in late] == [("DNK", "end")]
    (early,) = said(run, "timeline", "nmi", "--to", "2018")
    assert early.pop("to") == "2018-12-31"
    assert early == rows[0]
    assert "2020-11 / 2020-12 command begins Denmark [2, 3] disputed" in shown(
        run, "timeline", "nmi"
    )
    assert "contribution begins, planned" in shown(run, "timeline", "nmi")


def test_plans_say_what_came_of_them(run: Run) -> None:
    """A plan stands beside what was reported, or beside nothing."""
    outcomes = {
        (p["key"], p["role"]): p["outcome"] for p in said(run, "plans", "nmi", "--on", "2022-01")
    }
    assert outcomes["DNK", "start"] == "on-time"
    assert outcomes["dnk-helicopters", "start"] == "unconfirmed"
    page = shown(run, "plans", "nmi", "--on", "2022-01")
    assert "Denmark 2020-36 (Oct–Dec 2020), planned [1] on time command start: DNK" in page


TWICE_PLANNED = """
mission: tmi
source: {{id: {id}, publisher: P, title: {id}, language: en, published: {published}}}
events:
  - {{type: mission-established, name: Test Mission, on: 2018}}
  - {{type: strength-reported, counted: DNK, quantity: {count}, on: 2021-06, basis: {basis}}}
  - {{type: command-taken-over, by: DNK, on: 2021-06, basis: planned}}
"""
CAME_TWICE = """
mission: tmi
source: {id: after, publisher: P, title: after, language: en, published: 2022-01}
events:
  - {type: command-taken-over, by: DNK, on: 2021-07}
  - {type: command-taken-over, by: DNK, on: 2021-06}
"""


@pytest.fixture
def plans_of(desk: Desk) -> Desk:
    """Make a ledger in which three sources plan, a fourth reports, and one mission has no plan."""
    versions = [("one", "2020-01", 100, "planned"), ("two", "2020-02", 100, "planned")]
    for name, published, number, basis in (*versions, ("three", "2020-03", 70, "decided")):
        text = TWICE_PLANNED.format(id=name, published=published, count=number, basis=basis)
        assert desk("add", desk.file(text, f"{name}.yaml")).exit_code == 0
    bare = CAME_TWICE.replace("tmi", "bare").replace("after", "other")
    for text in (CAME_TWICE, bare):
        assert desk("add", desk.file(text)).exit_code == 0
    return desk


def test_equal_versions_of_a_plan_stand_as_one_with_all_their_sources(plans_of: Desk) -> None:
    """A plan that three sources have is said once; what came of it is in order of date."""
    page = shown(plans_of, "plans", "tmi", "--on", "2022-01")
    assert "2021-06, planned [1-3]" in page
    assert "100, 2021-06, planned [1, 2] " in page
    assert "70, 2021-06, decided [3] revised once" in page
    assert "2021-06 / 2021-07" in page


def test_each_version_of_a_plan_has_its_basis_count_and_source(plans_of: Desk) -> None:
    """The data tell which date, basis, count and source go together."""
    found = said(plans_of, "plans", "tmi", "--facet", "strength", "--on", "2022-01")
    (planned,) = [each["planned"] for each in found]
    assert planned["basis"] == ["planned", "planned", "decided"]
    assert [
        (each["edtf"], each["basis"], each["quantity"]["max"], each["source"])
        for each in planned["versions"]
    ] == [
        ("2021-06", "planned", 100, "one"),
        ("2021-06", "planned", 100, "two"),
        ("2021-06", "decided", 70, "three"),
    ]
    starts = said(plans_of, "plans", "tmi", "--facet", "command", "--on", "2022-01")
    assert [each["quantity"] for each in starts[0]["planned"]["versions"]] == [None] * 3
    sheet = plans_of("plans", "tmi", "--due", "30d", "--on", "2021-05-15", "--format", "csv").stdout
    row = next(row for row in csv.DictReader(io.StringIO(sheet)) if row["facet"] == "strength")
    assert row["due_by"] == "2021-06-14"
    assert (row["planned.edtf"], row["planned.basis"], row["planned.said"]) == (
        *("2021-06; 2021-06; 2021-06", "planned; planned; decided"),
        "100; 100; 70",
    )


def test_no_plans_is_told_with_the_missions_title(plans_of: Desk) -> None:
    """Where nothing was planned the answer is no, and says of what; a filter is said to be one."""
    assert shown(plans_of, "plans", "bare", exit_code=1).startswith("No plans in bare ")
    assert shown(plans_of, "plans", "tmi", "--facet", "place", exit_code=1).startswith(
        "No plans fit in Test Mission (tmi) "
    )
    assert shown(plans_of, "plans", "tmi", "--recorded", "0", exit_code=1).startswith(
        "No plans in tmi "
    )


def test_find_looks_in_every_mission(run: Run) -> None:
    """Whatever criteria are given must all fit; nothing found is exit 1."""
    found = said(run, "find", "--who", "dnk", "--what", "HELICOPTERS", "--on", "2021-06-15")
    assert [(each["mission"], each["key"]) for each in found] == [
        ("nato-mission-iraq", "dnk-helicopters")
    ]
    assert "1 found in 1 mission" in shown(run, "find", "--what", "staff", "--on", "2021-06-15")
    assert said(run, "find", "--who", "CAN", "--on", "2025", exit_code=1) == []
    page = shown(run, "find", "--who", "CAN", "--on", "2025", exit_code=1)
    assert "Nothing found" in page
    assert "command Canada: 2018-07-01 to" in page
    assert run("find").exit_code == 2


def test_why_shows_each_claim_and_its_part(run: Run) -> None:
    """Every claim on a key is there: what it says, where, and whether it counts."""
    told = said(run, "why", "nmi", "DNK", "--facet", "command", "--on", "2021-06-15")
    assert [each["standing"] for each in told["answers"]] == ["certain"]
    parts = {(claim["source"], claim["role"]): claim["part"] for claim in told["claims"]}
    assert parts["um-2021", "start"] == "counted"
    assert parts["forsvaret-2020-03", "start"] == "superseded"
    page = shown(run, "why", "nmi", "DNK", "--facet", "command", "--on", "2021-06-15")
    assert "“since November”" in page
    assert f"event {told['claims'][0]['event'][:12]}" in page
    early = said(run, "why", "nmi", "DNK", "--known", "2020-04-01")
    assert early["not_certainly_public"] == ["fmn-2022", "um-2021"]


def test_why_shows_every_answer_of_a_facet(run: Run, tmp_path: Path) -> None:
    """A table has a row for each, as JSON has."""
    place = create_record(tmp_path / "ledger.sqlite")
    with open_record(place, write=True) as store:
        periods = (
            CommandTakenOver(mission="m", by="DNK", on=on, period=number)
            for number, on in ((1, "2019-01-01"), (2, "2021"))
        )
        store.append(Batch(tuple(periods)), by="anna")
    args = ("why", "m", "DNK", "--on", "2021-06-01", "--ledger", str(place))
    assert len(said(run, *args)["answers"]) == 2
    page, _, _ = shown(run, *args).partition("CLAIMS ON")
    assert "from 2019-01-01" in page
    assert "from 2021 " in page


@pytest.mark.parametrize("command", ["why", "history"])
def test_an_unknown_key_is_answered_with_the_nearest(run: Run, command: str) -> None:
    """A key nothing is said of exits 1 and names what was probably meant."""
    result = run(command, "nmi", "dnk-helikopter")
    assert result.exit_code == 1
    assert "did you mean transport helicopters (dnk-helicopters)" in result.stderr


def test_a_key_not_in_the_state_is_explained_all_the_same(run: Run) -> None:
    """A key that has no answer on the day still shows its claims."""
    page = shown(run, "why", "nmi", "dnk-staff", "--on", "2010")
    assert "not in the state on that day" in page
    assert "contribution" in page.lower()


def test_the_log_exports_its_bytes(run: Run, asked: Path) -> None:
    """`log --format jsonl` is the stored entries, byte for byte, a line each, in order."""
    store = open_record(asked)
    raw = b"".join(entry.raw + b"\n" for entry in store.entries())
    store.close()
    assert run("log", "--format", "jsonl").stdout_bytes == raw
    assert [decode(line).position for line in raw.splitlines()] == [
        *range(1, len(raw.splitlines()) + 1)
    ]


def test_the_log_narrows(run: Run) -> None:
    """The log of a mission has the sources it rests on; a source's has what it states."""
    whole = said(run, "log")
    assert said(run, "log", "--mission", "nmi") == whole
    of_source = said(run, "log", "--source", "um-2021")
    assert [each["data"]["type"] for each in of_source] == [
        *("source-recorded", "command-taken-over", "contribution-attested"),
    ]
    assert said(run, "log", "--last", "2") == whole[-2:]
    assert said(run, "log", "--recorded", "3") == whole[:3]
    assert said(run, "log", "--recorded", "3", "--last", "1") == whole[2:3]
    assert run("log", "--source", "nobody").exit_code == 1
    assert run("log", "--mission", "nobody").exit_code == 1
    assert "anna" in shown(run, "log", "--last", "1")


def test_show_takes_an_id_its_beginning_a_position_or_a_source(run: Run) -> None:
    """One entry, however it is named, is the same entry."""
    entry = said(run, "log")[2]
    for name in (entry["id"], entry["id"][:8].upper(), "3"):
        assert said(run, "show", name) == {**entry, "undone": None, "passed_over": False}
    source = said(run, "show", "um-2021")
    assert source["data"]["url"] == "https://um.example/2021"
    assert source["states"] == [
        {**each, "undone": None, "passed_over": False}
        for each in said(run, "log", "--source", "um-2021")[1:]
    ]
    page = shown(run, "show", "3")
    digest = hashlib.sha256(canonical(entry)).hexdigest()
    assert entry["id"] in page
    assert digest in page
    assert "by anna" in page
    assert "counts" in page
    assert "“Denmark [red]takes over[/red] | command *soon*”" in page
    assert run("show", "3", "--format", "jsonl").stdout_bytes == canonical(entry) + b"\n"


@pytest.mark.parametrize("name", ["nothing-such", "0", "99999", "abc"])
def test_show_of_nothing_is_exit_1(run: Run, name: str) -> None:
    """What names no entry says where to find names."""
    result = run("show", name)
    assert result.exit_code == 1
    assert "mission log" in result.stderr


def test_diff_compares_on_any_clock(run: Run) -> None:
    """A range on a clock shows what changed between its ends; no change is exit 0 as well."""
    changed = said(run, "diff", "nmi", "--on", "2019..2021-06-15", "--facet", "command")
    assert {each["key"]: each["change"] for each in changed["differences"]}["CAN"] == "removed"
    known = said(run, "diff", "nmi", "--on", "2021-06-15", "--known", "2020-04-01..2021-12")
    assert (known["before"]["known"], known["after"]["known"]) == ("2020-04-01", "2021-12-31")
    recorded = said(run, "diff", "nmi", "--on", "2021-06-15", "--recorded", "6..")
    assert recorded["before"]["position"] == 6
    standing = {
        each["key"]: (each["before"]["standing"], each["after"]["standing"])
        for each in recorded["differences"]
        if each["facet"] == "command" and each["change"] == "changed"
    }
    assert standing["DNK"] == ("expected", "certain")
    page = shown(run, "diff", "nmi", "--on", "2021-06-15", "--recorded", "6..")
    assert "before: as recorded up to position 6" in page
    assert "DNK" in page
    assert "No difference." in shown(run, "diff", "nmi", "--on", "2021-06-15..2021-06-16")
    assert run("diff", "nmi", "--on", "2021").exit_code == 2


def test_a_sheet_of_differences_tells_both_sides_whole(run: Run) -> None:
    """Each side has all that an entry of the state has: bases, disputes, windows, sources."""
    call = ("diff", "nmi", "--on", "2021-06-15", "--recorded", "6..", "--facet", "command")
    rows = list(csv.DictReader(io.StringIO(run(*call, "--format", "csv").stdout)))
    changed = next(row for row in rows if row["key"] == "DNK")
    assert (changed["before.start.basis"], changed["after.start.basis"]) == ("planned", "reported")
    assert (changed["before.disputed"], changed["after.disputed"]) == ("false", "true")
    assert (changed["before.start.earliest"], changed["after.start.latest"]) == (
        *("2020-10-01", "2020-12-31"),
    )
    assert changed["after.sources"] == "um-2021; fmn-2022"
    assert set(rows[0]) >= {"before.variants", "after.planned_fields", "before.label"}


def test_missions_and_sources_are_listed(run: Run) -> None:
    """What there is: missions with their names, sources with their dates and counts."""
    assert said(run, "missions") == [
        {
            "mission": "nato-mission-iraq",
            "recorded": None,
            "log_position": 12,
            "name": "NATO Mission Iraq",
            "aliases": ["nmi"],
            "events": 9,
        }
    ]
    sources = said(run, "sources", "nmi")
    assert [(each["id"], each["events"]) for each in sources] == [
        *(("forsvaret-2020-03", 5), ("um-2021", 2), ("fmn-2022", 2)),
    ]
    assert sources[1]["url"] == "https://um.example/2021"
    ours = [{**each, "mission": None} for each in sources]
    assert said(run, "sources") == ours
    assert [each["id"] for each in said(run, "sources", "--recorded", "7")] == [
        *("forsvaret-2020-03", "um-2021"),
    ]


@pytest.mark.parametrize(
    "call",
    [
        *(("log",), ("sources",), ("sources", "nmi"), ("missions",)),
        *(("history", "nmi", "DNK"), ("plans", "nmi")),
    ],
    ids=" ".join,
)
def test_what_was_asked_of_the_log_stands_in_every_answer(run: Run, call: tuple[str, ...]) -> None:
    """The position up to which the log was asked is in the heading and in every row."""
    page = shown(run, *call, "--recorded", "8")
    assert "as recorded up to position 8" in page
    rows = list(
        csv.DictReader(io.StringIO(run(*call, "--recorded", "8", "--format", "csv").stdout))
    )
    name = "log_position" if "log_position" in rows[0] else "position"
    assert {(row["recorded"], row[name]) for row in rows} == {("8", "8")}
    assert "as recorded to the end of the log, position 12" in shown(run, *call)


@pytest.fixture
def corrected(asked: Path, tmp_path: Path) -> Path:
    """Copy the small record and settle, correct, retract, and retract a retraction in it."""
    place = create_record(tmp_path / "corrected.sqlite")
    store, old = open_record(place, write=True), open_record(asked)
    entries = list(old.entries())
    old.close()
    store.append(Batch(tuple(entry.content for entry in entries)), by="anna")
    in_2020 = next(e for e in entries if isinstance(e.content, CommandTakenOver))
    in_december = [e for e in entries if isinstance(e.content, CommandTakenOver)][1]
    mission = "nato-mission-iraq"
    claim = CommandTakenOver.model_validate({"mission": mission, "by": "DNK", "on": "2020-11-24"})
    preferred = ReadingPreferred.model_validate(
        {
            **{"mission": mission, "facet": "command", "key": "DNK", "role": "start"},
            **{"claims": [in_2020.id], "reason": "two ministries agree"},
        }
    )
    store.append(Batch((preferred,)), by="bo")
    receipt = store.append(
        Batch(
            (ClaimRetracted(mission=mission, target=in_december.id, reason="a misprint"),),
        ),
        by="bo",
    )
    undo = receipt.appended[0].id
    store.append(
        Batch((ClaimRetracted(mission=mission, target=undo, reason="no misprint"),)),
        by="bo",
    )
    store.append(
        Batch(
            (ClaimCorrected(mission=mission, target=in_2020.id, claim=claim, reason="the day"),),
        ),
        by="bo",
    )
    store.close()
    return place


def test_show_tells_what_was_done_to_an_event(run: Run, corrected: Path) -> None:
    """An event shows its corrections, retractions and preferences, and whether they hold."""
    place = ("--ledger", str(corrected))
    ids = [each["id"] for each in said(run, "log", *place)]
    claims = [each for each in said(run, "log", *place) if each["data"].get("by") == "DNK"]
    first = shown(run, "show", claims[0]["id"], *place)
    assert "no longer counts: corrected" in first
    assert "preferred by" in first
    second = shown(run, "show", claims[1]["id"], *place)
    assert "status counts" in second
    assert "retracted by" in second
    assert "(itself undone since)" in second
    assert len(ids) == len(set(ids))


def test_what_was_undone_is_marked_in_every_format(run: Run, corrected: Path) -> None:
    """A source's list, and an event alone, tell in data too what no longer counts, and how."""
    place = ("--ledger", str(corrected))
    log = said(run, "log", *place)
    first, second = (e["id"] for e in log if e["data"]["type"] == "command-taken-over")
    assert run("retract", second, "--reason", "x", "--by", "bo", *place).exit_code == 0
    for event, undone in ((first, "corrected"), (second, "retracted")):
        assert said(run, "show", event, *place)["undone"] == undone
        (row,) = csv.DictReader(io.StringIO(run("show", event, *place, "--format", "csv").stdout))
        assert row["undone"] == undone
    states = said(run, "show", "um-2021", *place)["states"]
    assert {each["id"]: each["undone"] for each in states}[first] == "corrected"
    sheet = run("show", "um-2021", *place, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert [row["undone"] for row in rows] == ["", "corrected", ""]


def test_a_corrected_correction_brings_nothing_back(busy: Desk) -> None:
    """What was corrected stays so where the correction is itself corrected."""
    first = next(each["id"] for each in said(busy, "log") if each["data"].get("by") == "DNK")
    for target, on in ((first, "2020-11-24"), (None, "2020-11-25")):
        event = target or said(busy, "log")[-1]["id"]
        assert busy("correct", event, "--set", f"on={on}", "--reason", "x").exit_code == 0
    assert "no longer counts: corrected" in shown(busy, "show", first)


def test_what_a_preference_passed_over_is_marked(busy: Desk) -> None:
    """An event that another was preferred to is not shown as if an answer went by it."""
    claims = [each["id"] for each in said(busy, "log") if each["data"].get("by") == "DNK"]
    assert busy("prefer", claims[0], "--reason", "the minutes say so").exit_code == 0
    assert "passed over by a preference" in shown(busy, "show", "other")
    assert "passed over" not in shown(busy, "show", "news")
    assert "status passed over by a preference" in shown(busy, "show", claims[1])
    assert "status counts" in shown(busy, "show", claims[0])
    assert said(busy, "show", claims[1])["passed_over"] is True


def test_a_count_that_a_preference_passed_over_is_marked(busy: Desk) -> None:
    """Neither `show` nor `why` says of it that an answer goes by it."""
    for source, many in (("one", 450), ("two", 500)):
        text = (
            f"mission: nmi-test\nsource: {{id: {source}, publisher: P, title: {source},"
            " language: en, published: 2022-01}\nevents:\n"
            f"  - {{type: strength-reported, counted: DNK, quantity: {many}, on: 2021-06-01}}\n"
        )
        assert busy("add", busy.file(text)).exit_code == 0
    counts = [e["id"] for e in said(busy, "log") if e["data"]["type"] == "strength-reported"]
    assert busy("prefer", counts[-2], "--reason", "the minutes say so").exit_code == 0
    assert "status passed over" in shown(busy, "show", counts[-1])
    asked = ("why", "nmi-test", "DNK", "--facet", "strength", "--on", "2021-07")
    parts = {each["event"]: each["part"] for each in said(busy, *asked)["claims"]}
    assert (parts[counts[-2]], parts[counts[-1]]) == ("counted", "passed-over")


def test_history_tells_who_did_what_when(run: Run, corrected: Path) -> None:
    """A key's history has each claim and each event about one, by position, with its recorder."""
    told = said(run, "history", "nmi", "DNK", "--facet", "command", "--ledger", str(corrected))
    assert [(each["did"], each["recorded_by"]) for each in told] == [
        *([("claimed", "anna")] * 4),
        ("preferred", "bo"),
        ("retracted", "bo"),
        ("retracted", "bo"),
        ("corrected", "bo"),
    ]
    page = shown(run, "history", "nmi", "DNK", "--facet", "command", "--ledger", str(corrected))
    assert "the day" in page


def test_a_settled_dispute_says_so(run: Run, corrected: Path) -> None:
    """Below an answer that a preference settled stand the reason and what was passed over."""
    place = ("--ledger", str(corrected), "--recorded", "13")
    page = shown(run, "state", "nmi", "--on", "2021-06-15", *place)
    assert "SETTLED BY PREFERENCE" in page
    assert "two ministries agree" in page
    why = shown(run, "why", "nmi", "DNK", "--on", "2021-06-15", *place)
    assert "passed over by a preference" in why
    assert "because: two ministries agree" in why


def test_a_shortened_id_that_fits_several_lists_them(run: Run, tmp_path: Path) -> None:
    """Where a shortened id could be several events they are named, and the exit code is 1."""
    place = create_record(tmp_path / "many.sqlite")
    store = open_record(place, write=True)
    claims = tuple(
        CommandTakenOver.model_validate(
            {"mission": "m", "by": "DNK", "on": "2020", "note": f"number {n}"}
        )
        for n in range(600)
    )
    store.append(Batch(claims), by="anna")
    ids = sorted(entry.id for entry in store.entries())
    store.close()
    shared = [one[:4] for one, two in pairwise(ids) if one[:4] == two[:4]]
    letters = [prefix for prefix in shared if not prefix.isdigit()]
    assert letters
    result = run("show", letters[0], "--ledger", str(place))
    assert result.exit_code == 1
    assert result.stderr.count("command-taken-over: by Denmark (DNK)") >= 2
