"""`mission key`: create a key that signs checkpoints, and print its public key."""

import os
from pathlib import Path

import click
import sqlalchemy as sa

from cli.call import complete_files
from cli.evidence.signing import default_key, public_key, signing_key
from cli.failures import CallError
from cli.groups import Group
from cli.options.common import file_option, ledger_option
from cli.render.messages import say
from cli.standard_streams import DASH
from events.errors import MissionLedgerError
from ledger.location import default_path, parse_place
from ledger.transparency.keys import new_key, verifier_pem, write_key


@click.group(cls=Group, name="key")
def command() -> None:
    """Create a signing key, or print its public key.

    Whoever has the signing key can sign checkpoints in your name: store it away from the ledger,
    and publish only what `key show` prints. Without FILE, MISSION_KEY names the key.

    \b
    Examples:
      mission key new example.org/mission-ledger
      mission key show --pem > public.pem
    """  # noqa: D301


@command.command(name="new", short_help="Create a signing key.")
@click.argument("name", metavar="NAME")
@file_option(
    "--out",
    "Write the key to FILE  [env: MISSION_KEY; default: in your configuration folder]",
    envvar="MISSION_KEY",
)
@ledger_option
def new(*, name: str, out: str | None, ledger: str | None) -> None:
    """Create a signing key for the log called NAME, and print its public key.

    NAME identifies the log permanently to everyone: a host name you own and a path, without a
    scheme, spaces or plus signs. An existing key is never overwritten.

    \b
    Example:
      mission key new example.org/nmi --out ~/keys/mission.key
    """  # noqa: D301
    if name.startswith(("/", ".", "~")) or "://" in name:
        raise MissionLedgerError(
            f"{name} is not a log name",
            hint="write a host and a path: example.org/mission-ledger; --out FILE sets the file",
        )
    if out == DASH:
        raise CallError(
            "a signing key is never written to standard output", "name a file: --out FILE"
        )
    path = _outside(out, ledger) if out else default_key()
    try:
        key = new_key(name)
        if not out:
            path.parent.mkdir(parents=True, exist_ok=True)
        write_key(path, key)
    except OSError as error:
        raise MissionLedgerError(f"{path} cannot be written: {error.strerror or error}") from None
    say(f"created a signing key: {path} (keep it secret, and keep a copy)")
    say("its public key, for everyone who checks its signatures:")
    click.echo(str(key.verifier))


@command.command(name="show", short_help="Print the public key of a signing key.")
@click.argument(
    "file", metavar="[FILE]", required=False, envvar="MISSION_KEY", shell_complete=complete_files
)
@click.option("--pem", is_flag=True, help="Print PEM, for openssl.")
def show(*, file: str | None, pem: bool) -> None:
    """Print the public key of a signing key as one line, a C2SP vkey.

    FILE is a signing key, or a public key.

    \b
    Example:
      mission key show --pem > public.pem
    """  # noqa: D301
    verifier = public_key(file) if file else signing_key(None).verifier
    click.echo(verifier_pem(verifier).decode() if pem else str(verifier), nl=not pem)


def _outside(out: str, ledger: str | None) -> Path:
    """Return the path for a key. Raises MissionLedgerError if it is a path of the ledger."""
    path, place = parse_place(out), parse_place(ledger) if ledger else default_path()
    if "://" in out or not isinstance(path, Path) or _is_of(path, place):
        raise MissionLedgerError(
            f"{out} is a place for a ledger; a signing key is never stored there",
            hint="name a file elsewhere: whoever can write to the ledger must not be able to sign",
        )
    return path.absolute()


def _is_of(path: Path, ledger: "Path | sa.URL") -> bool:
    """Return whether a path is a ledger's file, or has the prefix of the files next to it."""
    if not isinstance(ledger, Path):
        return False
    folder, name = os.path.split(os.path.realpath(path))
    ledger_folder, ledger_name = os.path.split(os.path.realpath(ledger))
    return folder == ledger_folder and name.startswith(ledger_name)
