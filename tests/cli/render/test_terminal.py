"""Whole commands on a real terminal: what a person sees, at any width, with any pager."""

import re
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import Result
from rich.cells import cell_len

from cli.main import COMMANDS
from cli.render.pager import shows_styles
from ledger.shipped.records import load
from projections.record import create_record
from tests.cli.screen import Shown, screen

Run = Callable[..., Result]

READING = (
    "state nmi --on 2021-06-15",
    "timeline nmi",
    "plans nmi",
    "find --who DNK --on 2021-06-15",
    "why nmi DNK --on 2021-06-15",
    "log",
    "show 17",
    "show fmn-nmi-2023",
    "history nmi DNK",
    "diff nmi --on 2020-01..2021-06",
    "missions",
    "sources nmi",
    "types",
    "types contribution-deployed",
    "date medio 2022",
    "check",
    "verify",
    "doctor",
)
"""Every command that asks and changes nothing, as it is put to the shipped record."""

HELP = (*COMMANDS, "export cloudevents", "export tlog", "key new", "key show", "")

SPELT_OUT = ("ESC", "^[", "\x1b", "\\x1b", "\\u001b", "␛", "[1m", "[0m", "[1;31m", "[m", "[K")
"""How an escape sequence looks on a terminal that does not understand it."""

