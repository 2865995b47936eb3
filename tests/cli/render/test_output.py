"""What answers look like: on any terminal, in any format, with anything in the record."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cli.render.markdown import written
from cli.render.output import print_csv, print_json
from cli.render.page import Group, Mark, Notes, Page, Row, Table
from cli.render.terminal import laid_out

Run = Callable[..., Result]
Spawn = Callable[..., "subprocess.CompletedProcess[bytes]"]

READING = (
    ("state", "nmi", "--on", "2021-06-15"),
    ("timeline", "nmi", "--all"),
    ("plans", "nmi"),
    ("find", "--who", "DNK", "--on", "2021-06-15"),
    ("why", "nmi", "DNK", "--on", "2021-06-15"),
    ("log",),
    ("show", "1"),
    ("history", "nmi", "DNK"),
    ("diff", "nmi", "--on", "2020-01..2021-06"),
    ("missions",),
    ("sources", "nmi"),
)


def on_a_terminal(asked: Path, *args: str, **env: str) -> str:
    """Run the command on a terminal of its own and return what it showed."""
    ours, theirs = pty.openpty()
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "COLUMNS": "80",
        "LINES": "500",
        "MISSION_LEDGER": str(asked),
        **env,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "cli.main", *args],
        cwd=Path(__file__).parents[3],
        env={name: value for name, value in environment.items() if value},
        stdout=theirs,
        stderr=theirs,
        stdin=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                more = os.read(ours, 65_536)
            except OSError:  # the other side has closed
                break
            if not more:
                break
            shown += more
        process.wait()
    os.close(ours)
    return shown.decode()


@pytest.mark.parametrize("call", READING, ids=lambda call: call[0])
def test_a_table_fits_eighty_columns(run: Run, call: tuple[str, ...]) -> None:
    """No line of any answer is wider than the terminal, and nothing is cut off."""
    result = run(*call)
    assert result.exit_code == 0, result.stderr
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "…" not in result.stdout
    assert "\x1b" not in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("call", READING, ids=lambda call: call[0])
def test_every_format_is_well_formed(run: Run, call: tuple[str, ...]) -> None:
    """The same answer is one JSON value, JSON Lines, CSV with a header, and Markdown."""
    value = json.loads(run(*call, "--format", "json").stdout)
    assert isinstance(value, dict | list)
    lines = run(*call, "--format", "jsonl").stdout.splitlines()
    assert all(isinstance(json.loads(line), dict) for line in lines)
    rows = list(csv.DictReader(io.StringIO(run(*call, "--format", "csv").stdout), strict=True))
    assert len(rows) == len(lines) > 0
    assert not any(None in row for row in rows)
    assert run(*call, "--format", "markdown").stdout.startswith("# ")


def test_markup_in_the_record_is_shown_as_it_is(run: Run) -> None:
    """A title with terminal markup or Markdown in it is only text."""
    assert "[red]takes over[/red] | command *soon*" in run("sources").stdout.replace("\n  ", " ")
    page = run("state", "nmi", "--on", "2020-03-04", "--format", "markdown").stdout
    assert r"\[red\]takes over\[/red\] \| command \*soon\*" in page


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "markdown"])
def test_hidden_characters_are_spelt_out(run: Run, form: str) -> None:
    """A character that turns the text around is shown as its escape."""
    shown = run("state", "nmi", "--on", "2020-03-04", "--format", form).stdout
    assert "\u202e" not in shown
    assert "u202e Bo" in shown


def test_a_cell_is_never_a_formula(run: Run) -> None:
    """A cell that a spreadsheet would calculate is quoted."""
    rows = csv.DictReader(
        io.StringIO(run("state", "nmi", "--on", "2020-03-04", "--format", "csv").stdout)
    )
    labels = [row["label"] for row in rows if row["facet"] == "commander"]
    assert labels == ["'=Arne\u202e Bo"]


@pytest.mark.parametrize(
    ("id_", "cell"),
    [
        ("ab3" * 21 + "a", "ab3ab3ab3ab3"),
        ("7" * 13 + "c" * 51, "7777777777777c"),
        ("70900815e214" + "d" * 52, "70900815e214d"),
        ("12e4567890e1" + "0" * 52, "12e4567890e1"),
        ("1" * 64, "1" * 64),
    ],
)
def test_an_id_in_a_sheet_is_short_and_no_number(
    id_: str, cell: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A spreadsheet would round a number away; the rest of the id tells it apart from one."""
    print_csv([{"id": id_}], ("id",))
    assert capfdbinary.readouterr().out.decode().split() == ["id", cell]


