"""How a command is called: options on either side of its name, help, and where the ledger is."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result

from cli.main import COMMANDS, cli
from projections.record import create_record
from tests.cli.desk import Desk

ROOT = Path(__file__).parents[2]

Run = Callable[..., Result]
Spawn = Callable[..., "subprocess.CompletedProcess[bytes]"]


# Options before the command ----------------------------------------------------------------------


def test_what_every_command_takes_may_stand_before_its_name(run: Run, asked: Path) -> None:
    """`mission --ledger x --format json state nmi` is the same call as with both at its end."""
    options = ("--ledger", str(asked), "--format", "json")
    before = run(*options, "state", "nmi", MISSION_LEDGER="/nowhere/else")
    after = run("state", "nmi", *options, MISSION_LEDGER="/nowhere/else")
    assert before.exit_code == 0
    assert before.stdout == after.stdout
    assert json.loads(before.stdout)["mission"] == "nato-mission-iraq"


def test_given_twice_the_one_after_the_command_counts(run: Run, asked: Path) -> None:
    """The nearer option is the one that is meant; of two before the name, the last."""
    before = ("--format", "csv", "--ledger", "/nowhere")
    assert json.loads(run(*before, "missions", "--format=json", "--ledger", str(asked)).stdout)
    assert json.loads(run("--format", "csv", "--format", "json", "missions").stdout)
    assert run("missions", "--ledger", "/nowhere").exit_code == 2
    assert run("--ledger", "/nowhere", "missions").exit_code == 2


def test_they_reach_commands_of_a_group(run: Run, asked: Path) -> None:
    """What stands before `export` or after it reaches `export cloudevents`."""
    wanted = run("export", "cloudevents", "--ledger", str(asked))
    assert wanted.exit_code == 0
    for args in (
        ("--ledger", str(asked), "export", "cloudevents"),
        ("export", "--ledger", str(asked), "cloudevents"),
        ("--ledger", "/nowhere", "export", "--ledger", str(asked), "cloudevents"),
    ):
        assert run(*args, MISSION_LEDGER="/nowhere").stdout == wanted.stdout, args


def test_a_command_without_a_ledger_passes_over_one(run: Run) -> None:
    """Whoever has put --ledger or --color into an alias can still ask what a date means."""
    result = run("--ledger", "/nowhere", "--color", "never", "date", "2021-05")
    assert result.exit_code == 0
    assert "2021-05-31" in result.stdout
    assert run("--ledger", "/nowhere", "help").exit_code == 0


@pytest.mark.parametrize(
    "call", [("state", "nmi"), ("init",), ("date", "2021"), ("export", "cloudevents")]
)
def test_a_wrong_format_is_refused_in_the_same_words(run: Run, call: tuple[str, ...]) -> None:
    """A format that the command does not know is refused by it, wherever it stands."""
    before, after = run("--format", "xml", *call), run(*call, "--format", "xml")
    assert before.exit_code == after.exit_code == 2
    assert before.stderr == after.stderr
    assert "--format" in before.stderr
    assert f"mission {' '.join(call[:1])}" in before.stderr


def test_a_call_that_follows_the_log_takes_fewer_formats(run: Run) -> None:
    """`log --follow` refuses CSV in the same words, before and after."""
    before = run("--format", "csv", "log", "--follow")
    after = run("log", "--follow", "--format", "csv")
    assert (before.exit_code, before.stderr) == (after.exit_code, after.stderr)
    assert "--follow requires --format table or jsonl" in before.stderr


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("--format", "json", "state", "nmj"), "lookup"),
        (("--format=json", "state", "nmi", "--on", "2021-13"), "date"),
        (("--format", "json", "state"), "usage"),
        (("--format", "json", "stat", "nmi"), "usage"),
        (("--format", "json", "--on", "2021", "state", "nmi"), "usage"),
        (("state", "nmi", "--fromat", "x", "--format", "json"), "usage"),
        (("--format", "json", "init"), "usage"),
        (("--format", "json", "check", "nowhere.yaml"), "system"),
        (("--format", "json", "missions", "--ledger", ""), "usage"),
    ],
)
def test_every_error_is_data_where_data_was_asked_for(
    run: Run, call: tuple[str, ...], code: str
) -> None:
    """With --format json anywhere in a call, an error is an object on standard output, too."""
    result = run(*call)
    said = json.loads(result.stdout)
    assert (result.exit_code in (1, 2), said["error"]) == (True, code)
    assert f"error: {said['message']}\n" in result.stderr
    assert not said["hint"] or f"hint: {said['hint']}\n" in result.stderr
    assert said["faults"] == []


@pytest.mark.parametrize(
    ("call", "right"),
    [
        (("--on", "2021", "state", "nmi"), "mission state MISSION --on DATE"),
        (("--on=2021", "why", "nmi", "DNK"), "mission why MISSION KEY --on DATE"),
        (("--dry-run", "add", "x.yaml"), "mission add [FILE…] --dry-run"),
        (("-f", "log"), "mission log -f"),
        (("--pem", "key", "show"), "mission key show [FILE] --pem"),
        (("key", "--pem", "show"), "mission key show [FILE] --pem"),
    ],
)
def test_another_option_before_the_command_is_told_its_place(
    run: Run, call: tuple[str, ...], right: str
) -> None:
    """An option of a command that stands before its name gets an error with the right order."""
    result = run(*call)
    assert result.exit_code == 2
    assert result.stderr.endswith(f" goes after the command\nhint: {right}\n")


def test_what_was_given_to_a_misplaced_option_is_not_repeated(run: Run) -> None:
    """Nothing that may be secret is printed back."""
    result = run("--key", "PRIVATE+KEY+x", "--ledger", "postgresql://u:pw@h/d", "checkpoint")
    assert "PRIVATE" not in result.output
    assert "pw" not in result.output


def test_an_option_that_no_command_has(run: Run) -> None:
    """An option that is none is refused, wherever it stands."""
    for call in (("--nosuch", "state", "nmi"), ("state", "nmi", "--nosuch"), ("--nosuch",)):
        result = run(*call)
        assert result.exit_code == 2
        assert "--nosuch" in result.stderr


# Help --------------------------------------------------------------------------------------------


def test_help_on_a_command_is_the_same_whichever_way_it_is_asked(run: Run) -> None:
    """`mission help state`, `mission --help state`, `mission state --help` and `-h` are one."""
    wanted = run("state", "--help")
    assert "Usage: mission state [OPTIONS] MISSION" in wanted.stdout
    for call in (("help", "state"), ("--help", "state"), ("-h", "state"), ("state", "-h")):
        result = run(*call)
        assert (result.exit_code, result.stdout) == (0, wanted.stdout), call
    nested = run("export", "cloudevents", "--help").stdout
    for call in (
        ("help", "export", "cloudevents"),
        ("--help", "export", "cloudevents"),
        ("export", "--help", "cloudevents"),
    ):
        assert run(*call).stdout == nested, call


def test_a_name_alone_gives_its_help(run: Run) -> None:
    """`mission` lists the commands on standard output, and a group its own."""
    for call in ((), ("help",), ("--help",), ("-h",)):
        result = run(*call)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == run("--help").stdout
    for group in ("export", "key"):
        assert run(group).stdout == run(group, "--help").stdout
        assert run(group).exit_code == 0
    assert run("--ledger", "x.sqlite").exit_code == 2


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (("state", "NATO", "Mission", "Iraq"), "put a name of several words in quotes: mission"),
        (("why", "nmi", "Per", "Olsen"), "put a name of several words in quotes: mission why"),
        (("state", "nmi", "2021-05"), "give the day with an option: --on 2021-05"),
        (("find", "Denmark"), "hint: mission find [OPTIONS]; see `mission find --help`"),
    ],
)
def test_an_argument_too_many_is_told_how_to_write_it(
    run: Run, call: tuple[str, ...], hint: str
) -> None:
    """A name typed without quotes, and a day without its option, are told what they lack."""
    result = run(*call)
    assert result.exit_code == 2
    assert "unexpected extra argument" in result.stderr
    assert hint in result.stderr


@pytest.mark.parametrize(
    ("call", "said", "hint"),
    [
        (("help", "stat"), "no such command: stat", "did you mean state?"),
        (("help", "nosuch"), "no such command: nosuch", "`mission --help` lists them"),
        (("--help", "nosuch"), "no such command: nosuch", "`mission --help` lists them"),
        (("help", "export", "cloud"), "no such command: cloud", "did you mean cloudevents?"),
        (
            ("help", "state", "nmi"),
            "mission state has no subcommand nmi",
            "`mission state --help` shows its help",
        ),
        (("tim", "nmi"), "no such command: tim", "did you mean timeline?"),
        (("ch",), "no such command: ch", "did you mean check or changes or checkpoint?"),
        (("STATE", "nmi"), "no such command: STATE", "did you mean state?"),
        (("export", "tlgo"), "no such command: tlgo", "did you mean tlog?"),
        (("version",), "no such command: version", "`mission --version` prints the version"),
        (("nosuch",), "no such command: nosuch", "`mission --help` lists them"),
    ],
)
def test_a_name_that_is_no_command_is_asked_back(
    run: Run, call: tuple[str, ...], said: str, hint: str
) -> None:
    """A beginning of a name, or a mistyped one, is answered with what it may mean, and not run."""
    result = run(*call)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: {said}\nhint: {hint}\n"


def test_a_mistyped_option_is_answered_with_the_nearest(run: Run) -> None:
    """`--fromat` is told of `--format`."""
    result = run("state", "nmi", "--fromat", "json")
    assert result.exit_code == 2
    assert "--format" in result.stderr.splitlines()[1]


def test_a_day_that_stands_alone_is_told_its_option(run: Run) -> None:
    """`mission state nmi 2021` is what many type first."""
    result = run("state", "nmi", "2021-06")
    assert result.exit_code == 2
    assert "hint: give the day with an option: --on 2021-06" in result.stderr
    assert "--on" not in run("log", "2021-06").stderr


def test_a_missing_argument_shows_how_the_command_is_written(run: Run) -> None:
    """What is wrong with a call is one line, and the next how to write it."""
    assert run("state").stderr == (
        "error: missing argument 'MISSION'\n"
        "hint: mission state [OPTIONS] MISSION; see `mission state --help`\n"
    )


# Where the ledger is -----------------------------------------------------------------------------


def test_the_version_tells_where_the_ledger_is(run: Run, tmp_path: Path) -> None:
    """`--version` names the place, whether something is there, and which setting says so."""
    there, none = str(create_record(tmp_path / "there.sqlite")), str(tmp_path / "none.sqlite")
    data = {"XDG_DATA_HOME": str(tmp_path)}
    default = tmp_path / "mission-ledger" / "ledger.sqlite"

    def ledger(*args: str, named: str = "") -> str:
        lines = run(*args, "--version", MISSION_LEDGER=named, **data).stdout.splitlines()
        assert len(lines) == 2
        return lines[1]

    assert ledger() == f"ledger: {default} (the default; does not exist yet)"
    assert ledger(named=there) == f"ledger: {there} (from MISSION_LEDGER)"
    assert ledger("--ledger", there, named=none) == f"ledger: {there} (from --ledger)"
    assert ledger("--ledger", none) == f"ledger: {none} (from --ledger; does not exist yet)"
    assert ledger("--ledger", f"sqlite:///{there}") == f"ledger: {there} (from --ledger)"
    late = run("--version", "--ledger", there, MISSION_LEDGER=none).stdout
    assert f"ledger: {there} (from --ledger)" in late


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("postgresql://anna@db.example/missions", "postgresql://anna@db.example/missions"),
        ("postgresql+psycopg://anna:pw@h:5432/m", "postgresql+psycopg://anna@h:5432/m"),
        ("postgresql://anna:p:w/@pw#@h/m?sslpassword=pw", "postgresql://anna@h/m"),
        ("postgresql://h/m?password=pw", "postgresql://h/m"),
        ("postgresql://h/m?password=pw@pw", "a database URL"),
        ("postgresql://anna:pw", "a database URL"),
        ("mysql://anna:pw@h/m", "a database URL"),
        *(
            (place, "this is neither a file nor a database URL")
            for place in (
                "postgres:anna:pw@h",
                "POSTGRES:anna:pw@h",
                "//anna:pw@h/m",
                "anna:pw@h/m",
                "postgresql//anna:pw@h/m",
                "postgresql;//anna:pw@h/m",
                "PASSWORD=pw host=h",
                "host=/run/x password = pw",
                "sqlite://anna:pw@h/m",
                "sqlite:///m?password=pw",
            )
        ),
    ],
)
def test_no_password_is_shown(run: Run, place: str, shown: str) -> None:
    """A database URL is named without its password, and not at all where that is not plain."""
    for call in (("--ledger", place, "--version"), ("--version", "--ledger", place)):
        result = run(*call)
        assert shown in result.stdout.replace("(from --ledger", "")
        assert "pw" not in result.output
    assert "pw" not in run("--version", MISSION_LEDGER=place).output


@pytest.mark.parametrize(
    "place", ["./anna:pw@h", "records/a:b@c.sqlite", "/tmp/password=x", "postgres/a.sqlite"]
)
def test_a_path_is_no_url(run: Run, place: str) -> None:
    """A path that begins as one is one, whatever it is like further on."""
    assert Path(place).name in run("--version", "--ledger", place).stdout


@pytest.mark.parametrize("call", [("missions",), ("doctor",), ("--version",), ("init",)])
def test_a_password_that_is_no_text_is_not_shown(run: Run, call: tuple[str, ...]) -> None:
    """A byte that is not UTF-8 in a URL is told, and nothing beside it."""
    place = "postgresql://u:Hunter2\udce6@127.0.0.1:1/db"
    for result in (run("--ledger", place, *call), run(*call, MISSION_LEDGER=place)):
        assert "Hunter2" not in result.output
        if call in (("missions",), ("init",)):
            assert result.exit_code == 2
            assert "this database URL is not text in UTF-8" in result.stderr


@pytest.mark.parametrize("host", ["..x", "h" * 70, "a..b"])
def test_a_host_that_cannot_be_one_is_told(run: Run, host: str) -> None:
    """A host whose name no resolver takes is no bug of this program."""
    for place, env in ((f"postgresql://u:p@{host}/db", ""), ("postgresql:///db", host)):
        refused = run("missions", "--ledger", place, PGHOST=env)
        assert refused.exit_code == 2
        assert "has an impossible host name" in refused.stderr
        looked = run("doctor", "--ledger", place, "--format", "json", PGHOST=env)
        assert "has an impossible host name" in looked.stdout


def test_capitals_in_an_error_stay(run: Run) -> None:
    """What begins with an argument's name is not begun with a small letter."""
    assert run("checkpoint", "-").stderr.startswith("error: CHECKPOINT and --roots require")


