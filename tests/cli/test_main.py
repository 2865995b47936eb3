"""The command as a whole: its listing, its help, its start, its failures."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import Result

from cli import main
from cli.main import COMMANDS, GROUPS, cli
from projections.record import create_record, open_record

Run = Callable[..., Result]
Spawn = Callable[..., "subprocess.CompletedProcess[bytes]"]


def loaded_by(*args: str, **env: str) -> set[str]:
    """Run the command in a fresh interpreter and return the names of the modules it imported."""
    script = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sys.modules, sep='\\n', file=sys.stderr))\n"
        "from cli.main import main\n"
        f"main({list(args)!r})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(main.__file__).parents[1],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.split())


def test_the_version_is_that_of_the_package(spawn: Spawn) -> None:
    """`mission --version` says which version this is."""
    for args in (("--version",), ("-V",), ("--version", "state")):
        done = spawn(*args)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode().startswith("mission 0.")


def test_the_version_is_said_without_loading_the_house() -> None:
    """Saying the version imports neither the database, the models nor the terminal."""
    heavy = {"sqlalchemy", "pydantic", "rich", "alembic", "yaml", "psycopg"}
    assert not loaded_by("--version") & heavy
    assert not loaded_by("--ledger", "postgresql://anna@localhost/missions", "--version") & heavy


def test_the_listing_imports_no_command() -> None:
    """`mission --help` reads its summaries from the table."""
    loaded = loaded_by("--help")
    assert not {name for name in loaded if name.startswith("cli.commands")}


def test_a_question_loads_what_it_needs(asked: Path) -> None:
    """`state` of a file imports neither Alembic nor YAML, and rich only to lay out a table."""
    env = {"MISSION_LEDGER": str(asked)}
    loaded = loaded_by("state", "nmi", "--format", "json", **env)
    assert not loaded & {"alembic", "rich", "yaml", "multiprocessing"}
    loaded = loaded_by("state", "nmi", **env)
    assert "rich" in loaded
    assert not loaded & {"alembic", "yaml"}


@pytest.mark.parametrize("name", list(COMMANDS))
def test_help_explains_each_command_with_an_example(run: Run, name: str) -> None:
    """Every command's help shows at least one example of itself."""
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"  mission {name}" in result.output.split("Example", 1)[1]
    assert max(map(len, result.output.splitlines())) <= 80


@pytest.mark.parametrize(
    "args",
    [
        ("verify", "--checkpoint", ""),
        ("verify", "--checkpoint="),
        ("checkpoint", "--since", ""),
        ("rebuild", "--ledger", ""),
        ("export", "tlog", ""),
        ("init", ""),
    ],
)
def test_an_empty_argument_is_refused(run: Run, args: tuple[str, ...]) -> None:
    """A variable that was not set does not leave out what was asked for."""
    result = run(*args)
    assert result.exit_code == 2
    assert "is empty" in result.stderr


def test_the_listing_is_in_order_and_fits(run: Run) -> None:
    """The listing has every command once, in its group and in the table's order."""
    listed = run("--help").output.partition("Ask:\n")[2]
    assert re.findall(r"^  ([a-z]+) {2,}", listed, re.MULTILINE) == list(COMMANDS)
    assert re.findall(r"^([A-Z].*):$", f"Ask:\n{listed}", re.MULTILINE) == list(GROUPS)


def test_an_unknown_command_is_answered_with_the_nearest(run: Run) -> None:
    """A mistyped command names the one that was probably meant, and exits 2."""
    result = run("stat")
    assert result.exit_code == 2
    assert result.stderr == "error: no such command: stat\nhint: did you mean state?\n"
    assert result.stdout == ""


def test_an_unknown_mission_is_answered_with_the_nearest(run: Run) -> None:
    """A name nobody goes by exits 1, with what was probably meant."""
    result = run("state", "nmj")
    assert result.exit_code == 1
    assert result.stderr == (
        "error: no mission is called nmj\n"
        "hint: did you mean NATO Mission Iraq (nato-mission-iraq)?\n"
    )


def test_completion_offers_commands_missions_and_keys(spawn: Spawn) -> None:
    """Completing a line offers what can stand there."""

    def offered(words: str, count: int) -> list[str]:
        done = spawn(
            _MISSION_COMPLETE="bash_complete", COMP_WORDS=f"mission {words}", COMP_CWORD=str(count)
        )
        return [line.partition(",")[2] for line in done.stdout.decode().splitlines()]

    assert offered("st", 1) == ["state"]
    assert offered("state n", 2) == ["nato-mission-iraq", "nmi"]
    assert offered("why nmi dnk", 3) == ["DNK", "dnk-helicopters", "dnk-staff"]


