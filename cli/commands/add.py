"""`mission add`: announcements into the log, each whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import click

from cli import drafts
from cli.call import complete_files
from cli.commands.check import read_all
from cli.describing import short
from cli.failures import shown
from cli.ledger import reading, writing
from cli.messages import say
from cli.options import On
from cli.recording import (
    acknowledged,
    recorder,
    recording_options,
    states,
    tell,
)
from cli.wording import runs
from events.announcement import Announcement
from events.announcement_text import template
from events.errors import EventError, LookupFailure, MissionLedgerError, SourceConflictError
from events.facets import Role
from events.faults import AnnouncementError
from ledger.appending import append_announcement, check_mission, resolved
from ledger.overlay import overlay
from ledger.store import Receipt, Store
from projections.claims import Claim
from projections.state import State
from projections.view import View, view


@dataclass(frozen=True, slots=True)
class _Call:
    """How `add` was called, the files apart."""

    by: str
    expected: int | None
    on: On
    form: str
    dry_run: bool


@click.command(name="add", short_help="Append announcements, each whole or not at all.")
@click.argument("files", metavar="[FILE…]", nargs=-1, shell_complete=complete_files)
@click.option("--dry-run", is_flag=True, help="Append nothing; show how answers would change.")
@recording_options
def command(
    *,
    files: tuple[str, ...],
    dry_run: bool,
    on: On,
    by: str | None,
    expect: int | None,
    form: str,
    ledger: str | None,
) -> None:
    """Append the announcements in FILEs (`-` is standard input), each whole or not at all.

    All files are read, checked and tried on the log before anything is appended: a fault in one
    leaves out all. With no FILE, an editor opens on a template, and what you type is kept until
    it is in the log. The answer shows what changed in the state of each mission it touched, on
    the day of --on.

    \b
    Examples:
      mission add announcement.yaml
      mission add announcement.yaml --dry-run --on 2021-06-15
      mission add
    """  # noqa: D301
    call = _Call(recorder(by), expect, on, form, dry_run)

    def append(announcements: Sequence[Announcement]) -> None:
        with (reading if dry_run else writing)(ledger) as store:
            if len(announcements) > 1:
                _each(overlay(store), announcements, call)
            _append(overlay(store) if dry_run else store, announcements, call)

    if files:
        append(_read(files))
        return

    def finish(_: bytes, path: str) -> None:
        append(_read((path,)))

    if not dry_run:
        with writing(ledger):
            pass  # whoever has no ledger is told before typing
    drafts.typed(template(), "announcement", finish, keep=dry_run)


def _read(files: tuple[str, ...]) -> list[Announcement]:
    announcements, faults = read_all(files)
    if faults:
        raise AnnouncementError(tuple(faults))
    return announcements


def _append(store: Store, announcements: Sequence[Announcement], call: _Call) -> None:
    missions = sorted({event.mission for each in announcements for event in each.events})
    before = states(store, missions, call.on.day)
    receipts = _each(store, announcements, call)
    with acknowledged(() if call.dry_run else receipts):
        _tell(store, receipts, before, call)


def _tell(
    store: Store, receipts: Sequence[Receipt], before: Mapping[str, State], call: _Call
) -> None:
    seen = {mission: view(store, mission) for mission in before}
    if any(receipt.appended for receipt in receipts):
        title = "Would be added; nothing was" if call.dry_run else "Added"
    else:
        title = f"Nothing new: {_where(store, receipts)}"
    tell(
        call.form,
        receipts,
        title,
        on=call.on,
        before=before,
        after=states(store, before, call.on.day),
        store=store,
    )
    for line in chain(_there_already(receipts, seen), _said_otherwise(receipts, seen)):
        say(line)


def _each(store: Store, announcements: Sequence[Announcement], call: _Call) -> list[Receipt]:
    """Append each announcement. Raises whatever is wrong with one, with its place in the file."""
    receipts: list[Receipt] = []
    expected = call.expected
    for announcement in announcements:
        try:
            receipt = append_announcement(store, announcement, by=call.by, expected=expected)
        except SourceConflictError as error:
            file = announcement.places[0].file
            raise SourceConflictError(f"{file}: {error.message}", hint=error.hint) from None
        except (LookupFailure, EventError) as error:
            raise _placed(store, announcement, error) from None
        receipts.append(receipt)
        expected = None if expected is None else receipt.position
    return receipts


def _where(store: Store, receipts: Sequence[Receipt]) -> str:
    """Say of entries that were all there already how many they are, and where they stand."""
    there = {
        entry.position
        for receipt in receipts
        for id_ in receipt.already
        for entry in store.starting_with(id_, limit=1)
    }
    return f"all {len(there)} entries are in the log already (positions {runs(there)})"


def _placed(
    store: Store, announcement: Announcement, error: MissionLedgerError
) -> MissionLedgerError:
    """Name the place in the file of the event that the log has no use for."""
    for event, place in zip(announcement.events, announcement.places, strict=True):
        try:
            check_mission(store, event.mission)
            resolved(store, event)
        except MissionLedgerError as found:
            return MissionLedgerError(
                f"{place.file}:{place.line}: {found.message}", hint=found.hint
            )
    return MissionLedgerError(error.message, hint=error.hint)


def _there_already(receipts: Sequence[Receipt], seen: dict[str, View]) -> Iterator[str]:
    already = [id_ for receipt in receipts for id_ in receipt.already]
    if already and any(receipt.appended for receipt in receipts):
        yield f"note: {len(already)} of the entries were in the log already"
    for mission in seen.values():
        for id_ in already:
            if undone := mission.visible.cancelled.get(id_):
                what = "corrected" if undone.corrected else "retracted"
                yield (
                    f"note: {short(id_)} is in the log, and was {what} by {short(undone.by)}:"
                    f" {shown(undone.reason)}; retracting that brings it back"
                )


def _said_otherwise(receipts: Sequence[Receipt], seen: dict[str, View]) -> Iterator[str]:
    """Note new claims whose source had already stated the same thing otherwise."""
    new = {entry.id for receipt in receipts for entry in receipt.appended}
    for mission in seen.values():
        for claims in mission.by_period.values():
            for claim in claims:
                if claim.event in new and (older := _older(claim, claims, new)):
                    yield (
                        f"note: {shown(claim.source)} states {_a(claim.role)} of {claim.key},"
                        f" {older.edtf}, in {short(older.event)} already; if that was misread,"
                        f" retract {short(claim.event)}, and `mission correct"
                        f" {short(older.event)}` mends it"
                    )


def _older(claim: Claim, claims: Sequence[Claim], new: set[str]) -> Claim | None:
    """Find what an earlier file said of the same occurrence, or on the same date."""
    for other in claims:
        same = (other.source, other.role, other.basis) == (claim.source, claim.role, claim.basis)
        about = claim.role in (Role.START, Role.END) or other.edtf == claim.edtf
        if same and about and claim.source and other.event not in new:
            return other
    return None


def _a(role: Role) -> str:
    return f"{'an' if role in (Role.END, Role.ATTESTATION) else 'a'} {role.value}"
