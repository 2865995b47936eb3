"""The commands that prove: key, checkpoint, prove, verify, export."""

import base64
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import cli
from projections.record import create_record, open_record
from tests.ledger.older import log_of, stated, with_digests
from tests.tampering import fit_tree, forged, tamper

ROOT = Path(__file__).parents[3]
ORIGIN = "example.org/mission-ledger"

NEWS = """mission: nmi-test
source: {id: news, publisher: A ministry, title: Helicopters, language: en, published: 2021-05-10}
events:
  - {type: command-taken-over, by: DNK, on: 2020-11}
  - {type: command-attested, by: DNK, on: 2021-05-10}
  - {type: command-relinquished, by: DNK, on: 2022-05, basis: planned}
"""
LATER = """mission: nmi-test
source: {id: later, publisher: A ministry, title: Italy, language: en, published: 2022-06-01}
events:
  - {type: command-taken-over, by: ITA, on: 2022-05}
"""


UPTO_4 = "up to position 4 are not those of"


class Auditor:
    """Somebody with a ledger, a key and a folder of their own, who runs `mission`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = folder / "ledger.sqlite"

    def __call__(self, *args: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `mission` in the folder, within this process, and return what came of it."""
        given = dict.fromkeys(os.environ) | self.environment(environment)
        with contextlib.chdir(self.folder):
            came = CliRunner().invoke(cli, [*map(str, args)], env=given, prog_name="mission")
        return subprocess.CompletedProcess(args, came.exit_code, came.stdout, came.stderr)

    def process(self, *args: str | Path) -> subprocess.CompletedProcess[str]:
        """Run `mission` in the folder as a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "cli.main", *map(str, args)],
            cwd=self.folder,
            env=self.environment({}),
            capture_output=True,
            text=True,
            check=False,
        )

    def environment(self, more: dict[str, str]) -> dict[str, str]:
        """Return the variables that are set for `mission`; an empty one is not."""
        given = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "MISSION_LEDGER": str(self.place),
            "MISSION_BY": "anna",
            "PYTHONPATH": str(ROOT),
            **more,
        }
        return {name: value for name, value in given.items() if value}

    def done(self, *args: str | Path, **environment: str) -> str:
        """Run `mission`, which has to succeed, and return its standard output."""
        result = self(*args, **environment)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def no(self, code: int, said: str, *args: str | Path, **environment: str) -> None:
        """Run `mission`, which has to end with a code and say something on standard error."""
        result = self(*args, **environment)
        assert (result.returncode, said in result.stderr) == (code, True), result
        assert "Traceback" not in result.stderr

    def add(self, text: str) -> None:
        """Append an announcement."""
        (self.folder / "news.yaml").write_text(text, encoding="utf-8")
        self.done("add", "news.yaml")

    def tamper(self, position: int, change: Callable[[bytes], bytes]) -> None:
        """Change the bytes at a position, going round the triggers."""
        with closing(sqlite3.connect(self.place)) as raw:
            raw.executescript("PRAGMA writable_schema = ON")
            made = raw.execute(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
            ).fetchall()
            for name, _ in made:
                raw.execute(f"DROP TRIGGER {name}")
            (before,) = raw.execute(
                "SELECT bytes FROM log WHERE position = ?", (position,)
            ).fetchone()
            raw.execute("UPDATE log SET bytes = ? WHERE position = ?", (change(before), position))
            for _, sql in made:
                raw.execute(sql)
            raw.commit()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a ledger with one announcement, and a key whose public half is in public.key."""
    made = Auditor(tmp_path_factory.mktemp("auditor"))
    made.done("init")
    made.add(NEWS)
    (made.folder / "public.key").write_text(made.done("key", "new", ORIGIN), encoding="utf-8")
    return made.folder


@pytest.fixture
def auditor(first: Path, tmp_path: Path) -> Auditor:
    """Give a folder of its own with that ledger and that key."""
    return Auditor(shutil.copytree(first, tmp_path, dirs_exist_ok=True))


def flipped(raw: bytes) -> bytes:
    """Return bytes of which one letter is another."""
    return raw.replace(b"DNK", b"DNX")


def test_a_process_of_its_own_says_the_same(auditor: Auditor) -> None:
    """A command run in a shell ends and says, to the byte, what it does within this process."""
    auditor.done("checkpoint", "--out", "kept")
    for code, *args in (
        (0, "key", "show"),
        (0, "checkpoint"),
        (0, "prove", "2"),
        (0, "export", "cloudevents"),
        (0, "verify", "--checkpoint", "kept", "--key", "public.key"),
        (2, "key", "new", ORIGIN),
    ):
        assert_same(auditor, code, *args)
    auditor.tamper(3, flipped)
    assert_same(auditor, 1, "verify")
    assert_same(auditor, 2, "prove", "4")


def assert_same(auditor: Auditor, code: int, *args: str) -> None:
    """Check that a command ends with a code, and says the same, within this process and beside."""
    here, there = auditor(*args), auditor.process(*args)
    assert (here.returncode, here.stdout, here.stderr) == (
        there.returncode,
        there.stdout,
        there.stderr,
    )
    assert here.returncode == code, here


