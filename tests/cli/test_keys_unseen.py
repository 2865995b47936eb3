"""No key is ever shown: whatever takes text is given one, as it is and in a file."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cli.main import COMMANDS, cli
from cli.options.key_guard import OTHERS
from events.errors import EventError
from events.redaction import holds_private_key
from ledger.shipped.records import load
from ledger.transparency.keys import ED25519, SigningKey
from ledger.transparency.signed_notes import to_base64
from projections.record import create_record, open_record
from tests.cli.desk import NEWS
from tests.ready import empty_ledger, shipped_ledger

KEY = SigningKey("example.org/nmi", bytes((7 * at * at + 31 * at + 5) % 256 for at in range(32)))
SEED = to_base64(ED25519 + KEY.seed)
PUBLIC = str(KEY.verifier)
LINE = f"PRIVATE+KEY+{KEY.name}+{KEY.verifier.key_id.hex()}+{SEED}"
PEM = (
    ed25519.Ed25519PrivateKey.from_private_bytes(KEY.seed)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
)
EC_PEM = (
    ec.derive_private_key(int.from_bytes(KEY.seed), ec.SECP256R1())
    .private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    .decode()
)


def body(pem: str) -> str:
    """Return what is between the first and the last line."""
    return "\n".join(pem.splitlines()[1:-1])


FORMS = {
    "whole": LINE,
    "in small letters": LINE.lower(),
    "in capitals": LINE.upper(),
    "between line ends": f"\r\n{LINE}\n",
    "in a sentence": f"the key is {LINE}, is it not?",
    "in a path": f"keys/{LINE}",
    "cut at the end": LINE[:-20],
    "cut in the middle": LINE[: len(LINE) * 2 // 3],
    "cut at the beginning": LINE[len("PRIVATE+") :],
    "cut within its name": LINE[len("PRIVATE+KEY+exam") :],
    "without its name": LINE[LINE.rindex("+", 0, -len(SEED) - 1) :],
    "cut within its id": LINE[-len(SEED) - 4 :],
    "cut after its id": f"{KEY.verifier.key_id.hex()}+{SEED[:24]}",
    "behind a slash": f"/{LINE.split('+', 3)[3]}",
    "with its signs escaped": LINE.replace("+", "%2B"),
    "with spaces for its signs": LINE.replace("+", " "),
    "without name and id": SEED,
    "beginning with a slash": f"/{SEED[2:]}=",
    "in the alphabet of URLs": SEED.replace("+", "-").replace("/", "_"),
    "behind a name": f"name={SEED}",
    "behind two names": f"name=key:{body(PEM)}",
    "alone in a sentence": f"it is {SEED}, is it not?",
    "PEM": PEM,
    "PEM of another kind": EC_PEM,
    "PEM on one line": EC_PEM.replace("\n", " "),
    "PEM with its line ends spelt out": EC_PEM.replace("\n", "\\n"),
    "PEM cut at the end": EC_PEM[: len(EC_PEM) * 2 // 3],
    "PEM cut at the beginning": EC_PEM[12:],
    "PEM without its first line": EC_PEM.partition("\n")[2],
    "PEM without first and last line": body(EC_PEM),
}

IN_FILES = (
    "whole",
    "cut at the end",
    "cut at the beginning",
    "without name and id",
    "PEM",
    "PEM of another kind",
    "PEM without its first line",
    "PEM without first and last line",
)

SECRET = {
    part[at : at + 8].casefold()
    for part in (SEED, FORMS["in the alphabet of URLs"], *body(PEM).split(), *body(EC_PEM).split())
    for at in range(len(part) - 7)
}


def leaks(text: str) -> bool:
    """Whether a run of eight characters of a secret part is in a text."""
    return any(each in text.casefold() for each in SECRET)


Words = tuple[str, ...]


def commands(group: click.Group = cli, words: Words = ()) -> Iterator[tuple[Words, click.Command]]:
    """Yield every command with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name), command


ALL = {" ".join(words): (words, command) for words, command in commands()}


def takes_text(parameter: click.Parameter) -> bool:
    """Whether a parameter has a value of its own."""
    return not (isinstance(parameter, click.Option) and (parameter.is_flag or parameter.count))


