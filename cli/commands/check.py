"""`mission check`: faults in announcement files, or what is odd in the record."""

from pathlib import Path

import click

from cli import describing
from cli.call import complete_files
from cli.failures import AnswerIsNo, shown
from cli.ledger import mission_in, reading
from cli.messages import say_fault
from cli.options import complete_missions, format_option, ledger_option, today
from cli.output import put
from cli.page import Group, Mark, Page, Row, Table
from cli.standard import DASH, named_input, standard_input
from events.announcement import Announcement, read_announcement
from events.faults import AnnouncementError, Fault
from events.yamltext import LARGEST_FILE
from projections.checks import Finding, checks
from projections.view import view

FAULTS = ("code", "file", "line", "column", "message", "hint")
FINDINGS = ("code", "mission", "facet", "key", "message", "events")


@click.command(
    name="check", short_help="Validate announcement files, or report what is odd in the record."
)
@click.argument("files", metavar="[FILE…]", nargs=-1, shell_complete=complete_files)
@click.option(
    "--mission",
    metavar="MISSION",
    help="Without files: only this mission's record.",
    shell_complete=lambda ctx, _, text: complete_missions(ctx, text),
)
@format_option()
@ledger_option
def command(*, files: tuple[str, ...], mission: str | None, form: str, ledger: str | None) -> None:
    """Validate announcement FILEs (`-` is standard input); no ledger is needed for that.

    With no FILE, report what is odd in the record: disputes nobody settled, plans long overdue,
    ends before starts. Exit 1 where anything was found.

    \b
    Examples:
      mission check announcement.yaml
      mission check --mission nmi
    """  # noqa: D301
    if files and mission is not None:
        raise click.UsageError("--mission goes with no FILE: files are checked as they are")
    if files:
        _files(files, form)
    else:
        _record(mission, form, ledger)


def read_file(name: str) -> bytes:
    """Read a file, or standard input where it is `-`, and no more of it than can be taken.

    What ends later (a file past the largest, or one that never ends) is a fault to the reader.
    """
    if name == DASH:
        return standard_input().read(LARGEST_FILE + 1)
    with Path(name).open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def read_all(files: tuple[str, ...]) -> tuple[list[Announcement], list[Fault]]:
    """Read every file, and collect the faults of all of them."""
    announcements: list[Announcement] = []
    faults: list[Fault] = []
    for name in files:
        try:
            announcements.append(read_announcement(read_file(name), named_input(name)))
        except AnnouncementError as error:
            faults.extend(error.faults)
    return announcements, faults


def _files(files: tuple[str, ...], form: str) -> None:
    announcements, faults = read_all(files)
    events = sum(len(each.events) for each in announcements)
    if form == "table":
        for fault in faults:
            say_fault(fault, err=False)
        if not faults:
            some = "announcement" if len(announcements) == 1 else "announcements"
            what = "event" if events == 1 else "events"
            click.echo(f"{len(announcements)} {some}, {events} {what}: no faults")
    else:
        listed = [fault.to_json() for fault in faults]
        data = {"announcements": len(announcements), "events": events, "faults": listed}
        put(form, data=data, records=listed, columns=FAULTS, page=lambda: _faults_page(faults))
    if faults:
        raise AnswerIsNo


def _faults_page(faults: list[Fault]) -> Page:
    rows = [Row((f"{f.file}:{f.line}:{f.column}", f.code, f.message)) for f in faults]
    return Page("Faults", (f"{len(faults)} in all",), (Table(("place", "code", "fault"), rows),))


def _record(mission: str | None, form: str, ledger: str | None) -> None:
    on = today().day
    with reading(ledger) as store:
        names = [mission_in(store, mission)] if mission is not None else list(store.names())
        found = [finding for name in names for finding in checks(view(store, name), on)]
    records = [finding.to_json() for finding in found]
    put(form, data=records, records=records, columns=FINDINGS, page=lambda: _page(names, found))
    if found:
        raise AnswerIsNo


def _page(names: list[str], found: list[Finding]) -> Page:
    rows: list[Row | Group] = []
    for name in names:
        some = [finding for finding in found if finding.mission == name]
        if some:
            rows.append(Group(shown(name)))
        for finding in some:
            events = ", ".join(describing.short(event) for event in finding.events)
            rows.append(
                Row(
                    (f"{finding.facet} {finding.key}", Mark(finding.code), finding.message),
                    below=[f"events {events}"],
                )
            )
    many = "1 finding" if len(found) == 1 else f"{len(found)} findings"
    missions = "1 mission" if len(names) == 1 else f"{len(names)} missions"
    return Page(
        "What is odd in the record",
        (f"{many} in {missions}; answers are unchanged by them",),
        (Table(("where", "what", ""), rows),) if rows else (),
    )
