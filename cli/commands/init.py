"""`mission init`: a new ledger, empty or with a shipped record."""

import click

from cli.failures import shown
from cli.options import ledger_option
from events.errors import MissionLedgerError
from ledger.opening import create, default_path, open_store, path_of


@click.command(name="init", short_help="Make a ledger.")
@click.argument("place", metavar="[PLACE]", required=False)
@click.option("--with", "record", metavar="NAME", help="Load a shipped record: nmi.")
@ledger_option
def command(*, place: str | None, record: str | None, ledger: str | None) -> None:
    """Make a ledger at PLACE (a file), or at its usual place in your data folder.

    With --with, a ledger that is there already gets what it lacks of the record.

    \b
    Examples:
      mission init --with nmi
      mission init ~/records/mine.sqlite
    """  # noqa: D301
    from ledger.shipped import load, shipped  # noqa: PLC0415 (start-up)

    if record is not None and record not in shipped():
        raise MissionLedgerError(
            f"no record called {record} is shipped", hint=f"there is {', '.join(shipped())}"
        )
    path = path_of(place or ledger or default_path())
    made = record is None or not path.exists()
    if made:
        create(path)
    try:
        with open_store(path, write=True) as store:
            receipts = load(store, record) if record else []
            end = store.position()
    except BaseException:
        if made:  # a ledger with half a record in it helps nobody
            for leftover in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
                leftover.unlink(missing_ok=True)
        raise
    if made:
        click.echo(f"made a ledger at {shown(path)}")
    if record:
        added = sum(len(receipt.appended) for receipt in receipts)
        entries = f"{added} entries" if added else "nothing new"
        click.echo(f"loaded {record}: {entries}; the log ends at position {end}")