@contextmanager
def ascii_output() -> Iterator[io.BytesIO]:
    """Give the bytes that go to a standard output which can show ASCII only."""
    stream, written_bytes = sys.stdout, io.BytesIO()
    sys.stdout = io.TextIOWrapper(written_bytes, encoding="ascii")
    try:
        yield written_bytes
    finally:
        sys.stdout.detach()
        sys.stdout = stream


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_csv_comes_back(rows: list[tuple[str, str]]) -> None:
    """Whatever is in a record, a CSV reader finds it there again, and no formula."""
    with ascii_output() as written_bytes:
        print_csv([{"a": {"b": one}, "c": other} for one, other in rows], ("a.b", "c"))
    text = written_bytes.getvalue().decode()
    back = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    for said, row in zip(back, rows, strict=True):
        for cell, given_ in zip(said, row, strict=True):
            assert cell == given_ or (cell == f"'{given_}" and given_[0] in "=+-@\t\r\n＝＋－＠")


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists))
def test_json_comes_back(value: object) -> None:
    """Escaping what cannot be seen never changes what it parses to."""
    with ascii_output() as written_bytes:
        print_json(value)
    text = written_bytes.getvalue().decode()
    assert json.loads(text) == value
    assert text.replace("\n", "").isprintable()


@given(st.text(), st.integers(20, 130))
def test_any_text_is_laid_out(text: str, width: int) -> None:
    """Whatever the record holds, each line is shown, within the width, with nothing hidden."""
    table = Table(("x", "y", ""), (Group(text), Row((Mark(text), [text, "b"], "c"), (text,))))
    shown = laid_out(Page(text, (text,), (table, Notes(text, ((text[:5], text),)))), width)
    lines = shown.split("\n")
    assert max(map(cell_len, lines)) <= width
    assert not {unicodedata.category(each) for line in lines for each in line} & {"Cc", "Cf", "Zl"}
    assert written(Page(text, (), (table,)))


@pytest.mark.parametrize("env", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_a_terminal_without_utf8_gets_escapes(spawn: Spawn, env: dict[str, str]) -> None:
    """Where UTF-8 cannot be shown a table still is, within its width."""
    done = spawn("sources", "nmi", **{"PYTHONCOERCECLOCALE": "0", **env})
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    assert b"Looking back" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


IN_ONE_PROCESS = """
import json, sys
from cli.main import main
for args in json.loads(sys.argv[1]):
    try:
        main(args)
    except SystemExit:
        print("=" * 72, flush=True)
"""


def test_data_is_the_same_bytes_whatever_the_locale_says(asked: Path, tmp_path: Path) -> None:
    """JSON, JSON Lines, CSV and Markdown are UTF-8 with their own line ends everywhere."""
    (tmp_path / "news.yaml").write_text("source: {id: Ærø, titel: “Østfløjen”}\n", encoding="utf-8")
    questions = [*READING, ("check", "news.yaml"), ("check",), ("state", "nowhere–ø")]
    forms = ("json", "jsonl", "csv", "markdown")
    calls = [[*call, "--format", form] for form in forms for call in questions]

    def answers(**env: str) -> list[bytes]:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).parents[3]),
            "MISSION_LEDGER": str(asked),
            "MISSION_DEBUG": "1",
            **env,
        }
        ran = subprocess.run(
            [sys.executable, "-c", IN_ONE_PROCESS, json.dumps(calls)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            check=True,
        )
        return ran.stdout.split(b"=" * 72 + b"\n")[:-1]

    expected = answers(LANG="C.UTF-8", PYTHONUTF8="1")
    assert len(expected) == len(calls)
    assert "Danmark overtog kommandoen – på øst".encode() in b"".join(expected)
    for call, answer in zip(calls, expected, strict=True):
        ends = answer.count(b"\n") if call[-1] == "csv" else 0
        assert answer.count(b"\r") == answer.count(b"\r\n") == ends
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for env in ({"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "ascii"}, plain):
        for call, answer, same in zip(calls, answers(**env), expected, strict=True):
            assert answer == same, (env, call)


def test_a_terminal_is_shown_what_matters_in_bold(asked: Path) -> None:
    """On a terminal names are bold and disputes red; the words are there all the same."""
    shown = on_a_terminal(asked, "state", "nmi", "--on", "2021-06-15")
    assert "\x1b[1mDenmark\x1b[0m" in shown
    assert "\x1b[1;31mdisputed\x1b[0m" in shown
    assert "\x1b[2m" not in shown


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}])
def test_a_terminal_may_be_kept_plain(asked: Path, env: dict[str, str]) -> None:
    """NO_COLOR and TERM=dumb get no escape sequence at all."""
    assert "\x1b" not in on_a_terminal(asked, "state", "nmi", **env)


def test_a_long_table_is_paged_and_data_never_is(asked: Path) -> None:
    """What does not fit the terminal goes through the pager, unless it is data."""
    pager = {"PAGER": "sed s/^/paged:/", "LINES": "5"}
    assert "paged:" in on_a_terminal(asked, "state", "nmi", **pager)
    assert "paged:" not in on_a_terminal(asked, "missions", **{**pager, "LINES": "50"})
    for form in ("json", "jsonl", "csv", "markdown"):
        assert "paged:" not in on_a_terminal(asked, "log", "--format", form, **pager)


def test_data_is_all_that_stands_on_standard_output(spawn: Spawn, tmp_path: Path) -> None:
    """What is said beside an answer goes to standard error."""
    done = spawn("missions", "--format", "json", MISSION_LEDGER="", XDG_DATA_HOME=str(tmp_path))
    assert json.loads(done.stdout)
    assert b"no ledger" in done.stderr
