"""`mission rebuild`: rebuild the derived tables from the log; migrate an older ledger."""

from pathlib import Path

import click

from cli.failures import NegativeAnswer
from cli.options.common import ledger_option
from cli.render.counting import count
from cli.render.messages import say
from cli.render.progress import progress
from events.errors import DamagedLedgerError
from ledger.location import default_path, display_place, parse_place
from ledger.upkeep.findings import LedgerFinding
from ledger.upkeep.upgrade import upgrade
from ledger.upkeep.verify import verify
from projections.record import PROJECTIONS, Record, open_record

LISTED = 5
"""The most findings to list."""


@click.command(name="rebuild")
@click.option(
    "--trust-log",
    is_flag=True,
    help="Rebuild from the log even if the Merkle tree or the index shows that it was changed.",
)
@ledger_option
def command(*, trust_log: bool, ledger: str | None) -> None:
    """Rebuild the indexes and the Merkle tree from the log, and verify the ledger.

    Readers are not blocked. A ledger of an earlier version is migrated to the current schema, on a
    copy first. If the tree or the index shows that the log may have been changed, changes nothing:
    a rebuild would hide the evidence.

    \b
    Example:
      mission rebuild
    """  # noqa: D301
    place = ledger or str(default_path())
    before, after = upgrade(place, PROJECTIONS, trust_log=trust_log)
    if before != after:
        first = (
            ", after a copy was migrated and verified"
            if isinstance(parse_place(place), Path)
            else ""
        )
        revisions = f"from schema revision {before} to {after}"
        say(f"{display_place(place)}: migrated {revisions}{first}", err=False)
    if before == after:
        _rebuild(place, trust_log=trust_log)
    with open_record(place, check=False) as store:
        _verify(store)


def _rebuild(place: str, *, trust_log: bool) -> None:
    """Rebuild the derived tables from the log.

    Raises DamagedLedgerError, unless `trust_log`, if the tables show that the log may have
    been changed.
    """
    # Opened to read: closing a writer would move a write-ahead log of another ledger into the file.
    with open_record(place, check=False) as store:
        root = _stored_root(store)
        verified = verify(store, progress=progress("checked"), share_out=True)
    if not trust_log and (verified.evidence or root not in (None, verified.root)):
        _list(verified.findings)
        raise DamagedLedgerError(
            f"{store.place} was not rebuilt: the log or the tables derived from it were changed",
            position=verified.first_bad,
            hint="`mission verify --checkpoint FILE --key KEY` shows whether the entries it"
            " covers were changed; if so, restore a backup, else run `mission rebuild --trust-log`",
        )
    with open_record(place, write=True, check=False) as store:
        store.rebuild()
    if verified.findings:
        say("found before the rebuild:")
        _list(verified.findings)
    say(f"{store.place}: rebuilt the indexes and the Merkle tree from the log", err=False)


def _stored_root(store: Record) -> bytes | None:
    """Return the root of the stored Merkle tree, or None if nodes are missing."""
    try:
        return store.tree().root
    except DamagedLedgerError:
        return None


def _verify(store: Record) -> None:
    """Verify the ledger after a rebuild. Raises NegativeAnswer if something is still wrong."""
    verified = verify(store, progress=progress("verified"), share_out=True)
    if verified.findings:
        say("still wrong (a rebuild does not change the log):")
        _list(verified.findings)
        say("hint: run `mission verify` for details; restore a backup")
        raise NegativeAnswer
    say(f"verified: {count(verified.size, 'entry', 'entries')}", err=False)


def _list(findings: tuple[LedgerFinding, ...] | list[LedgerFinding]) -> None:
    for each in findings[:LISTED]:
        say(f"  {each.message}")
    if len(findings) > LISTED:
        say(f"  and {len(findings) - LISTED} more")