def test_the_doctor_tells_which_ledger_is_used(desk: Desk, tmp_path: Path) -> None:
    """`doctor` names the place and the setting before it looks at the ledger."""

    def setting(*args: str, **env: str) -> str:
        found = json.loads(desk(*args, "doctor", "--format", "json", **env).stdout)
        return next(each["found"] for each in found if each["check"] == "setting")

    other = str(tmp_path / "other.sqlite")
    assert setting() == f"MISSION_LEDGER names the ledger: {desk.place}"
    assert setting("--ledger", other) == f"--ledger names the ledger: {other}"
    assert setting("--ledger", "postgresql://a:pw@127.0.0.1:1/m").endswith("***@127.0.0.1:1/m")
    assert setting(MISSION_LEDGER="", XDG_DATA_HOME=str(tmp_path)) == (
        f"the default is used: {tmp_path}/mission-ledger/ledger.sqlite;"
        " neither --ledger nor MISSION_LEDGER names one"
    )


# As a program among others -----------------------------------------------------------------------


@pytest.mark.parametrize("call", [("--help",), ("help", "state"), ("--version",), ("date", "2021")])
def test_a_closed_pipe_is_no_error(call: tuple[str, ...]) -> None:
    """`mission --help | true` ends quietly, with 0."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *call],
        cwd=ROOT,
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_completion_sees_what_stands_before_the_command(spawn: Spawn, asked: Path) -> None:
    """Completing asks the ledger that was named first, and offers the shared options' values."""

    def offered(words: str, **env: str) -> list[str]:
        line = f"mission {words}"
        done = spawn(
            _MISSION_COMPLETE="bash_complete",
            COMP_WORDS=line,
            COMP_CWORD=str(len(line.split(" ")) - 1),
            **env,
        )
        assert done.stderr == b""
        return [each.partition(",")[2] for each in done.stdout.decode().split()]

    named = offered(f"--ledger {asked} state nm", MISSION_LEDGER="")
    assert named == ["nmi"]
    assert offered("--color a") == ["auto", "always"]
    assert offered("--format js") == ["json", "jsonl"]
    assert offered("state nmi --color n") == ["never"]
    assert offered("help ex") == ["export"]
    assert offered("export c") == ["cloudevents"]
    assert offered("nosuch x") == []
    assert "--ledger" in offered("--l")


def test_completion_leaves_files_to_the_shell() -> None:
    """Whatever names a file is completed as one."""
    root = click.Context(cli, info_name="mission")
    metavars = {"FILE", "[FILE]", "FILE…", "[FILE…]", "DIR", "PLACE", "[PLACE]", "[CHECKPOINT]"}
    seen = 0
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None
        leaves = command.commands.values() if isinstance(command, click.Group) else [command]
        for param in (param for leaf in leaves for param in leaf.params):
            if param.metavar in metavars:
                (offered,) = param.shell_complete(root, "a")
                assert (offered.type, offered.value) == ("file", "a"), (name, param.name)
                seen += 1
    assert seen > 40
