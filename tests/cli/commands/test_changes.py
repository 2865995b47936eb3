"""`mission changes`: what was recorded since its reader last looked, and what that changed."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import feedparser
import pytest

from cli.account.account import MOST_COMPARED
from cli.account.last_told import LastTold, ToldPosition
from tests.cli.desk import Desk, id_at
from tests.ready import shipped_ledger

ROOT = Path(__file__).parents[3]

HOSTILE = """mission: nmi-test
source: {id: hostile, publisher: "=cmd()", title: "<script>\\u202eevil</script>", language: en, published: 2022-02}
events:
  - {type: place-opened, place: camp, name: "a\\u2066]]>&amp; | b", on: 2021-01}
"""  # noqa: E501


@pytest.fixture
def amended(busy: Desk) -> Desk:
    """A ledger of two announcements, and a retraction, a preference and a withdrawal after them."""
    last = id_at(busy, 5)
    assert busy("prefer", last, "--reason", "the minutes say so").exit_code == 0
    assert busy("retract", id_at(busy, 2), "--reason", "it was another").exit_code == 0
    assert busy("retract", "news", "--reason", "a forgery").exit_code == 0
    return busy


def table(desk: Desk, *args: str) -> str:
    """Return a table as one line of words."""
    told = desk("changes", *args, COLUMNS="80")
    assert told.exit_code == 0, told.output
    assert max(map(len, told.stdout.splitlines())) <= 80
    return " ".join(told.stdout.split())


def test_every_kind_of_change_is_told_in_words(amended: Desk) -> None:
    """Claims, preferences, retractions and withdrawals, each with its reason and its effect."""
    told = table(amended, "--since", "0", "--on", "2022-06-01")
    for words in (
        "What changed: 8 entries in 5 announcements since the beginning",
        "answers as of the close of 2022-06-01, from all sources",
        "source A ministry, “Helicopters leave”, published 2021-05-10 (news)",
        "answer contribution dnk-helicopters: new in the state: still assumed, from 2021-05-01",
        "answer command Denmark: now disputed; start reported: 2020-11 / 2020-12, disputed"
        " (was reported: 2020-11)",
        f"6 prefers {id_at(amended, 5)[:12]} for the start of command DNK: the minutes say so"
        " preferred, position 5: command-taken-over: by Denmark (DNK), on 2020-12",
        "no longer disputed; start reported: 2020-12 (was reported: 2020-11 / 2020-12, disputed)",
        f"7 retracts {id_at(amended, 2)[:12]}: it was another retracted, position 2:",
        "contribution dnk-helicopters: no longer in the state, where it was still assumed: no"
        " claim on it counts any more",
        "8 withdraws source news: a forgery 2 events rest on it",
    ):
        assert words in told, words


def test_an_end_and_a_count_are_told_as_they_were_and_are(desk: Desk) -> None:
    """A reported end says when; a count what it was before."""
    first = """mission: nmi-test
source: {id: one, publisher: P, title: One, language: en, published: 2021-02}
events:
  - {type: command-taken-over, by: DNK, on: 2020-11}
  - {type: strength-reported, counted: nmi-test, on: 2021-01, quantity: {min: 500, max: 500}}
"""
    second = """mission: nmi-test
source: {id: two, publisher: P, title: Two, language: en, published: 2022-08}
events:
  - {type: command-relinquished, by: DNK, on: 2022-05}
  - type: strength-reported
    counted: nmi-test
    on: 2022-06
    quantity: {min: 450, max: 450, approximate: true}
"""
    desk("add", desk.file(first), desk.file(second, "second.yaml"))
    told = table(desk, "--since", "3")
    assert (
        "command Denmark: no longer in the state, where it was still assumed: ended 2022-05" in told
    )
    assert "strength nmi-test: 500, as of 2021-01 → about 450, as of 2022-06" in told
    told = table(desk, "--since", "3", "--on", "2021-02-15")
    assert "command Denmark: no longer certain" not in told
    assert "end reported: 2022-05" in told


def test_why_something_is_gone_is_no_surer_than_the_sources(desk: Desk) -> None:
    """A planned end is no reason: who took over is, as reported; or that the mission ended."""
    shipped_ledger(desk.place)
    told = table(desk, "--since", "0", "--on", "2024-01-15")
    assert (
        "command Canada: no longer in the state, where it was presumed-ended: another took over"
        " Dec 2020" in told
    )
    assert "planned to end" not in told
    ended = """mission: nato-mission-iraq
