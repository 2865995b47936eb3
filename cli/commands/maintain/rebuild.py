"""`mission rebuild`: all that is not the log made anew from it; an older ledger brought up."""

from typing import TYPE_CHECKING

import click

from cli.failures import NegativeAnswer, shown
from cli.options.common import ledger_option
from cli.render.counting import count
from cli.render.messages import say
from cli.render.progress import progress
from events.errors import DamagedLedgerError
from ledger.backends import open_store
from ledger.location import default_path, shown_place

if TYPE_CHECKING:
    from ledger.storage.sql_store import SqlStore
    from ledger.upkeep.findings import LedgerFinding

LISTED = 5
"""How many findings are listed."""


@click.command(name="rebuild")
@click.option(
    "--trust-log",
    is_flag=True,
    help="Go by the log even where the Merkle tree or the index says that it was changed.",
)
@ledger_option
def command(*, trust_log: bool, ledger: str | None) -> None:
    """Make indexes and Merkle tree anew from the log, while readers go on, and verify the ledger.

    A ledger that an earlier version made is brought up to date, on a copy first. Where the tree
    or the index shows that the log may have been changed, nothing is done: made anew, they would
    hide it.

    \b
    Example:
      mission rebuild
    """  # noqa: D301
    where = ledger or str(default_path())
    from ledger.upkeep.upgrade import upgrade  # noqa: PLC0415 (start-up)

    before, after = upgrade(where, trust_log=trust_log)
    if before != after:
        say(
            f"{shown(shown_place(where))}: brought from schema revision {before} to {after}; a"
            " copy was brought there first, and verified",
            err=False,
        )
    with open_store(where, write=True) as store:
        if before == after:
            _anew(store, trust_log=trust_log)
        _verified(store)


def _anew(store: "SqlStore", *, trust_log: bool) -> None:
    """Rebuild, unless that would do away with what shows a change. Raises DamagedLedgerError."""
    from ledger.upkeep.verify import verify  # noqa: PLC0415 (start-up)

    root, verified = (
        _kept_root(store),
        verify(store, progress=progress("looked at"), share_out=True),
    )
    if not trust_log and (verified.evidence or root not in (None, verified.root)):
        _list(verified.findings)
        raise DamagedLedgerError(
            f"{store.place} was left as it is: its log, or what is kept beside it, was changed",
            position=verified.first_bad,
            hint="`mission verify --checkpoint FILE --key KEY` says whether it is the log: then go"
            " back to a backup; if it is not, `mission rebuild --trust-log`",
        )
    store.rebuild()
    if verified.findings:
        say("before:")
        _list(verified.findings)
    say(f"{shown(store.place)}: indexes and Merkle tree made anew from the log", err=False)


def _kept_root(store: "SqlStore") -> bytes | None:
    """Return the root by the tree that is kept beside the log; None where that lacks nodes."""
    try:
        return store.tree().root
    except DamagedLedgerError:
        return None


def _verified(store: "SqlStore") -> None:
    """Verify what came of it. Raises NegativeAnswer where something is still wrong."""
    from ledger.upkeep.verify import verify  # noqa: PLC0415 (start-up)

    verified = verify(store, progress=progress("verified"), share_out=True)
    if verified.findings:
        say("still wrong, since a rebuild changes nothing in the log:")
        _list(verified.findings)
        say("hint: `mission verify` says more; go back to a backup")
        raise NegativeAnswer
    say(f"verified: {count(verified.size, 'entry', 'entries')}", err=False)


def _list(findings: "tuple[LedgerFinding, ...] | list[LedgerFinding]") -> None:
    for each in findings[:LISTED]:
        say(f"  {shown(each.message)}")
    if len(findings) > LISTED:
        say(f"  and {len(findings) - LISTED} more")