# Keys --------------------------------------------------------------------------------------------


def test_a_key_is_made_once_and_kept_secret(auditor: Auditor) -> None:
    """The private key is its owner's alone, never printed and never overwritten."""
    path = auditor.folder / "config" / "mission-ledger" / "signing.key"
    kept = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    public = (auditor.folder / "public.key").read_text(encoding="utf-8")
    assert public.startswith(f"{ORIGIN}+")
    assert public.count("\n") == 1
    assert kept.strip().split(b"+", 4)[4] not in public.encode()
    assert auditor.done("key", "show") == public
    assert auditor.done("key", "show", path) == public
    assert auditor.done("key", "show", "public.key") == public
    assert auditor.done("key", "show", "--pem").startswith("-----BEGIN PUBLIC KEY-----\n")
    auditor.no(2, "never overwritten", "key", "new", ORIGIN)
    assert path.read_bytes() == kept


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("new", "two words"), "two words"),
        (("new", "a+b", "--out", "other.key"), "a+b"),
        (("new", "/keys/mine.key"), "is not a log name"),
        (("new", "https://example.org/log"), "is not a log name"),
        (("new", ORIGIN, "--out", "ledger.sqlite"), "never stored there"),
        (("new", ORIGIN, "--out", "ledger.sqlite-wal"), "never stored there"),
        (("new", ORIGIN, "--out", "a/../ledger.sqlite-signing"), "never stored there"),
        (("new", ORIGIN, "--out", "postgresql+psycopg://host/db"), "never stored there"),
        (("new", ORIGIN, "--out", "no/such/folder/key"), "cannot be written"),
        (("new", ORIGIN, "--out", "~nobody-of-that-name/key"), "is unknown"),
        (("show", "news.yaml"), "no public key"),
        (("show", "none.key"), "cannot be read"),
    ],
)
def test_what_is_no_key_is_refused(auditor: Auditor, args: tuple[str, ...], said: str) -> None:
    """A name or a file that will not do is told in one line, with exit code 2."""
    auditor.no(2, said, "key", *args)


def test_a_key_is_put_beside_no_ledger_however_that_is_named(auditor: Auditor) -> None:
    """A ledger named by a URL is the same ledger, and no key goes where its files are."""
    new = ("key", "new", ORIGIN, "--out", "ledger.sqlite-signing", "--ledger")
    for place in (auditor.place, f"sqlite:///{auditor.place}", "sqlite:///ledger.sqlite"):
        auditor.no(2, "never stored there", *new, place)
    auditor.no(2, "not a supported database", *new, "mysql://localhost/ledger")
    assert not (auditor.folder / "ledger.sqlite-signing").exists()
    auditor.done(*new, "sqlite:///other.sqlite")


def test_a_key_that_others_may_read_signs_nothing(auditor: Auditor) -> None:
    """A private key that is open to others is refused, with what to do."""
    auditor.done("key", "new", ORIGIN, "--out", "open.key")
    (auditor.folder / "open.key").chmod(0o644)
    auditor.no(2, "chmod 600", "checkpoint", "--key", "open.key")
    hint = "`mission key new example.org/nmi` creates one of that name"
    auditor.no(2, hint, "checkpoint", MISSION_KEY="none.key")


# Checkpoints -------------------------------------------------------------------------------------


def test_a_checkpoint_says_size_and_root(auditor: Auditor) -> None:
    """The note on standard output is the one in the file, and has the root that verify tells."""
    printed = auditor.done("checkpoint")
    auditor.done("checkpoint", "--out", "one")
    assert (auditor.folder / "one").read_text(encoding="utf-8") == printed
    origin, size, root = printed.splitlines()[:3]
    verified = json.loads(auditor.done("verify", "--format", "json"))
    assert (origin, int(size), root) == (ORIGIN, verified["size"], verified["root"])
    with open_record(auditor.place) as store:
        assert base64.b64decode(root) == store.tree().root


def test_a_checkpoint_is_replaced_by_what_goes_on_from_it_only(auditor: Auditor) -> None:
    """A checkpoint file is moved on along its own log, and never back or to another."""
    auditor.done("checkpoint", "--out", "kept")
    first = (auditor.folder / "kept").read_bytes()
    assert "nothing new" in auditor("checkpoint", "--out", "kept").stderr
    auditor.add(LATER)
    auditor.no(2, "--size 2", "checkpoint", "--out", "kept", "--size", "2")
    auditor.no(2, "size 99 is too large", "checkpoint", "--size", "99")
    assert (auditor.folder / "kept").read_bytes() == first
    (auditor.folder / "january").write_bytes(first)
    assert "replaced" in auditor("checkpoint", "--out", "kept").stderr
    auditor.done("checkpoint", "--since", "january", "--out", "new")
    assert (auditor.folder / "kept").read_bytes() == (auditor.folder / "new").read_bytes() != first
    auditor.done("key", "new", ORIGIN, "--out", "other.key")
    auditor.no(1, "not signed by the key", "checkpoint", "--key", "other.key", "--out", "kept")
    auditor.no(2, "news.yaml: not a signed note", "checkpoint", "--out", "news.yaml")
    assert (auditor.folder / "news.yaml").read_text(encoding="utf-8") == LATER