source: {id: end, publisher: P, title: The end, language: en, published: 2024-03}
events:
  - {type: mission-ended, on: 2024-01-05}
"""
    assert desk("add", desk.file(ended)).exit_code == 0
    told = table(desk, "--since", "164", "--on", "2024-01-15")
    assert (
        "place Baghdad: no longer in the state, where it was still assumed: the mission ended"
        " 2024-01-05" in told
    )


def test_a_point_in_time_is_given_in_many_ways(amended: Desk) -> None:
    """A position, a moment, a day and a checkpoint: each excludes what it covers."""
    assert amended("key", "new", "example.org/x").exit_code == 0
    january = str(amended.folder / "january")
    assert amended("checkpoint", "--size", "5", "--out", january).exit_code == 0
    public = amended.file(amended("key", "show").stdout, "public.key")
    entries = [
        e for a in amended.json("changes", "--since", "5")["announcements"] for e in a["entries"]
    ]
    assert [each["position"] for each in entries] == [6, 7, 8]
    of_checkpoint = amended.json("changes", "--since", january, "--key", public)
    assert of_checkpoint["since"]["checkpoint"]["signature"] == "checked"
    assert of_checkpoint["since"]["position"] == 5
    moment = json.loads(amended("log", "--format", "json").stdout)[4]["time"]
    assert amended.json("changes", "--since", moment)["since"]["position"] == 5
    assert amended.json("changes", "--since", "yesterday")["since"]["position"] == 0
    today = amended("changes", "--since", "today")
    assert (today.exit_code, today.stdout) == (1, "")
    assert "a day means its close" in today.stderr
    until = amended.json("changes", "--since", "5", "--recorded", "6")
    assert [each["last"] for each in until["announcements"]] == [6]
    unchecked = table(amended, "--since", january)
    assert "the log begins with its 5 entries, all compared; who signed it was not" in unchecked


def test_a_log_that_does_not_begin_as_the_checkpoint_is_no_answer(busy: Desk) -> None:
    """Another log, or one that is shorter, is an error with exit code 1, and nothing is told."""
    other = Desk(busy.folder / "other")
    other.folder.mkdir()
    shipped_ledger(other.place)
    assert busy("key", "new", "example.org/x").exit_code == 0
    january = str(busy.folder / "january")
    for size in ("3", "100"):
        made = busy("checkpoint", "--size", size, "--out", january, MISSION_LEDGER=str(other.place))
        assert made.exit_code == 0, made.output
        told = busy("changes", "--since", january)
        assert (told.exit_code, told.stdout) == (1, "")
        assert "january" in told.stderr
        Path(january).unlink()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ((), "since when?"),
        (("--since", "1", "--since-last"), "only one of"),
        (("--since", "6"), "the log ends at position 5"),
        (("--since", "4", "--recorded", "3"), "--recorded ends the log at position 3"),
        (("--since", "2021-13"), "there is no month 13"),
        (("--since", "january"), "not a position, a date or the file of a checkpoint"),
        (("--since", "news.yaml"), "news.yaml: not a signed note"),
        (("--since", "1", "--key", "x+y+z"), "base64"),
        (("--since-last", "--recorded", "3"), "cannot be combined"),
        (("--since", "1", "--base-url", "https://example.org"), "requires --format atom"),
        (("--since", "1", "--format", "atom", "--base-url", "javascript:x"), "not an address"),
        (("--since", "1", "--format", "atom", "--base-url", "https://a b"), "not an address"),
        (("--since", "1", "--format", "atom", "--base-url", "https://u:p@h/"), "not an address"),
    ],
)
def test_a_wrong_call_says_what_to_write(
    busy: Desk, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], says: str
) -> None:
    """One clear error, exit code 2, and no answer."""
    monkeypatch.chdir(busy.folder)
    told = busy("changes", *args)
    assert (told.exit_code, told.stdout) == (2, "")
    assert says in told.stderr


def test_nothing_new_is_exit_code_1_in_every_format(busy: Desk) -> None:
    """Data is empty and valid, a page is not printed, and a line says since when there is none."""
    for form, printed in (("table", ""), ("markdown", ""), ("jsonl", "")):
        told = busy("changes", "--since", "5", "--format", form)
        assert (told.exit_code, told.stdout) == (1, printed)
        assert told.stderr == "nothing was recorded since position 5\n"
    told = busy("changes", "--since", "5", "--format", "json")
    assert json.loads(told.stdout)["announcements"] == []
    told = busy("changes", "--since", "5", "--format", "atom")
    read = feedparser.parse(told.stdout.encode())
    assert (told.exit_code, read.bozo, read.entries) == (1, False, [])
    assert read.feed.updated


def remembered(desk: Desk) -> list[Any]:
    """Return what is remembered of calls with --since-last."""
    return [json.loads(each.read_text()) for each in (desk.folder / "state").rglob("told/*.json")]


def test_the_last_call_is_remembered(busy: Desk) -> None:
    """The first tells all, the next what is new since; each choice of missions for itself."""
    first = busy("changes", "--since-last")
    assert "nothing of this ledger was told before: telling all of it, 5 entries" in first.stderr
    assert "What changed: 5 entries" in first.stdout
    assert busy("changes", "--since-last").exit_code == 1
    assert busy("retract", "news", "--reason", "a forgery").exit_code == 0
    assert busy("changes", "--since", "1").exit_code == 0
    (again,) = busy.json("changes", "--since-last")["announcements"]
    assert [again["first"], again["last"]] == [6, 6]
    assert busy("changes", "--since-last").exit_code == 1
    of_mission = busy("changes", "nmi-test", "--since-last")
    assert "What changed: 6 entries" in of_mission.stdout
    assert sorted(each["position"] for each in remembered(busy)) == [6, 6]


def test_what_could_not_be_told_is_told_again(busy: Desk) -> None:
    """Where the answer cannot be printed in full, nothing is remembered."""
    environment = {
        **os.environ,
        "MISSION_LEDGER": str(busy.place),
        "XDG_STATE_HOME": str(busy.folder / "state"),
        "PYTHONUNBUFFERED": "",
    }
    with Path("/dev/full").open("wb") as full:
        call = [sys.executable, "-m", "cli.main", "changes", "--since-last"]
        done = subprocess.run(
            call, cwd=ROOT, env=environment, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert b"No space left" in done.stderr
    assert remembered(busy) == []


def test_a_state_folder_that_cannot_be_written_is_said(busy: Desk) -> None:
    """The answer is given all the same."""
    (busy.folder / "state").write_text("a file where the folder would be")
    told = busy("changes", "--since-last", COLUMNS="")
    assert told.exit_code == 0
    assert "What changed: 5 entries" in told.stdout
    assert "cannot be written" in told.stderr
    assert "the next --since-last tells the same again" in told.stderr


def test_another_log_at_the_same_place_is_not_confused(busy: Desk) -> None:
    """One that begins otherwise was never told; one shorter, or other from then on, is an error."""
    older = busy.folder / "older.sqlite"
    assert busy("backup", str(older)).exit_code == 0
    assert busy("retract", "news", "--reason", "a forgery").exit_code == 0
    assert busy("changes", "--since-last").exit_code == 0

    def replace(place: Path) -> None:
        for each in busy.folder.glob("ledger.sqlite*"):
            each.unlink()
        shutil.copyfile(place, busy.place)

    replace(older)
    told = busy("changes", "--since-last")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "changes were told up to position 6" in told.stderr
    assert "ends at position 5" in told.stderr
    assert busy("retract", "other", "--reason", "a forgery").exit_code == 0
    told = busy("changes", "--since-last")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "up to position 6 are not those that were told" in told.stderr
    (file,) = (busy.folder / "state").rglob("told/*.json")
    assert str(file) in told.stderr
    file.write_text("[" * 100_000)
    told = busy("changes", "--since-last")
    assert "cannot be read; it is taken as if it were not there" in told.stderr
    assert "What changed: 6 entries" in told.stdout
    replace(shipped_ledger(busy.folder / "shipped.sqlite"))
    assert "telling all of it, 164 entries" in busy("changes", "--since-last").stderr


def test_a_position_is_never_moved_back(tmp_path: Path) -> None:
    """Of two calls at a time, the one that told less does not undo what the other remembers."""
    told = LastTold(tmp_path / "state" / "told" / "x.json", "ledger", ())
    for position in (5, 7, 6):
        told.write(ToldPosition(position, "root"))
    assert json.loads(told.path.read_text())["position"] == 7
    assert [each.name for each in told.path.parent.iterdir()] == ["x.json"]


def test_the_shipped_record_has_no_last_time(tmp_path: Path) -> None:
    """Without a ledger --since-last is refused; a position of the shipped record is answered."""
    nobody = Desk(tmp_path)
    home = {"MISSION_LEDGER": "", "XDG_DATA_HOME": str(tmp_path / "data")}
    told = nobody("changes", "--since-last", **home)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "there is no ledger" in told.stderr
    assert nobody("changes", "--since", "160", **home).exit_code == 0


def test_the_feed_is_the_same_whenever_it_is_read(amended: Desk) -> None:
    """Ids do not depend on since when; links are there where an address is given."""

    def read(*args: str) -> Any:  # noqa: ANN401 (feedparser's own)
        told = amended("changes", *args, "--format", "atom")
        assert told.exit_code == 0, told.output
        found = feedparser.parse(told.stdout.encode())
        assert not found.bozo
        return found

    whole, part = read("--since", "0"), read("--since", "1")
    assert [each.id for each in whole.entries] == [each.id for each in part.entries]
    assert len({each.id for each in whole.entries}) == 5
    assert (whole.feed.id, whole.feed.updated) == (part.feed.id, part.feed.updated)
    assert whole.entries[0].updated == whole.feed.updated
    assert "withdraws source news: a forgery" in whole.entries[0].title
    assert whole.entries[-1].title == "Helicopters leave"
    assert not whole.feed.get("links")
    assert not any(each.get("links") for each in whole.entries)
    linked = read("--since", "4", "--base-url", "https://example.org/changes")
    assert linked.entries[0].link == "https://example.org/changes#8"
    assert read("nmi-test", "--since", "0").feed.id != whole.feed.id


def test_hostile_text_is_alive_nowhere(busy: Desk) -> None:
    """Invisible characters are escapes, markup is text, and no cell is a formula."""
    assert busy("add", busy.file(HOSTILE)).exit_code == 0
    for form in ("table", "markdown", "json", "jsonl", "atom"):
        printed = busy("changes", "--since", "5", "--format", form).stdout
        assert "\u202e" not in printed, form
        assert "\u2066" not in printed, form
    root = ET.fromstring(busy("changes", "--since", "5", "--format", "atom").stdout)
    assert not [each for each in root.iter() if each.tag.endswith("script")]
    rows = list(
        csv.DictReader(io.StringIO(busy("changes", "--since", "5", "--format", "csv").stdout))
    )
    assert {each["row"] for each in rows} == {"entry", "answer"}
    assert {each["source.publisher"] for each in rows} == {"'=cmd()"}


def test_answers_of_earlier_announcements_are_told_to_be_left_out(desk: Desk) -> None:
    """Of very many announcements, answers are compared for the last ones, and the page says so."""
    one = "{type: place-attested, place: camp, on: 2020-01-01}"
    files = [
        desk.file(
            f"mission: nmi-test\nsource: {{id: s{n}, publisher: P, title: T{n}, language: en,"
            f" published: 2020-02}}\nevents:\n  - {one}\n",
            f"{n}.yaml",
        )
        for n in range(MOST_COMPARED + 2)
    ]
    assert desk("add", *files, "--on", "2021").exit_code == 0
    told = desk.json("changes", "--since", "0")["announcements"]
    assert [each["changes"] is None for each in told] == [True] * 2 + [False] * MOST_COMPARED
    assert f"the last {MOST_COMPARED} announcements; --recorded 4 tells" in table(
        desk, "--since", "0"
    )
