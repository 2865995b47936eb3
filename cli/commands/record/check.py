"""`mission check`: validate announcement files, or review the record."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import groupby

import click

from cli.call import complete_files
from cli.failures import NegativeAnswer
from cli.inquiry import inquiry
from cli.ledger import trial_of
from cli.options import completion
from cli.options.request import Request, asks
from cli.recording.dry_run import FilesDryRun, strict_option, without_repeated_hints
from cli.recording.files import read_all
from cli.render import entry_text
from cli.render.counting import count
from cli.render.messages import say, say_fault
from cli.render.output import put
from cli.render.page import Group, Mark, Page, Row, Table
from events.errors import StoreError
from events.files.diagnostics import AnnouncementError, Diagnostic
from ledger.location import default_path
from projections import names
from projections.checks.finding import RecordFinding
from projections.checks.registry import checks
from projections.checks.whole_ledger import ledger_findings
from projections.record import Record, open_record, record_in_memory
from projections.view import view

FAULTS = ("severity", "code", "file", "line", "column", "message", "hint")
FINDINGS = ("code", "mission", "facet", "key", "message", "events")


@click.command(name="check")
@click.argument("files", metavar="[FILE…]", nargs=-1, shell_complete=complete_files)
@strict_option
@click.option(
    "--mission",
    metavar="MISSION",
    help="Without FILE: review only this mission.",
    shell_complete=completion.missions,
)
@asks
def command(request: Request, *, files: tuple[str, ...], strict: bool, mission: str | None) -> None:
    """Validate announcement FILEs (`-` is standard input), or review the record.

    Files are applied to the ledger in a dry run, to warn of unintended effects. Without a ledger
    they are checked on their own, unless one was named. Warnings do not fail the check, except
    with --strict.

    Without FILE, reports what is odd in the record: unsettled disputes, plans long overdue, ends
    before starts. Exits with 1 if anything was found.

    \b
    Examples:
      mission check announcement.yaml
      mission check --strict announcement.yaml
      mission check --mission nmi
    """  # noqa: D301
    if files and mission is not None:
        raise click.UsageError("--mission cannot be combined with FILE: files are checked whole")
    if strict and not files:
        raise click.UsageError("--strict requires FILE: without it, any finding exits with 1")
    if files:
        _check_files(request, files, strict=strict)
    else:
        _check_record(request, mission)


def _check_files(request: Request, files: tuple[str, ...], *, strict: bool) -> None:
    announcements, faults = read_all(files)
    events = sum(len(each.events) for each in announcements)
    warnings: list[Diagnostic] = []
    place: str | None = None
    if not faults:
        with _opened_ledger(request.ledger, events) as (log, place, checked):
            rehearsal = FilesDryRun(log, by="check")
            try:
                rehearsal.add(announcements)
            except AnnouncementError as error:
                faults.extend(error.faults)
            warnings = rehearsal.warnings()
        say(checked)
    found = [*faults, *warnings]
    if request.form == "table":
        for fault in without_repeated_hints(found):
            say_fault(fault, err=False)
        if not faults:
            many = f"{count(len(announcements), 'announcement', 'announcements')}"
            many = f"{many}, {count(events, 'event', 'events')}: no faults"
            warned = f", {count(len(warnings), 'warning', 'warnings')}" if warnings else ""
            say(f"{many}{warned}", err=False)
    else:
        rows = [
            Row((f"{each.file}:{each.line}:{each.column}", each.severity, each.code, each.message))
            for each in found
        ]
        tables = [Table(("place", "", "code", "what"), rows)] if rows else []
        put(
            request.form,
            data={
                "announcements": len(announcements),
                "events": events,
                "faults": [fault.to_json() for fault in faults],
                "warnings": [warning.to_json() for warning in warnings],
                "ledger": place,
            },
            records=[each.to_json() for each in found],
            columns=FAULTS,
            page=lambda: Page("Faults and warnings", (f"{len(found)} in all",), tables),
        )
    if faults or (strict and warnings):
        raise NegativeAnswer


@contextmanager
def _opened_ledger(named: str | None, events: int) -> Iterator[tuple[Record, str | None, str]]:
    """Open the ledger to check files against, for a dry run; yield it, its place and a line on it.

    If the default ledger cannot be opened, yields an empty record in memory and None. Raises
    StoreError if a named ledger cannot be opened.
    """
    where = named or default_path()
    try:
        record = open_record(where)
    except StoreError as error:
        if named:
            raise
        line = f"checked without a ledger ({error.message})"
        with closing(record_in_memory()) as empty:
            yield empty, None, line
        return
    with closing(record), trial_of(record, where, events=events) as tried:
        yield tried, record.place, f"checked against {record.place}"


def _check_record(request: Request, mission: str | None) -> None:
    with inquiry(request) as asked:
        store, on = asked.store, request.on
        missions = list(store.names()) if mission is None else [names.mission(store, mission)]
        found: list[RecordFinding] = []
        sources: set[str] = set()
        for name in missions:
            seen = view(store, name)
            sources.update(seen.published.described)
            found += checks(seen, on.day)
        found = [*ledger_findings(store, None if mission is None else sources), *found]
        put(
            request.form,
            records=[finding.to_json() for finding in found],
            columns=FINDINGS,
            page=lambda: _record_page(missions, found),
            heading={"mission": None, **on.heading, "position": asked.end},
        )
    if found:
        raise NegativeAnswer


def _record_page(missions: list[str], found: list[RecordFinding]) -> Page:
    rows: list[Row | Group] = []
    for mission, findings in groupby(found, key=lambda finding: finding.mission):
        rows.append(Group(mission or "Sources"))
        for finding in findings:
            events = ", ".join(entry_text.short(event) for event in finding.events)
            cells = (f"{finding.facet} {finding.key}", Mark(finding.code), finding.message)
            rows.append(Row(cells, below=[f"events {events}"]))
    where = count(len(missions), "mission", "missions")
    many = f"{count(len(found), 'finding', 'findings')} in {where}"
    tables = [Table(("where", "what", ""), rows)] if rows else []
    return Page("What is odd in the record", (f"{many}; answers are unchanged by them",), tables)