def test_a_log_that_was_changed_is_not_signed(auditor: Auditor) -> None:
    """Nothing is signed where the last entries, or those of an earlier checkpoint, differ."""
    auditor.done("checkpoint", "--out", "kept")
    auditor.tamper(2, flipped)
    auditor.no(2, "nothing was signed", "checkpoint")
    other = Auditor(auditor.folder / "other")
    other.folder.mkdir()
    other.done("init")
    other.add(LATER)
    other.add(NEWS)
    key = auditor.folder / "config" / "mission-ledger" / "signing.key"
    kept = auditor.folder / "kept"
    other.no(1, UPTO_4, "checkpoint", "--since", kept, "--key", key)
    other.no(1, UPTO_4, "prove", "2", "--checkpoint", kept)
    other.no(1, UPTO_4, "prove", "--since", kept, "--key", key)
    other.no(1, UPTO_4, "export", "tlog", "out", "--checkpoint", kept)
    assert not (other.folder / "out").exists()


CUT = "DELETE FROM log WHERE position > 3"


@pytest.mark.parametrize(
    "rest",
    [
        "DELETE FROM entry WHERE position > 3",
        "DELETE FROM leaf WHERE position > 3",
    ],
    ids=["the tree goes on", "the index goes on"],
)
def test_a_log_that_was_cut_is_not_signed(auditor: Auditor, rest: str) -> None:
    """Nothing is signed or proved where what is kept beside the log goes on behind its end."""
    auditor.done("checkpoint", "--size", "3", "--out", "three")
    tamper(auditor.place, CUT, rest)
    for args in (
        ("checkpoint",),
        ("checkpoint", "--size", "2"),
        ("prove", "2"),
        ("export", "tlog", "out"),
    ):
        auditor.no(2, "ends at position 3, but its derived tables go further", *args)
    auditor.no(2, "go further", "prove", "2", "--checkpoint", "three")


def test_an_earlier_checkpoint_is_compared_with_the_entries(auditor: Auditor) -> None:
    """An entry changed beneath a tree left as it was is seen, however far back it lies."""
    more = "  - {{type: command-attested, by: DNK, on: 2021-05-11, at: line {}}}\n"
    first, _, _ = LATER.partition("events:\n")
    said = auditor("checkpoint", "--out", "kept").stderr
    assert said.rstrip().endswith("; all compared with the Merkle tree")
    kept = (auditor.folder / "kept").read_bytes()
    auditor.add(first + "events:\n" + "".join(more.format(at) for at in range(300)))
    said = auditor("checkpoint", "--since", "kept").stderr
    last = "; the last 256 of 305 compared with the Merkle tree"
    assert f"{last}, the first 4 with the earlier checkpoint; `mission verify` compares" in said
    auditor.tamper(2, flipped)
    auditor.done("checkpoint")  # which says what it looked at
    auditor.no(1, UPTO_4, "checkpoint", "--since", "kept")
    auditor.no(1, UPTO_4, "checkpoint", "--out", "kept")
    auditor.no(1, UPTO_4, "prove", "--since", "kept")
    assert (auditor.folder / "kept").read_bytes() == kept
    assert f"{last}; `mission verify` compares all" in auditor("prove", "9").stderr


# Verifying ---------------------------------------------------------------------------------------


def test_a_sound_ledger_is_verified_and_what_is_not_shown_is_said(auditor: Auditor) -> None:
    """Nothing wrong is exit 0, and the answer says what no look at the ledger alone can show."""
    said = auditor.done("verify")
    assert "No fault found in 4 entries" in said
    assert "Not shown\n-  that nobody replaced the whole ledger" in said
    data = json.loads(auditor.done("verify", "--format", "json"))
    assert (data["holds"], data["findings"], data["checkpoint"]) == (True, [], None)


def test_the_first_bad_entry_is_named(auditor: Auditor) -> None:
    """A changed byte is found at its position, with exit code 1, in every format."""
    auditor.tamper(3, flipped)
    auditor.tamper(4, flipped)
    result = auditor("verify")
    assert result.returncode == 1
    assert "the first bad entry is at position 3" in result.stdout
    assert "does not match its leaf in the Merkle" in " ".join(result.stdout.split())
    result = auditor("verify", "--format", "json")
    data = json.loads(result.stdout)
    assert (result.returncode, data["holds"], data["first_bad"]) == (1, False, 3)
    assert {each["position"] for each in data["findings"]} == {3, 4}
    result = auditor("verify", "--format", "csv")
    assert result.stdout.splitlines()[0] == "position,code,message"
    assert result.returncode == 1


