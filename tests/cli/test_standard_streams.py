"""`-` where a file is named: standard output for one that is written, else standard input."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import cli
from projections.record import open_record
from tests.cli.screen import screen

ROOT = Path(__file__).parents[2]
ORIGIN = "example.org/nmi"

NEWS = """mission: nmi-test
source: {id: news, publisher: A ministry, title: Helicopters, language: en, published: 2021-05-10}
events:
  - {type: command-taken-over, by: DNK, on: 2020-11}
  - {type: command-attested, by: DNK, on: 2021-05-10}
"""

SETTINGS = {
    "MISSION_LEDGER": "ledger.sqlite",
    "MISSION_KEY": "signing.key",
    "MISSION_BY": "anna",
}


class Call:
    """Someone in a folder that holds a ledger and a key, who runs `mission` there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *args: str, given: bytes = b"") -> Result:
        """Run `mission` with this on standard input."""
        with chdir(self.folder):
            return CliRunner().invoke(cli, args, input=given, env=SETTINGS, prog_name="mission")

    def bytes_of(self, name: str) -> bytes:
        """Return what is in a file."""
        return (self.folder / name).read_bytes()

    def names(self) -> set[str]:
        """Return the names of all files."""
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a ledger of three entries, a key, and everything that is handed over about it."""
    call = Call(tmp_path_factory.mktemp("handed"))
    (call.folder / "news.yaml").write_text(NEWS, encoding="utf-8")
    for args in (
        ("init",),
        ("add", "news.yaml"),
        ("key", "new", ORIGIN, "--out", "signing.key"),
        ("checkpoint", "--out", "old.checkpoint"),
        ("prove", "2", "--out", "entry.proof"),
        ("prove", "--since", "old.checkpoint", "--out", "since.proof"),
        ("export", "cloudevents", "log.jsonl"),
    ):
        came = call(*args)
        assert came.exit_code == 0, f"{args}: {came.output}"
    (call.folder / "public.key").write_bytes(call("key", "show").stdout_bytes)
    return call.folder


@pytest.fixture
def call(made: Path, tmp_path: Path) -> Call:
    """Give a copy of that folder, and run `mission` in it."""
    return Call(shutil.copytree(made, tmp_path / "folder"))


# Written -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "file"),
    [
        (("checkpoint", "--out", "-"), "old.checkpoint"),
        (("prove", "2", "--out", "-"), "entry.proof"),
        (("export", "cloudevents", "-"), "log.jsonl"),
    ],
)
def test_a_dash_is_standard_output(call: Call, args: tuple[str, ...], file: str) -> None:
    """What would be in the file is on standard output, byte for byte, and no file is made."""
    before = call.names()
    done = call(*args)
    assert (done.exit_code, done.stdout_bytes) == (0, call.bytes_of(file))
    assert call.names() == before
    without = call(*(each for each in args if each not in ("-", "--out")))
    assert (without.stdout_bytes, without.stderr) == (done.stdout_bytes, done.stderr)


def test_a_backup_goes_to_standard_output(call: Call) -> None:
    """The bytes are a ledger that verifies; what is said of it is not among them."""
    done = call("backup", "-")
    assert done.exit_code == 0
    assert done.stderr.startswith("standard output: 3 entries, verified; root ")
    (call.folder / "copy.sqlite").write_bytes(done.stdout_bytes)
    assert "No fault found in 3 entries" in call("verify", "--ledger", "copy.sqlite").stdout
    with (
        open_record(call.folder / "copy.sqlite") as copy,
        open_record(call.folder / "ledger.sqlite") as own,
    ):
        assert list(copy.stored()) == list(own.stored())
    assert not (call.folder / "-").exists()


def test_a_backup_is_not_shown_to_a_terminal(made: Path) -> None:
    """Binary data is refused where it would go to a terminal, before anything is done."""
    shown = screen(["backup", "-"], cwd=made, env={"MISSION_LEDGER": "ledger.sqlite"})
    assert shown.code == 2
    assert shown.printed[0] == "error: binary output is not for a terminal"
    assert b"SQLite" not in shown.raw


def test_a_backup_that_nobody_takes_whole_has_failed(made: Path) -> None:
    """Where the reader ends before the backup does, that is an error."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "backup", "-", "--ledger", str(made / "ledger.sqlite")],
        cwd=ROOT,
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: standard output was closed before the backup")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("export", "tlog", "-"), "cannot be written to standard output"),
        (("key", "new", ORIGIN, "--out", "-"), "a signing key is never written to standard output"),
        (("init", "-"), "a ledger is a file or a database, never standard input or output"),
        (("state", "nmi", "--ledger", "-"), "a ledger is a file or a database"),
        (
            ("checkpoint", "-", "--timestamp", "reply.tsr"),
            "a timestamp is stored next to CHECKPOINT",
        ),
    ],
)
def test_what_is_no_stream_is_refused_with_a_reason(
    call: Call, args: tuple[str, ...], said: str
) -> None:
    """A folder, a ledger and a secret key do not go to standard output."""
    before = call.names()
    done = call(*args)
    assert (done.exit_code, done.stdout_bytes) == (2, b"")
    assert said in done.stderr
    assert "\nhint: " in done.stderr
    assert call.names() == before