def calls(words: Words, command: click.Command, value: str) -> Iterator[tuple[str, Words]]:
    """Yield calls of a command that hand a value in, in each place that takes one."""
    for given in filter(takes_text, command.params):
        others = [
            word
            for each in command.params
            if each is not given and each.required
            for word in ((each.opts[0],) if isinstance(each, click.Option) else ())
            + ("x",) * max(each.nargs, 1)
        ]
        if isinstance(given, click.Option):
            option = given.opts[0]
            yield option, (*words, *others, option, value)
            yield option, (*words, *others, f"{option}={value}")
        else:
            yield f"argument {len(words) + 1}", (*words, value, *others)


def variables() -> set[str]:
    """Return the variables that any command reads, and others like them."""
    named = {each.envvar for _, command in ALL.values() for each in command.params}
    return {str(name) for name in named if name} | {"MISSION_ANYTHING", *OTHERS}


def run(*args: str, **env: str) -> Result:
    """Run `mission`, with no ledger named and nothing of the user's own."""
    home = {"HOME": str(Path.cwd()), "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config"}
    home |= {"XDG_STATE_HOME": "state", "VISUAL": "", "EDITOR": "false", "MISSION_BY": "anna"}
    return CliRunner().invoke(cli, args, env=home | env, prog_name="mission")


def held(folder: Path) -> dict[str, bytes]:
    """Return the files in a folder, by name."""
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file()
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_table_has_every_command() -> None:
    """What is tried is what click says there is."""
    assert {words[0] for words, _ in ALL.values()} == set(COMMANDS)
    assert len(list(calls(*ALL["verify"], "x"))) >= 10
    assert {"MISSION_LEDGER", "MISSION_KEY", "MISSION_BY"} <= variables()


@pytest.mark.parametrize("name", ALL)
def test_a_key_as_an_argument_is_refused(folder: Path, name: str) -> None:
    """Wherever a key is handed in, nothing is done, nothing of it is said but where it is."""
    for value in FORMS.values():
        for where, call in calls(*ALL[name], value):
            refused = run(*call)
            assert refused.exit_code == 2, call
            assert "looks like a private key" in refused.stderr, call
            assert where in refused.stderr, call
            assert not leaks(refused.output + str(refused.exception)), call
    assert not list(folder.iterdir())


@pytest.mark.parametrize("variable", sorted(variables()))
def test_a_key_in_a_variable_is_refused(folder: Path, variable: str) -> None:
    """A variable that holds a key is named, whatever the command makes of it."""
    for value in FORMS.values():
        for call in (("init",), ("add",), ("key", "new", "example.org/x"), ("types",)):
            refused = run(*call, **{variable: value})
            assert refused.exit_code == 2
            assert f"the variable {variable} looks like" in refused.stderr
            assert not leaks(refused.output)
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    "args",
    [
        (LINE,),
        (f"--{LINE}",),
        ("state", "nmi", f"-f{LINE}"),
        ("state", "nmi", f"--{LINE}", "x"),
        ("types", "a", "b", "c", LINE),
        ("help", LINE),
    ],
)
def test_a_key_where_nothing_is_taken_is_refused_too(folder: Path, args: Words) -> None:
    """A key that stands for a command or an option, or is one argument too many, is not shown."""
    refused = run(*args)
    assert refused.exit_code == 2
    assert "looks like a private key" in refused.stderr
    assert not leaks(refused.output)


@pytest.mark.parametrize("name", ALL)
def test_a_file_of_a_key_is_never_shown(folder: Path, name: str) -> None:
    """A key's file in the place of any other is refused or used, and nothing of it gets out."""
    shipped_ledger(folder / "ledger.sqlite")
    for number, form in enumerate(IN_FILES):
        Path(f"key-{number}").write_text(f"{FORMS[form]}\n")
        Path(f"key-{number}").chmod(0o600)
        for _, call in calls(*ALL[name], f"key-{number}"):
            result = run(*call, MISSION_LEDGER="ledger.sqlite")
            assert not leaks(result.output), call
            assert "internal error" not in result.output, call
    for at, data in held(folder).items():
        if at.startswith("key-"):
            assert data.decode() == f"{FORMS[IN_FILES[int(at[4:])]]}\n"
        else:
            assert not leaks(data.decode(errors="replace")), at