def test_a_checkpoint_counts_with_its_key_only(auditor: Auditor) -> None:
    """A signature that was not checked is never taken for good: exit 2, and `holds` is null."""
    auditor.done("checkpoint", "--out", "kept")
    assert "the signature on kept" in auditor.done(
        "verify", "--checkpoint", "kept", "--key", "public.key"
    )
    vkey = (auditor.folder / "public.key").read_text(encoding="utf-8").strip()
    data = json.loads(
        auditor.done("verify", "--checkpoint", "kept", "--key", vkey, "--format", "json")
    )
    assert (data["holds"], data["checkpoint"]["signature"]) == (True, "checked")
    auditor.no(2, "was not checked", "verify", "--checkpoint", "kept")
    data = json.loads(auditor("verify", "--checkpoint", "kept", "--format", "json").stdout)
    assert (data["holds"], data["checkpoint"]["signature"]) == (None, "not checked")
    other = auditor.done("key", "new", ORIGIN, "--out", "other.key").strip()
    auditor.no(1, "not signed by the key", "verify", "--checkpoint", "kept", "--key", other)
    auditor.no(2, "truncated", "verify", "--checkpoint", "kept", "--key", vkey[:-4] + "AAAA")
    forged = (auditor.folder / "kept").read_text(encoding="utf-8").replace("\n4\n", "\n3\n")
    (auditor.folder / "forged").write_text(forged, encoding="utf-8")
    auditor.no(1, "forged", "verify", "--checkpoint", "forged", "--key", "public.key")
    auditor.no(2, "--key and --roots", "verify", "--key", "public.key")


def test_a_ledger_that_does_not_fit_its_checkpoint_is_told(auditor: Auditor) -> None:
    """A log that is shorter than a checkpoint, or begins otherwise, is exit 1 and says which."""
    auditor.done("checkpoint", "--out", "kept")
    check = (
        "verify",
        "--checkpoint",
        auditor.folder / "kept",
        "--key",
        auditor.folder / "public.key",
    )
    other = Auditor(auditor.folder / "other")
    other.folder.mkdir()
    other.done("init")
    result = other(*check)
    assert result.returncode == 1
    assert "the log has 0 entries and the checkpoint 4" in " ".join(result.stdout.split())
    other.add(LATER)
    other.add(NEWS)
    result = other(*check)
    assert result.returncode == 1
    assert "the first 4 entries are not those" in " ".join(result.stdout.split())


def checked(auditor: Auditor, name: str, *args: str) -> tuple[int, str, dict[str, Any]]:
    """Verify with a checkpoint; return the exit code, the page in one line, and the JSON."""
    check = ("verify", "--checkpoint", name, "--key", "public.key", *args)
    result = auditor(*check)
    data = json.loads(auditor(*check, "--format", "json").stdout)
    return result.returncode, " ".join(result.stdout.split()), data


def test_which_entry_cannot_be_told(auditor: Auditor) -> None:
    """Entries replaced with all that is derived from them are not said to be none."""
    auditor.done("checkpoint", "--out", "kept")
    tamper(
        auditor.place,
        "UPDATE log SET bytes = CAST(replace(bytes, 'anna', 'hans') AS BLOB)",
    )
    fit_tree(auditor.place)
    assert "No fault found in 4 entries" in auditor.done("verify")
    code, said, data = checked(auditor, "kept")
    assert (code, data["first_bad"]) == (1, None)
    assert "Damaged: 1 fault found; which entry cannot be told" in said
    assert "the first 4 entries against the root in kept" in data["checked"]
    with closing(sqlite3.connect(auditor.place)) as raw:
        raw.execute("DROP TRIGGER log_no_update")
    assert auditor("verify").stdout.startswith("Damaged: 1 fault found\n")


def test_nothing_counts_as_checked_that_was_not(auditor: Auditor) -> None:
    """Where log and checkpoint could not be compared, that stands under what was not shown."""
    auditor.done("checkpoint", "--out", "four")
    auditor.done("checkpoint", "--size", "1", "--out", "one")
    tamper(auditor.place, "DELETE FROM log WHERE position = 3")
    code, _, data = checked(auditor, "four")
    assert code == 1
    assert not [line for line in data["checked"] if "against the root" in line]
    assert (
        "whether the log begins with the 4 entries of four: entries are missing"
        in data["not_shown"]
    )
    assert "the first 1 entry against the root in one" in checked(auditor, "one")[2]["checked"]
    tamper(auditor.place, "DELETE FROM log WHERE position > 2")
    _, _, data = checked(auditor, "four")
    assert not [line for line in data["checked"] if "against the root" in line]
    assert "whether the log begins with the 4 entries of four: it has only 2" in data["not_shown"]


def test_announcements_that_could_not_be_checked_are_in_the_headline(
    auditor: Auditor, tmp_path: Path
) -> None:
    """An announcement of which it cannot be told whether it is all there is no fault, and said."""
    log = log_of(stated("um", range(4)), stated("um", range(6)), stated("fmn", range(2)))
    place = create_record(tmp_path / "older.sqlite")
    with open_record(place, write=True) as store:
        store.continue_with(with_digests(log, dict.fromkeys((6, 7), "0" * 64)))
    said = " ".join(auditor.done("verify", "--ledger", place).split())
    missing = "whether 1 announcement is all there"
    assert said.startswith(f"No fault found in 10 entries; {missing} could not be checked")
    data = json.loads(auditor.done("verify", "--ledger", place, "--format", "json"))
    assert (data["holds"], data["unchecked"]) == (True, 1)
    assert missing in data["not_shown"]