def test_a_file_that_is_called_a_dash(call: Call) -> None:
    """`./-` is a file like any other."""
    assert call("checkpoint", "--out", "./-").stdout == ""
    assert (call.folder / "-").read_bytes() == call.bytes_of("old.checkpoint")
    checked = call("verify", "--checkpoint", "./-", "--key", "./public.key")
    assert checked.exit_code == 0


# Read --------------------------------------------------------------------------------------------

VERIFY = ("verify", "--checkpoint", "old.checkpoint", "--key", "public.key")
PROOF = ("verify", "--proof", "since.proof", "--since", "old.checkpoint", "--key", "public.key")


@pytest.mark.parametrize(
    ("args", "file"),
    [
        (VERIFY, "old.checkpoint"),
        (VERIFY, "public.key"),
        (("verify", "--proof", "entry.proof", "--key", "public.key"), "entry.proof"),
        (PROOF, "since.proof"),
        (PROOF, "old.checkpoint"),
        (PROOF, "public.key"),
        (("prove", "--since", "old.checkpoint"), "old.checkpoint"),
        (("prove", "1", "--checkpoint", "old.checkpoint"), "old.checkpoint"),
        (("checkpoint", "--since", "old.checkpoint"), "old.checkpoint"),
        (("checkpoint", "--key", "signing.key"), "signing.key"),
        (("prove", "2", "--key", "signing.key"), "signing.key"),
        (("key", "show", "public.key"), "public.key"),
        (("key", "show", "signing.key"), "signing.key"),
        (("check", "news.yaml"), "news.yaml"),
        (("add", "news.yaml"), "news.yaml"),
        (("import", "log.jsonl"), "log.jsonl"),
    ],
)
def test_a_dash_is_standard_input(call: Call, args: tuple[str, ...], file: str) -> None:
    """What is read from standard input is taken as the file is, and called standard input."""
    wanted = call(*args)
    assert wanted.exit_code == 0, wanted.stderr
    given = call.bytes_of(file)
    done = call(*("-" if each == file else each for each in args), given=given)
    assert done.exit_code == 0, done.stderr

    def words(text: str) -> list[str]:
        return text.replace(file, "standard input").split()

    assert words(done.stdout) == words(wanted.stdout)
    assert words(done.stderr) == words(wanted.stderr)


def test_certificates_come_from_standard_input(call: Call) -> None:
    """`--roots -` reads certificates from standard input, and says so of what is none."""
    done = call(*VERIFY, "--roots", "-", given=b"dear diary\n")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: standard input: ")


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_no_timestamp_lies_beside_standard_input(call: Call) -> None:
    """With --roots, a checkpoint that no timestamp can lie beside is a finding."""
    make = "openssl req -x509 -newkey ed25519 -nodes -keyout k -out roots.pem -subj /CN=x"
    subprocess.run(make.split(), cwd=call.folder, capture_output=True, check=True)
    args = ("--checkpoint", "-", "--key", "public.key", "--roots", "roots.pem")
    done = call("verify", *args, "--format", "json", given=call.bytes_of("old.checkpoint"))
    assert done.exit_code == 1
    found = json.loads(done.stdout)["findings"]
    assert found[0]["message"] == "standard input: there is no timestamp beside it"


@pytest.mark.parametrize(
    ("args", "names"),
    [
        (("verify", "--checkpoint", "-", "--key", "-"), "--checkpoint and --key"),
        ((*VERIFY, "--key", "-", "--roots", "-"), "--key and --roots"),
        (("verify", "--proof", "-", "--since", "-", "--key", "public.key"), "--proof and --since"),
        (("checkpoint", "--key", "-", "--since", "-"), "--key and --since"),
        (("prove", "--since", "-", "--checkpoint", "-"), "--since and --checkpoint"),
        (("check", "-", "-"), "the FILEs"),
        (("add", "-", "news.yaml", "-"), "the FILEs"),
        (("import", "-", "-"), "the FILEs"),
    ],
)
def test_standard_input_is_one_file_only(call: Call, args: tuple[str, ...], names: str) -> None:
    """Two files cannot both be standard input; nothing is done then."""
    done = call(*args)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f"error: standard input can be only one of {names}\nhint: give a file name for the other\n"
    )


def test_reading_and_writing_may_both_be_standard(call: Call) -> None:
    """One file may come from standard input and another go to standard output."""
    done = call("checkpoint", "--key", "-", "--out", "-", given=call.bytes_of("signing.key"))
    assert (done.exit_code, done.stdout_bytes) == (0, call.bytes_of("old.checkpoint"))


def test_a_terminal_is_read_until_its_end() -> None:
    """What is typed for `-` ends with Ctrl-D, as everywhere."""
    shown = screen(["check", "-"], typed=f"{NEWS}\x04")
    assert shown.code == 0
    assert shown.printed[-2] == "1 announcement, 2 events: no faults"
