"""`mission key`: the key that signs checkpoints, and its public half."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.call import complete_files
from cli.evidence.signing import default_key, public_key, signing_key
from cli.failures import CallError, shown
from cli.groups import Group
from cli.options.common import ledger_option
from cli.render.messages import say
from cli.standard_streams import DASH
from events.errors import MissionLedgerError
from ledger.location import default_path, where_is

if TYPE_CHECKING:
    import sqlalchemy as sa


@click.group(cls=Group, name="key")
def command() -> None:
    """Make a signing key, or show its public half.

    Whoever has the signing key can sign checkpoints in your name: keep it away from the ledger,
    and give away only what `key show` prints. MISSION_KEY names the key where no FILE does.

    \b
    Examples:
      mission key new example.org/mission-ledger
      mission key show --pem > public.pem
    """  # noqa: D301


@command.command(name="new", short_help="Make a signing key.")
@click.argument("name", metavar="NAME")
@click.option(
    "--out",
    metavar="FILE",
    shell_complete=complete_files,
    envvar="MISSION_KEY",
    help="Where the key is kept  [env: MISSION_KEY; default: in your configuration folder]",
)
@ledger_option
def new(*, name: str, out: str | None, ledger: str | None) -> None:
    """Make a signing key for the log called NAME, and print its public key.

    NAME says whose log it is, for everyone and for good: a host name of yours and a path, with
    no scheme, no space and no plus sign. A key is never overwritten.

    \b
    Example:
      mission key new example.org/nmi --out ~/keys/mission.key
    """  # noqa: D301
    from ledger.transparency.keys import new_key, write_key  # noqa: PLC0415 (start-up)

    if name.startswith(("/", ".", "~")) or "://" in name:
        raise MissionLedgerError(
            f"{name} is no name of a log", hint="example.org/mission-ledger; --out FILE says where"
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
    say(f"made a signing key: {shown(path)} (keep it secret, and keep a copy)")
    say("its public key, for everyone who checks what it signs:")
    click.echo(str(key.verifier))


@command.command(name="show", short_help="Print the public key of a signing key.")
@click.argument(
    "file", metavar="[FILE]", required=False, envvar="MISSION_KEY", shell_complete=complete_files
)
@click.option("--pem", is_flag=True, help="As PEM, for openssl.")
def show(*, file: str | None, pem: bool) -> None:
    """Print the public key of a signing key (or of a public key's FILE): one line, C2SP vkey.

    \b
    Example:
      mission key show --pem > public.pem
    """  # noqa: D301
    from ledger.transparency.keys import verifier_pem  # noqa: PLC0415 (start-up)

    verifier = public_key(file) if file else signing_key(None).verifier
    click.echo(verifier_pem(verifier).decode() if pem else str(verifier), nl=not pem)


def _outside(out: str, ledger: str | None) -> Path:
    """Return the path for a key, which must not be a ledger's. Raises MissionLedgerError."""
    path, place = where_is(out), where_is(ledger) if ledger else default_path()
    if "://" in out or not isinstance(path, Path) or _is_of(path, place):
        raise MissionLedgerError(
            f"{out} is a place for a ledger, and a signing key is never put into one",
            hint="whoever may write to the ledger could sign for it; name a file elsewhere",
        )
    return path.absolute()


def _is_of(path: Path, ledger: "Path | sa.URL") -> bool:
    """Whether a path is a ledger's file, or begins as the files beside it do."""
    if not isinstance(ledger, Path):
        return False
    folder, name = os.path.split(os.path.realpath(path))
    ledger_folder, ledger_name = os.path.split(os.path.realpath(ledger))
    return folder == ledger_folder and name.startswith(ledger_name)