def test_what_comes_after_a_checkpoint_is_never_shown(auditor: Auditor) -> None:
    """Even where the log ends with the checkpoint, more may have been there."""
    auditor.done("checkpoint", "--out", "kept")
    said = "that no entry after 4 was removed or replaced: kept is of 4"
    assert said in checked(auditor, "kept")[2]["not_shown"]
    auditor.add(LATER)
    code, page, data = checked(auditor, "kept")
    assert (code, said in data["not_shown"]) == (0, True)
    assert "No fault found in 6 entries, which begin with the 4 of the checkpoint" in page


def test_a_checkpoint_of_nothing_shows_nothing(auditor: Auditor) -> None:
    """An empty log is the beginning of every log, and neither verdict makes more of it."""
    auditor.done("checkpoint", "--size", "0", "--out", "none")
    code, said, data = checked(auditor, "none")
    assert (code, "begin with" in said) == (0, False)
    assert "an empty log is the beginning of every log" in said
    assert not [line for line in data["checked"] if "against the root" in line]
    auditor.done("prove", "--since", "none", "--out", "since.proof")
    check = ("verify", "--proof", "since.proof", "--key", "public.key", "--since", "none")
    said = " ".join(auditor.done(*check).split())
    assert said.startswith("The proof shows nothing: an empty log is the beginning of every log")


def test_a_ledger_that_cannot_be_opened_is_an_answer(auditor: Auditor) -> None:
    """A ledger too damaged to be read is exit 1, and an answer in every format."""
    data = bytearray(auditor.place.read_bytes())
    data[100:8000] = os.urandom(7900)
    auditor.place.write_bytes(data)
    for file in auditor.folder.glob("ledger.sqlite-*"):
        file.unlink()
    result = auditor("verify", "--format", "json")
    found = json.loads(result.stdout)
    assert (result.returncode, found["holds"], found["checked"]) == (1, False, [])
    assert [each["code"] for each in found["findings"]] == ["database"]
    result = auditor("verify")
    assert (result.returncode, "Damaged: 1 fault found" in result.stdout) == (1, True)
    assert "hint: " in result.stderr


def test_a_row_too_many_is_told_as_such(auditor: Auditor) -> None:
    """A node where none belongs is found by counting them."""
    tamper(auditor.place, "INSERT INTO leaf VALUES (-1, zeroblob(32))")
    said = " ".join(auditor("verify", "--format", "json").stdout.split())
    assert "rows before position 1: 1" in said


def test_a_quick_verification_says_what_it_leaves_out(auditor: Auditor) -> None:
    """It finds a changed entry, with a checkpoint too, but no changed row of the index."""
    auditor.done("checkpoint", "--out", "kept")
    tamper(auditor.place, "DELETE FROM claim")
    said = auditor.done("verify", "--quick")
    assert "No fault found in 4 entries, checked quickly" in said
    assert "with --quick: that every entry and announcement is valid" in " ".join(said.split())
    data = json.loads(auditor("verify", "--quick", "--format", "json").stdout)
    assert (data["holds"], data["quick"]) == (True, True)
    assert json.loads(auditor("verify", "--format", "json").stdout)["quick"] is False
    assert "Damaged" in auditor("verify").stdout
    auditor.done("verify", "--quick", "--checkpoint", "kept", "--key", "public.key")
    forged(auditor.place)
    assert auditor("verify", "--quick").returncode == 1
    auditor.no(2, "--proof can be combined", "verify", "--quick", "--proof", "kept")


def test_a_ledger_that_is_none_is_no_answer(auditor: Auditor) -> None:
    """Where there is no ledger, none is verified: exit 2, and never the shipped record."""
    auditor.no(2, "no ledger", "verify", "--ledger", "none.sqlite")
    auditor.no(2, "no ledger", "verify", MISSION_LEDGER="")
    auditor.no(2, "not a mission ledger", "verify", "--ledger", "news.yaml")


# Proofs ------------------------------------------------------------------------------------------


def test_a_proof_is_checked_without_a_ledger(auditor: Auditor) -> None:
    """A proof file and the public key are enough, anywhere, and the entry itself is in it."""
    auditor.done("prove", "2", "--out", "two.proof")
    auditor.no(2, "already exists", "prove", "2", "--out", "two.proof")
    proof = (auditor.folder / "two.proof").read_text(encoding="utf-8")
    assert auditor.done("prove", "2") == proof
    auditor.place.unlink()
    check = ("verify", "--proof", "two.proof", "--key", "public.key")
    said = auditor.done(*check, MISSION_LEDGER="")
    assert f"The proof holds: entry 2 is in the log {ORIGIN}" in said
    assert "command-taken-over: by Denmark (DNK), on 2020-11" in said
    data = json.loads(auditor.done(*check, "--format", "json"))
    assert (data["position"], data["entry"]["data"]["by"]) == (2, "DNK")
    assert data["checkpoint"]["size"] == 4
    assert not auditor.place.exists()
    auditor.no(2, "nothing was checked", "verify", "--proof", "two.proof")
    auditor.no(2, "no public key", "verify", "--proof", "two.proof", "--key", "two.proof")
    auditor.no(2, "--since requires", *check, "--since", "public.key")