needs_less = pytest.mark.skipif(not shutil.which("less"), reason="needs less")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a ledger of the shipped record."""
    place = create_record(
        tmp_path_factory.mktemp("shipped") / "nmi.sqlite", lambda at: load(at, "nmi")
    )
    return Path(place)


def on_screen(ledger: Path, call: str, *, columns: int = 80, **settings: object) -> Shown:
    """Put a command to the shipped record, on a terminal."""
    env = {"MISSION_LEDGER": str(ledger), **settings.pop("env", {})}  # type: ignore[dict-item]
    return screen(call.split(), columns=columns, env=env, **settings)  # type: ignore[arg-type]


def check_plain(shown: Shown, columns: int) -> None:
    """Make sure that a screen shows no escape sequence, and that no line was too wide for it."""
    for line in [*shown.lines, *shown.first, *shown.printed]:
        assert not [each for each in SPELT_OUT if each in line], line
    for line in shown.printed:
        assert cell_len(line) <= columns or " " not in line.strip(), line


def check_looks(shown: Shown) -> None:
    """Make sure of looks that show on dark and on light ground: bold and red, no background."""
    assert {*re.findall(rb"\x1b\[[^m]*m", shown.raw)} <= {b"\x1b[1m", b"\x1b[1;31m", b"\x1b[0m"}
    for cell in shown.cells:
        assert (cell.fg in ("default", "red"), cell.bg) == (True, "default"), cell


@pytest.mark.parametrize("call", READING)
@pytest.mark.parametrize("columns", [60, 80, 200])
def test_an_answer_fits_the_terminal(ledger: Path, call: str, columns: int) -> None:
    """At any width each answer is shown in words, in bold and red, with no line too wide."""
    shown = on_screen(ledger, call, columns=columns, env={"PAGER": "cat"})
    assert shown.code in (0, 1)
    assert len(" ".join(shown.printed).split()) > 5
    check_plain(shown, columns)
    check_looks(shown)


@pytest.mark.parametrize("call", READING)
def test_a_dumb_terminal_gets_no_escape_sequence(ledger: Path, call: str) -> None:
    """Where TERM is `dumb` nothing but text is printed, and nothing is paged."""
    shown = on_screen(ledger, call, env={"TERM": "dumb"})
    assert b"\x1b" not in shown.raw
    check_plain(shown, 80)


@needs_less
@pytest.mark.parametrize(
    ("call", "columns"),
    [
        *((call, 80) for call in READING),
        *((call, columns) for call in (READING[0], "log", "types") for columns in (60, 200)),
    ],
)
def test_the_first_screen_of_an_answer_is_readable(ledger: Path, call: str, columns: int) -> None:
    """With 24 lines, and neither PAGER nor LESS set, the pager shows bold text and no escapes."""
    shown = on_screen(ledger, call, columns=columns, keys=["q"])
    assert shown.code in (0, 1)
    assert any(line.strip() for line in shown.first[:3])
    check_plain(shown, columns)
    if shown.first[-1].strip() == ":":
        assert b"\x1b[1m" in shown.raw


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("name", HELP)
def test_help_fits_the_terminal(name: str, columns: int) -> None:
    """The help of every command fits 60 columns and 80."""
    shown = screen([*name.split(), "--help"], columns=columns, rows=120)
    assert shown.code == 0
    assert shown.printed[0].startswith(f"Usage: mission {name}".strip())
    assert max(map(cell_len, shown.printed)) <= columns


@needs_less
def test_help_that_is_long_is_paged() -> None:
    """`mission help` and `mission` alone begin at the top, in the pager; `--help` is printed."""
    for args in (["help"], []):
        shown = screen(args, keys=["q"])
        assert (shown.code, shown.first[0].strip()) == (
            0,
            "Usage: mission [OPTIONS] COMMAND [ARGS]...",
        )
        assert shown.first[-1].strip() == ":"
    assert "Usage" not in "".join(screen(["--help"]).lines)


# Pagers ------------------------------------------------------------------------------------------

STATE = "state nmi --on 2021-06-15"


@needs_less
@pytest.mark.parametrize(
    ("env", "bold"),
    [
        ({}, True),
        ({"PAGER": "less"}, True),
        ({"PAGER": "less -S"}, True),
        ({"PAGER": "LESS= less -R"}, True),
        ({"LESS": "-R -S"}, True),
        ({"LESS": "--RAW-CONTROL-CHARS"}, True),
        ({"LESS": "-F", "PAGER": "less -R"}, True),
        ({"LESS": "-S"}, False),
        ({"LESS": "-P:$-S"}, False),
        ({"LESS": ""}, True),
        ({"PAGER": "LESS=-S less"}, False),
        ({"NO_COLOR": "1"}, False),
    ],
)
def test_less_shows_bold_or_plain_text(ledger: Path, env: dict[str, str], bold: bool) -> None:
    """However `less` is set up it never shows the escapes themselves."""
    shown = on_screen(ledger, STATE, env=env, keys=["q"])
    assert "NATO Mission Iraq (nato-mission-iraq)" in shown.first[0]
    assert any(line.strip() == "MISSION" for line in shown.first)
    check_plain(shown, 80)
    assert (b"\x1b[1m" in shown.raw.partition(b"as of the close")[0]) is bold


@pytest.mark.parametrize(
    "pager",
    [
        pytest.param("more", marks=pytest.mark.skipif(not shutil.which("more"), reason="no more")),
        "sed -n 1,20p",
        "head -5",
        "cat | cat",
    ],
)
def test_another_pager_gets_plain_text(ledger: Path, pager: str) -> None:
    """PAGER is a command for the shell; one that may not know styles gets none."""
    shown = on_screen(ledger, STATE, env={"PAGER": pager}, keys=["q"])
    assert shown.code == 0
    assert b"\x1b[1m" not in shown.raw
    assert "NATO Mission Iraq (nato-mission-iraq)" in shown.printed
    check_plain(shown, 80)


@pytest.mark.skipif(not shutil.which("more"), reason="no more")
def test_more_is_used_where_there_is_no_less(ledger: Path, tmp_path: Path) -> None:
    """A machine without `less` pages with `more`, and shows plain text."""
    (tmp_path / "more").symlink_to(str(shutil.which("more")))
    shown = on_screen(ledger, STATE, env={"PATH": str(tmp_path)}, keys=["q"])
    assert shown.code == 0
    assert shown.first[-1].startswith("--More--")
    assert b"\x1b[1m" not in shown.raw


@pytest.mark.parametrize("env", [{"PAGER": "cat"}, {"PAGER": " "}, {"PATH": "/nowhere"}])
def test_where_there_is_no_pager_the_answer_is_printed(ledger: Path, env: dict[str, str]) -> None:
    """`cat` is no pager, an empty PAGER wants none, and a machine may have none."""
    shown = on_screen(ledger, STATE, env=env)
    assert shown.code == 0
    assert b"\x1b[1mNATO\x1b[0m" in shown.raw
    assert any("fmn-nmi-2023: Ministry of Defence" in line for line in shown.printed)
    check_plain(shown, 80)


def test_a_pager_that_is_not_there_is_told(ledger: Path) -> None:
    """Where PAGER cannot be run the shell says so, and the answer is printed."""
    shown = on_screen(ledger, STATE, env={"PAGER": "no-such-pager -R"})
    assert shown.code == 0
    assert "no-such-pager" in shown.printed[0]
    assert any("fmn-nmi-2023: Ministry of Defence" in line for line in shown.printed)
    check_plain(shown, 80)


@pytest.mark.parametrize("pager", ["less '", "kill -9 $$", "sh -c 'kill -9 $$'; exit $?"])
def test_a_pager_that_fails_loses_no_answer(ledger: Path, pager: str) -> None:
    """Where the shell cannot parse PAGER, or something kills it, the answer is printed."""
    shown = on_screen(ledger, STATE, env={"PAGER": pager})
    assert shown.code == 0
    assert any("fmn-nmi-2023: Ministry of Defence" in line for line in shown.printed)


@pytest.mark.parametrize("pager", ["exit 2", "exit 1", "kill -2 $$", "exit 130"])
def test_an_answer_that_was_read_is_not_printed_again(ledger: Path, pager: str) -> None:
    """A pager that returns an error, or was interrupted, may have been quit by the reader."""
    shown = on_screen(ledger, STATE, env={"PAGER": f"cat >/dev/null; {pager}"})
    assert shown.code == 0
    assert not any("fmn-nmi-2023: Ministry of Defence" in line for line in shown.printed)


@needs_less
@pytest.mark.parametrize("keys", [["q"], ["\x03", "q"], ["\x03", " ", "\x03", "q"]])
def test_the_keys_are_the_pagers(ledger: Path, keys: list[str]) -> None:
    """Quitting early and Ctrl-C in the pager are no error, and leave nothing behind."""
    shown = on_screen(ledger, "log", keys=keys)
    assert shown.code == 0
    assert "interrupted" not in " ".join(shown.printed)


def test_data_is_never_paged_and_never_styled(ledger: Path) -> None:
    """Data on a terminal is the same as in a file."""
    for form in ("json", "jsonl", "csv", "markdown"):
        call = f"find --who DNK --format {form} --color always"
        shown = on_screen(ledger, call, env={"PAGER": "sed s/^/paged:/", "FORCE_COLOR": "1"})
        assert b"\x1b" not in shown.raw
        assert b"paged:" not in shown.raw


@pytest.mark.parametrize(
    ("command", "less", "shown"),
    [
        ("less", "FRX", True),
        ("less", "-i -M -R", True),
        ("/usr/bin/less -r", "", True),
        ("less --RAW-CONTROL-CHARS", "", True),
        ("less", "", False),
        ("less", "--prompt=R", False),
        ("less +R NEWER", "-S", False),
        ("less 'unbalanced", "FRX", False),
        ("more", "FRX", False),
        ("lessish", "FRX", False),
    ],
)
def test_what_less_does_with_styles_is_read_off_its_options(
    command: str, less: str, shown: bool
) -> None:
    """Only `less` with -R or -r, in LESS or on its command line, is given styles."""
    assert shows_styles(command, less) is shown


# Colour ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "env", "styled"),
    [
        ("", {}, False),
        ("--color auto", {}, False),
        ("--color always", {}, True),
        ("--color always", {"NO_COLOR": "1", "TERM": "dumb"}, True),
        ("--color never", {"FORCE_COLOR": "1"}, False),
        ("", {"FORCE_COLOR": "1"}, True),
        ("--color auto", {"FORCE_COLOR": "1"}, True),
        ("", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ("", {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ("", {"FORCE_COLOR": ""}, False),
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_who_decides_on_colour(
    run: Run, args: str, env: dict[str, str], styled: bool, before: bool
) -> None:
    """The option decides, then NO_COLOR, then FORCE_COLOR; a file and a pipe get none."""
    asked, given = ("state", "nmi", "--on", "2021-06-15"), tuple(args.split())
    result = run(*(given + asked if before else asked + given), **env)
    assert result.exit_code == 0
    assert ("\x1b[1mDenmark\x1b[0m" in result.stdout) is styled
    assert ("\x1b" in result.stdout) is styled


@pytest.mark.parametrize(
    ("args", "env", "styled"),
    [
        ("", {}, True),
        ("--color never", {}, False),
        ("--color auto", {"NO_COLOR": "1"}, False),
        ("", {"TERM": "dumb"}, False),
        ("", {"TERM": ""}, False),
        ("", {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ("--color always", {"TERM": "dumb"}, True),
    ],
)
def test_a_terminal_gets_colour_unless_told_otherwise(
    ledger: Path, args: str, env: dict[str, str], styled: bool
) -> None:
    """Where nothing is said a terminal gets bold and red, and a dumb one plain text."""
    shown = on_screen(ledger, f"{STATE} {args}", rows=200, env=env)
    assert (b"\x1b[1;31mdisputed\x1b[0m" in shown.raw) is styled
    assert (b"\x1b" in shown.raw) is styled


# Standard error ----------------------------------------------------------------------------------

LONG_LINE = (
    f"mission: nmi\nsource: {{id: x, publisher: {'P' * 150}, published: 2021-13}}\nevents: []\n"
)


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
@pytest.mark.parametrize(
    "call",
    [
        "state nmi --recorded 900",
        "state nmj",
        "state nmi --fromat json",
        "show 0",
        "find",
        "--on 2021 state nmi",
    ],
)
def test_messages_are_broken_between_words(ledger: Path, call: str, columns: int) -> None:
    """What goes to standard error fits the terminal, and reads the same as away from one."""
    shown = on_screen(ledger, call, columns=columns)
    assert shown.code in (1, 2)
    assert shown.printed[0].startswith("error: ")
    assert max(map(len, shown.printed)) <= columns
    wide = on_screen(ledger, call, columns=1000)
    assert " ".join(" ".join(shown.printed).split()) == " ".join(" ".join(wide.printed).split())


def test_a_path_in_a_message_stays_whole(tmp_path: Path) -> None:
    """What is longer than a line is not broken, so that it can be copied."""
    place = tmp_path / ("a" * 70) / "ledger.sqlite"
    shown = screen(["state", "nmi", "--ledger", str(place)], columns=60)
    assert any(line.strip().startswith(str(place)) for line in shown.printed)


def test_the_note_on_the_shipped_record_fits(tmp_path: Path) -> None:
    """The line about the record that answers is broken between words, too."""
    shown = screen(["missions"], columns=40, env={"XDG_DATA_HOME": "/nowhere"})
    assert shown.printed[:4] == [
        "no ledger at",
        "  /nowhere/mission-ledger/ledger.sqlite",
        "  yet; answering from the shipped",
        "  record; `mission init --with nmi`",
    ]


@pytest.mark.parametrize("command", ["check", "add"])
@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_faulty_line_is_shown_around_its_fault(
    ledger: Path, tmp_path: Path, command: str, columns: int
) -> None:
    """A line wider than the terminal is cut, and the caret stands under what is wrong."""
    file = tmp_path / "news.yaml"
    file.write_text(LONG_LINE, encoding="utf-8")
    shown = screen(
        [command, "news.yaml"], columns=columns, env={"MISSION_LEDGER": str(ledger)}, cwd=tmp_path
    )
    check_plain(shown, columns)
    assert "month 13" in " ".join(shown.printed)
    pairs = pairwise(shown.printed)
    under = [text[caret.index("^") :] for text, caret in pairs if caret.endswith("^")]
    assert "2021-13}" in under
