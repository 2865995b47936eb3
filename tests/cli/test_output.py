"""What answers look like: on any terminal, in any format, with anything in the record."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cli.markdown import written
from cli.output import print_csv, print_json
from cli.page import Group, Mark, Notes, Page, Row, Table
from cli.terminal import laid_out

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
        cwd=Path(__file__).parents[2],
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


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_csv_comes_back(rows: list[tuple[str, str]]) -> None:
    """Whatever is in a record, a CSV reader finds it there again, and no formula."""
    stream, sys.stdout = sys.stdout, io.StringIO(newline="")
    try:
        print_csv([{"a": {"b": one}, "c": other} for one, other in rows], ("a.b", "c"))
        text = sys.stdout.getvalue()
    finally:
        sys.stdout = stream
    back = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    for said, row in zip(back, rows, strict=True):
        for cell, given_ in zip(said, row, strict=True):
            assert cell == given_ or (cell == f"'{given_}" and given_[0] in "=+-@\t\r")


@given(st.recursive(st.text() | st.integers() | st.none(), st.lists))
def test_json_comes_back(value: object) -> None:
    """Escaping what cannot be seen never changes what it parses to."""
    stream, sys.stdout = sys.stdout, io.StringIO()
    try:
        print_json(value)
        text = sys.stdout.getvalue()
    finally:
        sys.stdout = stream
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


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "markdown"])
@pytest.mark.parametrize("env", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_a_terminal_without_utf8_gets_escapes(spawn: Spawn, form: str, env: dict[str, str]) -> None:
    """Where UTF-8 cannot be shown the answer still is, within its width."""
    done = spawn("sources", "nmi", "--format", form, **{"PYTHONCOERCECLOCALE": "0", **env})
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.isascii()
    assert b"Looking back" in done.stdout
    if form in ("json", "jsonl"):
        assert all(json.loads(line) for line in done.stdout.splitlines() if form == "jsonl")
    if form == "table":
        assert max(map(len, done.stdout.splitlines())) <= 80


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
