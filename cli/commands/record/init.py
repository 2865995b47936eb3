"""`mission init`: create a ledger, empty or with a shipped record."""

import os
import shlex
from pathlib import Path

import click
from click.core import ParameterSource

from cli.call import complete_files
from cli.location import VARIABLE
from cli.options.common import ledger_option
from cli.render.messages import say
from events.errors import MissionLedgerError
from ledger.backends import exists
from ledger.location import default_path, display_place, parse_place
from ledger.log import Receipt
from ledger.shipped.records import load, shipped
from projections.names import next_steps
from projections.record import Record, create_record, missing_grants, open_record


@click.command(name="init")
@click.argument("place", metavar="[PLACE]", required=False, shell_complete=complete_files)
@click.option(
    "--with", "record", metavar="NAME", help="Load a shipped record: nmi, or sample (made up)."
)
@ledger_option
@click.pass_context
def command(
    ctx: click.Context, *, place: str | None, record: str | None, ledger: str | None
) -> None:
    """Create a ledger at PLACE (a file or a database URL), or in your data folder.

    With --with, appends the entries of a shipped record; to an existing ledger, those it lacks: all
    of them or, where it is interrupted, none. The record nmi is made of public documents; sample is
    made up, and shows every type of event.

    In a PostgreSQL database, also creates the role mission_ledger_writer, which can only read and
    append.

    \b
    Examples:
      mission init --with nmi
      mission init ~/records/mine.sqlite
      mission init postgresql+psycopg://owner@localhost/nmi
    """  # noqa: D301
    if record is not None and record not in shipped():
        raise MissionLedgerError(
            f"there is no shipped record {record}", hint=f"choose from: {', '.join(shipped())}"
        )
    if place and _names_another(ctx, ledger, place):
        raise click.UsageError("PLACE and --ledger name different places; give only one")
    target = place or ledger or str(default_path())
    is_new = record is None or not exists(target)
    receipts: list[Receipt] = []

    def fill(store: Record) -> None:
        if record is not None:
            with store.appending() as log:
                receipts.extend(load(log.ledger, record))

    if is_new:
        create_record(target, fill)
        say(f"created a ledger at {display_place(target)}", err=False)
    else:
        with open_record(target, write=True) as store:
            fill(store)
    if record:
        end = receipts[-1].position
        added = sum(len(receipt.appended) for receipt in receipts)
        entries = f"{added} entries" if added else "nothing new"
        say(f"loaded {record}: {entries}; the log ends at position {end}", err=False)
    else:
        say(f"it is empty: {_next_step(target)}", err=False)
    if statements := missing_grants(target):
        say("only the owner can append to it; to let others append, an administrator runs:")
        for statement in statements:
            say(f"  {statement};")


def _next_step(target: str) -> str:
    """Return what to do next, with --ledger if commands would not use this ledger by default."""
    found = target in (os.environ.get(VARIABLE), str(default_path()))
    place = str(display_place(target)) if "://" in target else target
    return next_steps("" if found else f" --ledger {shlex.quote(place)}")


def _names_another(ctx: click.Context, ledger: str | None, place: str) -> bool:
    """Return whether --ledger (given as an option, not by variable) names another place."""
    if ledger is None or ctx.get_parameter_source("ledger") is ParameterSource.ENVIRONMENT:
        return False
    one, other = parse_place(ledger), parse_place(place)
    if isinstance(one, Path) and isinstance(other, Path):
        return one.resolve() != other.resolve()
    return one != other