@pytest.mark.parametrize("value", FORMS.values(), ids=FORMS)
def test_a_key_on_standard_input_is_never_shown(folder: Path, value: str) -> None:
    """Piped in where an announcement or a log was meant, a key is refused and not shown."""
    create_record(folder / "ledger.sqlite")
    before = held(folder)
    for call in (["check", "-"], ["add", "-"], ["import", "-"], ["import", "--merge", "-"]):
        for form in ("table", "json"):
            result = CliRunner().invoke(
                cli,
                [*call, "--ledger", "ledger.sqlite", "--format", form],
                input=value,
                prog_name="mission",
            )
            assert result.exit_code in (1, 2)
            assert not leaks(result.output)
            if holds_private_key(value):
                assert "private-key" in result.output
    assert before == {name: data for name, data in held(folder).items() if name in before}


@pytest.mark.parametrize(
    "call",
    [
        ("verify", "--checkpoint", "signing.key", "--key", PUBLIC),
        ("verify", "--proof", "signing.key", "--key", PUBLIC),
        ("verify", "--checkpoint", "kept", "--key", PUBLIC, "--roots", "signing.key"),
        ("checkpoint", "signing.key", "--timestamp", "kept"),
        ("checkpoint", "kept", "--timestamp", "signing.key"),
        ("checkpoint", "--key", "signing.key", "--out", "signing.key"),
        ("checkpoint", "--key", "signing.key", "--since", "signing.key"),
        ("prove", "1", "--checkpoint", "signing.key"),
        ("prove", "--since", "signing.key", "--checkpoint", "kept"),
    ],
)
def test_a_file_that_holds_a_key_is_called_that(folder: Path, call: Words) -> None:
    """Where a checkpoint, a proof or certificates were meant, it is said what the file is."""
    shipped_ledger(folder / "ledger.sqlite")
    Path("signing.key").write_text(f"{LINE}\n")
    Path("signing.key").chmod(0o600)
    assert run("checkpoint", "--key", "signing.key", "--out", "kept",
               "--ledger", "ledger.sqlite").exit_code == 0  # fmt: skip
    refused = run(*call, "--ledger", "ledger.sqlite")
    assert refused.exit_code == 2
    assert "signing.key contains a private key" in refused.stderr
    assert Path("signing.key").read_text() == f"{LINE}\n"


def test_a_key_in_an_announcement_is_not_recorded(folder: Path) -> None:
    """A file with a private key anywhere in it states nothing, and its line is not shown."""
    create_record(folder / "ledger.sqlite")
    for value in (LINE, PEM.replace("\n", "\\n"), EC_PEM.replace("\n", "\n    ")):
        text = NEWS.replace("Helicopters leave", value)
        Path("news.yaml").write_text(text)
        refused = run("add", "news.yaml", "--ledger", "ledger.sqlite")
        assert refused.exit_code == 2
        assert "news.yaml: private-key: " in refused.stderr
        assert not leaks(refused.output)
    with open_record(folder / "ledger.sqlite") as store:
        assert store.position() == 0


@pytest.mark.parametrize("name", ALL)
def test_a_public_key_is_in_no_error(folder: Path, name: str) -> None:
    """What went wrong with a public key is told without it; where it was wanted, it is used."""
    public = {PUBLIC.split("+", 2)[2][at : at + 8] for at in range(37)}
    for value in (PUBLIC, f" {PUBLIC}"):
        for _, call in calls(*ALL[name], value):
            result = run(*call)
            shown = result.output if result.exit_code == 2 else result.stderr
            if result.exit_code:  # where it is 1, the answer may name what it was put to
                assert not any(each in shown for each in public), call


