"""`mission key`: the key that signs checkpoints, and its public half."""

from pathlib import Path

import click

from cli.failures import shown
from cli.options import ledger_option
from cli.signing import default_key, public_key, signing_key, wrong_input
from events.errors import MissionLedgerError
from ledger.opening import default_path


@click.group(name="key", short_help="Make a signing key, or show its public half.")
def command() -> None:
    """Make a signing key, or show its public half.

    Whoever has the signing key can sign checkpoints in your name: keep it away from the ledger,
    and give away only what `key show` prints. MISSION_KEY names the key where no FILE does.

    \b
    Examples:
      mission key new example.org/mission-ledger
      mission key show --pem > public.pem
    """  # noqa: D301


@command.command(name="new")
@click.argument("name", metavar="NAME")
@click.option(
    "--out",
    metavar="FILE",
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
      mission key new example.org/mission-ledger --out ~/keys/mission.key
    """  # noqa: D301
    from ledger.keys import new_key, write_key  # noqa: PLC0415 (start-up)

    path = _outside(out, ledger) if out else default_key()
    try:
        with wrong_input():
            key = new_key(name)
            if not out:
                path.parent.mkdir(parents=True, exist_ok=True)
            write_key(path, key)
    except OSError as error:
        raise MissionLedgerError(f"{path} cannot be written: {error.strerror or error}") from None
    click.echo(f"made a signing key: {shown(path)} (keep it secret, and keep a copy)", err=True)
    click.echo("its public key, for everyone who checks what it signs:", err=True)
    click.echo(str(key.verifier))


@command.command(name="show")
@click.argument("file", metavar="[FILE]", required=False, envvar="MISSION_KEY")
@click.option("--pem", is_flag=True, help="As PEM, for openssl.")
def show(*, file: str | None, pem: bool) -> None:
    """Print the public key of a signing key (or of a public key's FILE): one line, C2SP vkey.

    \b
    Example:
      mission key show --pem > public.pem
    """  # noqa: D301
    from ledger.keys import verifier_pem  # noqa: PLC0415 (start-up)

    verifier = public_key(file) if file else signing_key(None).verifier
    click.echo(verifier_pem(verifier).decode() if pem else str(verifier), nl=not pem)


def _outside(out: str, ledger: str | None) -> Path:
    """Return the path for a key, which must not be a ledger's. Raises MissionLedgerError."""
    path = Path(out).expanduser().absolute()
    place = Path(ledger).absolute() if ledger and "://" not in ledger else default_path()
    if "://" in out or (path.parent == place.parent and path.name.startswith(place.name)):
        raise MissionLedgerError(
            f"{out} is a place for a ledger, and a signing key is never put into one",
            hint="whoever may write to the ledger could sign for it; name a file elsewhere",
        )
    return path