def test_a_proof_that_was_changed_does_not_hold(auditor: Auditor) -> None:
    """Any other entry, place, hash or checkpoint in a proof is refused, and its file named.

    One changed byte may make it no proof at all, which is a wrong input (exit code 2), or one
    that does not hold, where the answer is no (1).
    """
    auditor.done("prove", "2", "--out", "two.proof")
    proof = (auditor.folder / "two.proof").read_text(encoding="utf-8")
    lines = proof.splitlines(keepends=True)
    spoilt = {
        "entry": proof.replace(lines[1], f"extra {base64.b64encode(b'another').decode()}\n"),
        "place": proof.replace("\nindex 1\n", "\nindex 0\n"),
        "hash": proof.replace(lines[3], ""),
        "size": proof.replace("\n4\n", "\n5\n"),
        "cut": proof[: len(proof) // 2],
        "none": "dear diary\n",
        "a": proof.replace("\nindex 1\n", "\nindex x\n"),
    }
    for what, text in spoilt.items():
        assert text != proof
        (auditor.folder / what).write_text(text, encoding="utf-8")
        code = 2 if what in ("cut", "none", "a") else 1
        auditor.no(code, f"error: {what}: ", "verify", "--proof", what, "--key", "public.key")


@pytest.mark.parametrize(
    "args",
    [
        ("verify", "--proof", "k.py", "--key", "public.key"),
        ("verify", "--proof", "since.proof", "--since", "k.py", "--key", "public.key"),
        ("verify", "--checkpoint", "k.py", "--key", "public.key"),
        ("verify", "--checkpoint", "k.py"),
        ("verify", "--checkpoint", "kept", "--key", "public.key", "--roots", "k.py"),
        ("prove", "--since", "k.py"),
        ("prove", "2", "--checkpoint", "k.py"),
        ("checkpoint", "--since", "k.py"),
        ("checkpoint", "--out", "k.py"),
        ("checkpoint", "k.py", "--timestamp", "kept"),
        ("checkpoint", "kept", "--timestamp", "k.py"),
        ("checkpoint", "kept", "--timestamp", "kept", "--roots", "k.py"),
        ("export", "tlog", "out", "--checkpoint", "k.py"),
    ],
    ids=" ".join,
)
def test_a_file_that_is_something_else_is_a_wrong_input(
    auditor: Auditor, args: tuple[str, ...]
) -> None:
    """What is no proof, checkpoint or timestamp at all is named, with exit code 2."""
    auditor.done("checkpoint", "--out", "kept")
    auditor.done("prove", "--since", "kept", "--out", "since.proof")
    (auditor.folder / "k.py").write_text("print('k')\n", encoding="utf-8")
    auditor.no(2, "error: k.py: ", *args)
    if args[0] == "verify":
        result = json.loads(auditor(*args, "--format", "json").stdout)
        assert (result["error"], result["message"][:6]) == ("unreadable", "k.py: ")
    assert not (auditor.folder / "out").exists()
    assert not (auditor.folder / "kept.tsr").exists()


def test_an_earlier_checkpoint_is_proved_to_be_a_prefix(auditor: Auditor) -> None:
    """That nothing before a checkpoint was touched is proved without a ledger, from it only."""
    auditor.done("checkpoint", "--size", "1", "--out", "one")
    auditor.done("checkpoint", "--out", "four")
    auditor.add(LATER)
    auditor.done("prove", "--since", "four", "--out", "since.proof")
    auditor.place.unlink()
    check = ("verify", "--proof", "since.proof", "--key", "public.key")
    said = auditor.done(*check, "--since", "four")
    assert "begins with the 4 entries" in said
    auditor.no(1, "starts from 4 entries", *check, "--since", "one")
    auditor.no(2, "--since", *check)
    auditor.no(2, "name either an ENTRY", "prove", "2", "--since", "four")
    auditor.no(2, "name either an ENTRY", "prove")


def test_a_proof_can_be_made_under_a_checkpoint_that_is_there(auditor: Auditor) -> None:
    """Without a signing key, a proof goes under a checkpoint that somebody signed before."""
    auditor.done("checkpoint", "--out", "kept")
    auditor.add(LATER)
    shutil.rmtree(auditor.folder / "config")
    auditor.done("prove", "3", "--checkpoint", "kept", "--out", "three.proof")
    auditor.done("verify", "--proof", "three.proof", "--key", "public.key")
    auditor.no(
        2, "kept covers 4 entries; the entry is at position 5", "prove", "5", "--checkpoint", "kept"
    )
    auditor.no(1, "no event, source or position", "prove", "77", "--checkpoint", "kept")


def test_a_checkpoint_later_than_the_one_to_prove_under(auditor: Auditor) -> None:
    """A later checkpoint with --since is a wrong call, and no sign that entries were removed."""
    auditor.done("checkpoint", "--size", "2", "--out", "two")
    auditor.done("checkpoint", "--out", "four")
    auditor.no(2, "later than", "prove", "--since", "four", "--checkpoint", "two")
    tamper(auditor.place, "DELETE FROM entry WHERE position > 3", CUT)
    fit_tree(auditor.place)
    auditor.no(1, "entries were removed", "prove", "--since", "four", "--checkpoint", "two")


def test_whoever_signed_what_is_proved_from_was_not_looked_at(auditor: Auditor) -> None:
    """A checkpoint that is taken as it is is named as such, with --since as with --checkpoint."""
    auditor.done("key", "new", ORIGIN, "--out", "other.key")
    auditor.done("checkpoint", "--key", "other.key", "--out", "forged")
    unseen = "not checked: who signed forged"
    assert unseen in auditor("prove", "--since", "forged").stderr
    assert unseen in auditor("prove", "2", "--checkpoint", "forged").stderr
    assert "who signed" not in auditor("prove", "2").stderr


def test_nothing_is_proved_of_a_changed_ledger(auditor: Auditor) -> None:
    """A proof that would not hold is not handed out."""
    auditor.done("checkpoint", "--out", "kept")
    with closing(sqlite3.connect(auditor.place)) as raw:
        raw.execute("UPDATE leaf SET hash = zeroblob(32) WHERE position = 1")
        raw.commit()
    auditor.no(2, "mission verify", "prove", "2", "--checkpoint", "kept", "--out", "two.proof")
    assert not (auditor.folder / "two.proof").exists()


# Timestamps --------------------------------------------------------------------------------------


def openssl(folder: Path, args: str) -> None:
    """Run openssl in a folder."""
    subprocess.run(["openssl", *args.split()], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the files of a timestamp authority."""
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl command")
    folder = tmp_path_factory.mktemp("authority")
    config = "[tsa]\nserial=serial\ncrypto_device=builtin\nsigner_digest=sha256\n"
    config += "default_policy=1.2.3.4\ndigests=sha256\nsigner_cert=tsa.pem\nsigner_key=tsa.key\n"
    config += "certs=tsa.pem\n[req]\ndistinguished_name=dn\n[dn]\n[ext]\n"
    config += "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
    config += "basicConstraints=CA:TRUE\n"
    (folder / "tsa.cnf").write_text(config, encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="utf-8")
    openssl(
        folder,
        "req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -days 2 -subj /CN=TSA"
        " -config tsa.cnf -extensions ext",
    )
    return folder


@pytest.fixture
def reply(auditor: Auditor, authority: Path) -> Callable[[str], None]:
    """Give a timestamp authority: it writes reply.tsr about a file; its certificate is tsa.pem."""
    shutil.copytree(authority, auditor.folder, dirs_exist_ok=True)

    def write(name: str) -> None:
        openssl(auditor.folder, f"ts -query -data {name} -sha256 -cert -out query.tsq")
        reply = "ts -reply -queryfile query.tsq -out reply.tsr -config tsa.cnf -section tsa"
        openssl(auditor.folder, reply)

    return write


def test_a_timestamp_is_kept_beside_its_checkpoint(
    auditor: Auditor, reply: Callable[[str], None]
) -> None:
    """A timestamp is taken for the checkpoint it is about, and openssl finds the same."""
    auditor.done("checkpoint", "--out", "kept")
    auditor.done("checkpoint", "--size", "1", "--out", "one")
    reply("kept")
    attach = ("checkpoint", "kept", "--timestamp", "reply.tsr")
    auditor.no(1, "error: reply.tsr: ", "checkpoint", "one", "--timestamp", "reply.tsr")
    assert not (auditor.folder / "one.tsr").exists()
    result = auditor(*attach)
    assert result.returncode == 0, result.stderr
    assert "signature of the authority was not checked" in result.stderr
    assert auditor(*attach, "--roots", "tsa.pem").stderr == ""
    openssl(auditor.folder, "ts -verify -data kept -in kept.tsr -CAfile tsa.pem")
    check = ("verify", "--checkpoint", "kept", "--key", "public.key", "--format", "json")
    stamp = json.loads(auditor.done(*check))["checkpoint"]["timestamp"]
    assert stamp["authority"] == "not checked"
    stamp = json.loads(auditor.done(*check, "--roots", "tsa.pem"))["checkpoint"]["timestamp"]
    assert stamp["authority"] == "checked"
    auditor.add(LATER)
    auditor.no(2, "has a timestamp", "checkpoint", "--out", "kept")
    auditor.no(2, "--timestamp requires a CHECKPOINT", *attach, "--out", "new")
    reply("kept")
    auditor.no(2, "already exists", *attach)


def test_a_timestamp_of_another_file_is_a_finding(
    auditor: Auditor, reply: Callable[[str], None]
) -> None:
    """A timestamp beside a checkpoint that is not about it is told, with exit code 1."""
    auditor.done("checkpoint", "--out", "kept")
    reply("news.yaml")
    (auditor.folder / "reply.tsr").rename(auditor.folder / "kept.tsr")
    result = auditor("verify", "--checkpoint", "kept", "--key", "public.key", "--format", "json")
    data = json.loads(result.stdout)
    assert (result.returncode, data["holds"]) == (1, False)
    assert [each["code"] for each in data["findings"]] == ["timestamp"]
    assert data["findings"][0]["message"].startswith("kept.tsr: ")


def test_a_timestamp_that_was_to_be_checked_has_to_be_there(
    auditor: Auditor, reply: Callable[[str], None]
) -> None:
    """Whoever takes the timestamp away does not take away the check that was asked for."""
    auditor.done("checkpoint", "--out", "kept")
    reply("kept")
    assert checked(auditor, "kept")[0] == 0
    code, said, data = checked(auditor, "kept", "--roots", "tsa.pem")
    assert (code, data["holds"]) == (1, False)
    assert [each["code"] for each in data["findings"]] == ["timestamp"]
    assert said.startswith("The timestamp does not hold. No fault found in 4 entries")
    assert "kept: there is no timestamp beside it, kept.tsr" in said
    (auditor.folder / "kept.tsr").write_text("dear diary\n")
    code, said, _ = checked(auditor, "kept")
    assert (code, "Damaged" in said) == (1, False)


def test_a_timestamp_of_the_earlier_checkpoint_is_looked_at(
    auditor: Auditor, reply: Callable[[str], None]
) -> None:
    """A bad timestamp beside the checkpoint that a proof starts from is told, with exit code 1."""
    auditor.done("checkpoint", "--out", "old")
    auditor.add(LATER)
    auditor.done("prove", "--since", "old", "--out", "since.proof")
    check = ("verify", "--proof", "since.proof", "--since", "old", "--key", "public.key")
    reply("old")
    (auditor.folder / "reply.tsr").rename(auditor.folder / "old.tsr")
    assert "who says so was not looked at" in " ".join(auditor.done(*check).split())
    reply("news.yaml")
    (auditor.folder / "reply.tsr").rename(auditor.folder / "old.tsr")
    result = auditor(*check)
    assert result.returncode == 1
    assert result.stdout.startswith("A timestamp does not hold. The proof holds: ")
    assert "does not match the file beside it" in " ".join(result.stdout.split())
    data = json.loads(auditor(*check, "--format", "json").stdout)
    assert (data["holds"], [each["code"] for each in data["findings"]]) == (False, ["timestamp"])


def test_one_entry_is_one_entry(auditor: Auditor) -> None:
    """What is counted is said in the singular where there is one of it."""
    result = auditor("checkpoint", "--size", "1", "--out", "one")
    assert "signed 1 entry as" in result.stderr
    assert "log of 1 entry;" in auditor("prove", "1", "--checkpoint", "one").stderr
    assert "log of 1 entry;" in auditor("export", "tlog", "out", "--checkpoint", "one").stderr
    auditor.no(2, "one covers 1 entry, more than", "checkpoint", "--out", "one", "--size", "0")
    auditor.done("prove", "--since", "one", "--out", "since.proof")
    check = ("verify", "--proof", "since.proof", "--key", "public.key", "--since", "one")
    said = " ".join(auditor.done(*check).split())
    assert "begins with the 1 entry of the earlier checkpoint" in said


# Exports -----------------------------------------------------------------------------------------


def test_the_log_is_exported_byte_for_byte(auditor: Auditor) -> None:
    """Every line is an entry's stored bytes; a file is there whole, and is not overwritten."""
    with open_record(auditor.place) as store:
        stored = b"".join(raw + b"\n" for _, raw in store.stored())
    assert auditor.done("export", "cloudevents").encode() == stored
    auditor.done("export", "cloudevents", "log.jsonl")
    assert (auditor.folder / "log.jsonl").read_bytes() == stored
    auditor.no(2, "already exists", "export", "cloudevents", "log.jsonl")
    auditor.tamper(3, lambda raw: raw + b"\n")
    auditor.no(2, "position 3", "export", "cloudevents", "other.jsonl")
    left = {path.name for path in auditor.folder.iterdir()}
    assert "other.jsonl" not in left
    assert not [name for name in left if name.startswith(".other")]


def test_the_log_is_published_as_tiles(auditor: Auditor) -> None:
    """A folder of tiles has the signed checkpoint, grows with the log, and is no other log's."""
    auditor.done("export", "tlog", "public")
    first = (auditor.folder / "public" / "checkpoint").read_text(encoding="utf-8")
    assert first == auditor.done("checkpoint")
    auditor.add(LATER)
    auditor.done("export", "tlog", "public")
    published = auditor.folder / "public" / "checkpoint"
    assert published.read_text(encoding="utf-8") == auditor.done("checkpoint") != first
    auditor.done("verify", "--checkpoint", published, "--key", "public.key")