@pytest.mark.parametrize(
    ("words", "text", "offered"),
    [
        (["find", "--who"], "dan", ["Danmark", "Danish", "dansk"]),
        (["find", "--who"], "DN", ["DNK"]),
        (["timeline", "--who"], "cana", ["Canada", "Canadian", "canadisk"]),
        (["show"], "um", ["um-2021"]),
        (["log", "--source"], "f", ["fmn-2022", "forsvaret-2020-03"]),
        (["types"], "strength", ["strength-reported"]),
        (["state", "nmi", "--facet"], "com", ["command", "commander"]),
        (["state", "nmi", "--on"], "tod", ["today"]),
        (["state", "nmi", "--known"], "y", ["yesterday"]),
        (["plans", "--outcome"], "un", ["unclear", "unconfirmed"]),
        (["history", "nmi"], "DNK", ["DNK", "dnk-helicopters", "dnk-staff"]),
    ],
)
def test_completion_offers_names_as_they_are_typed(
    asked: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], text: str, offered: list[str]
) -> None:
    """Nations, sources, ids, types, facets and dates are completed, whatever their case."""
    monkeypatch.setenv("MISSION_LEDGER", str(asked))
    found = ShellComplete(cli, {}, "mission", "_MISSION_COMPLETE").get_completions(words, text)
    assert [each.value for each in found] == offered


def test_completion_offers_ids_from_four_digits_on(
    asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An id that is begun is completed to its short form; before that there would be too many."""
    monkeypatch.setenv("MISSION_LEDGER", str(asked))
    with open_record(asked) as store:
        id_ = next(iter(store.entries(after=1))).id
    complete = ShellComplete(cli, {}, "mission", "_MISSION_COMPLETE").get_completions
    assert [each.value for each in complete(["retract"], id_[:4])] == [id_[:12]]
    assert id_[:12] not in [each.value for each in complete(["retract"], id_[:3])]


def test_a_named_ledger_must_be_there(run: Run, tmp_path: Path) -> None:
    """A ledger that was named and is missing is an error, with how to make one."""
    result = run("state", "nmi", "--ledger", str(tmp_path / "none"))
    assert result.exit_code == 2
    assert "mission init" in result.stderr


def test_another_file_is_not_a_ledger(run: Run, tmp_path: Path) -> None:
    """A file that is something else is refused in one line."""
    other = tmp_path / "notes.txt"
    other.write_text("dear diary")
    result = run("missions", "--ledger", str(other))
    assert result.exit_code == 2
    assert "not a mission ledger" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_a_ledger_the_shipped_record_answers(spawn: Spawn, tmp_path: Path) -> None:
    """A first question is answered before any ledger is made, and says from what."""
    done = spawn(
        "state", "nmi", "--on", "2021-06-15", MISSION_LEDGER="", XDG_DATA_HOME=str(tmp_path)
    )
    assert done.returncode == 0
    assert b"Michael Lollesgaard" in done.stdout
    assert done.stderr.count(b"\n") == 1
    assert b"mission init --with nmi" in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_empty_ledger_knows_no_mission(run: Run, tmp_path: Path) -> None:
    """A ledger just made answers that nothing was found."""
    place = str(create_record(tmp_path / "new.sqlite"))
    assert run("state", "nmi", "--ledger", place).exit_code == 1
    assert run("missions", "--ledger", place).exit_code == 1
    assert run("log", "--ledger", place).exit_code == 0


def test_errors_are_data_where_data_was_asked_for(run: Run) -> None:
    """With `--format json` an error is an object with a stable code on standard output."""
    result = run("state", "nmi", "--on", "2021-13", "--format", "json")
    assert result.exit_code == 2
    said = json.loads(result.stdout)
    assert said["error"] == "date"
    assert "month 13" in said["message"]
    assert result.stderr.startswith("error: ")


def test_what_nobody_thought_of_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug shows no traceback unless MISSION_DEBUG asks for it."""

    def fail(*_: object) -> None:
        raise RuntimeError("out of\nluck")

    monkeypatch.setattr("cli.commands.look_up.missions.inquiry", fail)
    result = run("missions")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: internal error: RuntimeError: out of luck\n")
    assert isinstance(run("missions", MISSION_DEBUG="1").exception, RuntimeError)


def test_an_interruption_is_quiet(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends with 130 and no traceback."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.commands.look_up.missions.inquiry", interrupt)
    result = run("missions")
    assert (result.exit_code, result.stdout) == (130, "")


def test_a_reader_who_has_had_enough_is_no_error(asked: Path) -> None:
    """`mission log | head -1` ends quietly."""
    env = {**os.environ, "MISSION_LEDGER": str(asked)}
    read, write = os.pipe()
    os.close(read)
    for form in ("jsonl", "json", "table"):
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "log", "--format", form],
            cwd=Path(main.__file__).parents[1],
            env=env,
            stdout=write,
            stderr=subprocess.PIPE,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b""), form
    os.close(write)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line(asked: Path) -> None:
    """An answer that cannot be written ends with one clear line and exit 2."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", "missions"],
            cwd=Path(main.__file__).parents[1],
            env={**os.environ, "MISSION_LEDGER": str(asked)},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, b"error: No space left on device\n")