def test_public_keys_are_shown_to_whoever_asks(folder: Path) -> None:
    """`key new` and `key show` print the public key, and `verify` names the one it went by."""
    create_record(folder / "ledger.sqlite")
    made = run("key", "new", "example.org/nmi", "--out", "signing.key").stdout.strip()
    assert run("key", "show", "signing.key").stdout.strip() == made
    assert run("key", "show", made).stdout.strip() == made
    Path("public.key").write_text(made)
    signed = ("--key", "signing.key", "--ledger", "ledger.sqlite")
    assert run("checkpoint", "--out", "kept", *signed).exit_code == 0
    for key in (made, "public.key"):
        told = run("verify", "--checkpoint", "kept", "--key", key, "--ledger", "ledger.sqlite",
                   "--format", "json")  # fmt: skip
        assert told.exit_code == 0, told.output
        assert json.loads(told.stdout)["checkpoint"]["key"] == made


def test_a_key_is_nobodys_name(folder: Path) -> None:
    """Nobody records under a key, neither through the library nor in what is imported."""
    with open_record(create_record(folder / "ledger.sqlite"), write=True) as store:
        for value in (SEED, LINE, FORMS["cut after its id"]):
            with pytest.raises(EventError, match="looks like a private key"):
                load(store, "nmi", by=value)
        load(store, "nmi")
    log = run("export", "cloudevents", "--ledger", "ledger.sqlite").stdout
    Path("log.jsonl").write_text(
        log.replace('"recordedby":"mission-ledger"', f'"recordedby":"{SEED}"')
    )
    create_record(folder / "copy.sqlite")
    refused = run("import", "log.jsonl", "--ledger", "copy.sqlite")
    assert refused.exit_code == 2
    assert "looks like a private key" in refused.stderr
    assert not leaks(refused.output)


@pytest.mark.parametrize(
    "args",
    [
        ("state", "nmi", "--during", f"2020..{body(PEM)}"),
        ("state", "nmi", "--on", f"2020/{body(PEM)}."),
        ("date", f"in ({body(PEM)})."),
        ("diff", "nmi", "--on", f"{SEED}..2020"),
        ("find", "--who", f"key/../{SEED}"),
        ("types", f"~x~{SEED}"),
        ("add", f"./{SEED}"),
    ],
)
def test_what_may_be_a_key_is_not_repeated(folder: Path, args: Words) -> None:
    """Where a key is not refused, what is said of it names no part of it, and no word in it."""
    shipped_ledger(folder / "ledger.sqlite")
    refused = run(*args, MISSION_LEDGER="ledger.sqlite")
    assert refused.exit_code in (1, 2)
    assert not leaks(refused.output)
    assert not any(word in refused.output for word in re.findall("[A-Za-z]{4,}", SEED + body(PEM)))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:Hunter2@127.0.0.1:1/db",
        "postgresql:/u:x Hunter2@h/db",
        "//u:a@Hunter2@h",
        "u:Hunter2@h/db",
        "https://h/?password=Hunter2",
    ],
)
def test_a_password_in_the_wrong_place_is_not_repeated(folder: Path, name: str, url: str) -> None:
    """A database URL handed in where something else was meant is told without its password."""
    empty_ledger(folder / "ledger.sqlite")
    for _, call in calls(*ALL[name], url):
        result = run(*call, MISSION_LEDGER="ledger.sqlite")
        assert result.exit_code == 0 or "Hunter2" not in result.output, call


@pytest.mark.parametrize(
    "args",
    [
        ("state", "nmi", "--on", "2021-06-15"),
        ("show", "5f" * 32),
        ("check", "/home/anna/records/Missions2021/ledgers/January/Final"),
        ("check", "records/Missions2021/ledgers/JanuaryOf2021/Announcement1"),
        ("check", "/Reports2021FromTheNATOMissionInIraqAndElsewhere"),
        (
            "correct",
            "5f5f",
            "--reason",
            "x",
            "--set",
            "url=https://h/?id=1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2",
        ),
        ("date", "PRIVATE KEY"),
        ("state", "nmi+2021", "--on", "2021-05+12345678"),
        ("retract", "5f5f5f5f5f5f", "--reason", "Denmark says 2021 and the other report says 2020"),
    ],
)
def test_what_is_no_key_is_let_by(folder: Path, args: Words) -> None:
    """Ids, dates, reasons and long paths are not taken for keys."""
    Path("records/Missions2021/ledgers/JanuaryOf2021").mkdir(parents=True)
    assert "looks like a private key" not in run(*args).output
