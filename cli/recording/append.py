"""Shared by the commands that append: their options, the append, and a report of its effects."""

import getpass
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import click
from pydantic import TypeAdapter, ValidationError

from cli.failures import drop_output, printable_text
from cli.inquiry import legend
from cli.options import completion
from cli.options.clocks import ValidDay, read_on, today
from cli.options.common import format_option, ledger_option, parsed_by
from cli.render import diff_table, entry_text, wording
from cli.render.counting import count
from cli.render.messages import say
from cli.render.output import put
from cli.render.page import Block, Mark, Page, Row, Table
from events.bearings import can_be_preferred
from events.catalogue import Event
from events.dates.days import BEGINNING, FOREVER, iso_day
from events.dates.edtf import parse
from events.entry import Entry
from events.errors import MissionLedgerError
from events.fields import Note
from events.files.diagnostics import Diagnostic
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred, statement_of
from events.source import Source
from ledger.append import RecordKeeperEvents, append_announcement
from ledger.log import Receipt
from projections.diff import Difference, diff
from projections.labels import labels as labels_of
from projections.question import ClaimStore, DayQuestion, PeriodsQuestion
from projections.state import state
from projections.state_object import State
from projections.view import view

MOST_COMPARED = 8
"""The most pairs of a mission and a day whose answers are compared."""
MOST_LISTED = 100
"""The most entries or changed answers that are listed one by one."""

COLUMNS = ("position", "id", "type", "mission", "source")
PAGES = ("table", "markdown")
"""The formats that show a page."""

Command = Callable[..., Any]


def _why(ctx: click.Context, param: click.Parameter, value: str) -> str:  # noqa: ARG001
    """Reject a reason that an event cannot hold."""
    if not value.strip():
        raise click.BadParameter("it is empty: give a reason, which is recorded")
    try:
        return TypeAdapter[str](Note).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise click.BadParameter(first["msg"]) from None


compared_option = click.option(
    "--on",
    metavar="DATE",
    callback=parsed_by(read_on, lambda: None),
    shell_complete=completion.dates,
    help="The day on which answers are compared.  [the days that the events name, and today]",
)
by_option = click.option(
    "--by",
    metavar="NAME",
    envvar="MISSION_BY",
    help="Who records this  [env: MISSION_BY; default: your login name]",
)
expect_option = click.option(
    "--expect",
    metavar="POSITION",
    type=click.IntRange(min=0),
    help="Append only if the log still ends at this position.",
)


def recording_options(command: Command) -> Command:
    """Add the options of every command that appends."""
    for option in (ledger_option, format_option(), expect_option, by_option, compared_option):
        command = option(command)
    return command


reason_option = click.option(
    "--reason", metavar="WHY", required=True, callback=_why, help="The reason; it is recorded."
)
source_option = click.option(
    "--source",
    metavar="ID",
    shell_complete=completion.sources,
    help="The source of the change; without one it corrects our own misreading.",
)


def recorder(by: str | None) -> str:
    """Return the recorder's name. Raises MissionLedgerError if there is no login name either."""
    if by:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise MissionLedgerError(
            "no name is given for the recorder", hint="give one with --by NAME or MISSION_BY"
        ) from None


def check_source_exists(store: ClaimStore, name: str | None) -> None:
    """Check that a source is in the ledger. Raises MissionLedgerError."""
    if name is not None and not list(store.of_sources([name])):
        raise MissionLedgerError(
            f"there is no source {name or 'with an empty id'} in the ledger",
            hint="`mission sources` lists them; `mission add` adds one with the events it states",
        )


@dataclass(frozen=True, slots=True)
class ComparedDays:
    """The days on which answers are compared, by mission; `left_out` counts the others."""

    days: tuple[tuple[str, ValidDay], ...]
    left_out: int = 0

    def states(self, store: ClaimStore, upto: int) -> list[State]:
        """Return each mission's state on each of its days, as recorded up to a position."""
        return [
            state(view(store, mission, upto=upto, question=DayQuestion(on.day)), on.day)
            for mission, on in self.days
        ]


def days_to_compare(
    store: ClaimStore, entries: Iterable[Entry], on: ValidDay | None
) -> ComparedDays:
    """Choose the days to compare: `on` if given, else those that new events name, and today.

    `store` holds them, and the events that they refer to. At most MOST_COMPARED are chosen, the
    latest of each mission.
    """
    named_days: dict[str, set[int]] = {}
    for entry in entries:
        if entry.mission:
            named_days.setdefault(entry.mission, set()).update(_days_of(store, entry.content))
    if on:
        return ComparedDays(tuple((mission, on) for mission in sorted(named_days)))
    now = today()
    each = max(MOST_COMPARED // max(len(named_days), 1), 1) - 1
    days: list[tuple[str, ValidDay]] = []
    left_out = 0
    for mission in sorted(named_days):
        others = sorted(named_days[mission] - {now.day})
        chosen = sorted([*others[-each:], now.day]) if each else [now.day]
        left_out += len(others) + 1 - len(chosen)
        days += [(mission, ValidDay(day)) for day in chosen]
    return ComparedDays(tuple(days), left_out)


def _days_of(store: ClaimStore, content: object) -> Iterator[int]:
    """Yield the first and last days of an event's date, or of the events that it is about."""
    if claim := statement_of(content):
        yield from (day for day in parse(claim.on).window.bounds if BEGINNING < day < FOREVER)
    targets: Iterable[Entry] = ()
    if isinstance(content, ReadingPreferred):  # the claims passed over change too
        place = (content.facet, content.key, content.period)
        claims = store.select(content.mission, PeriodsQuestion(frozenset({place}))).claims
        entries = store.at(claim.position for claim in claims if claim.place == place).values()
        targets = [e for e in entries if can_be_preferred(e.content, place, content.role)]
    elif isinstance(content, ClaimRetracted | ClaimCorrected):
        targets = store.starting_with(content.target, limit=1)
    for entry in targets:
        yield from _days_of(store, entry.content)


def append_own(
    store: ClaimStore,
    event: Event,
    *,
    by: str | None,
    expect: int | None,
    on: ValidDay | None,
    form: str,
) -> None:
    """Append one event about the record, and report what it changed."""
    announcement = RecordKeeperEvents((event,))
    receipt = append_announcement(store, announcement, by=recorder(by), expected=expect)
    title = "Recorded" if receipt.appended else "Nothing new: the same event is in the log already"
    with acknowledged([receipt]):
        report(form, store, [receipt], title, on=on).print()


@contextmanager
def acknowledged(receipts: Sequence[Receipt]) -> Iterator[None]:
    """Ensure that a successful append is never reported as failed.

    An error raised inside, while computing or printing the answer, is reported as such, with the
    positions that were appended.
    """
    try:
        yield
        sys.stdout.flush()
    except BaseException as error:
        positions = [entry.position for each in receipts for entry in each.appended]
        if not positions:
            raise
        say(
            f"recorded at positions {wording.runs(positions)}, but the answer could not be printed"
            f" in full: {printable_text(error) or type(error).__name__}"
        )
        if not isinstance(error, Exception):
            raise
        drop_output()


class Report(NamedTuple):
    """What was appended and how it changed answers, worked out completely: no store is needed."""

    form: str
    data: dict[str, object]
    records: Sequence[dict[str, object]]
    page: Page

    def print(self) -> None:
        """Print the report."""
        put(
            self.form,
            data=self.data,
            records=self.records,
            columns=COLUMNS,
            page=lambda: self.page,
        )


def report(
    form: str,
    store: ClaimStore,
    receipts: Sequence[Receipt],
    title: str,
    *,
    on: ValidDay | None,
    warnings: Sequence[Diagnostic] = (),
) -> Report:
    """Report what was appended to a store, and how it changed answers on the days compared."""
    entries = [entry for receipt in receipts for entry in receipt.appended]
    records: list[dict[str, object]] = [
        {
            "position": entry.position,
            "id": entry.id,
            "type": entry.content.type,
            "mission": entry.mission,
            "source": entry.source,
        }
        for entry in entries
    ]
    days = days_to_compare(store, entries, on)
    changes: list[StateChange] = []
    if entries:
        before = days.states(store, entries[0].position - 1)
        after = days.states(store, entries[-1].position)
        changes = [
            StateChange(mission, day, diff(one, other))
            for (mission, day), one, other in zip(days.days, before, after, strict=True)
        ]
    data = {
        "appended": records,
        "already": [id_ for receipt in receipts for id_ in receipt.already],
        "position": receipts[-1].position if receipts else None,
        "changes": {each.mission: each.to_json()["differences"] for each in changes},
        "compared": [each.to_json() for each in changes],
        "days_not_compared": days.left_out,
        "warnings": [warning.to_json() for warning in warnings],
    }
    blocks: list[Block] = []
    if entries and form in PAGES:
        blocks = [_appended(store, receipts), *_changes(store, changes, entries)]
    if days.left_out:
        blocks.append(f"{count(days.left_out, 'day', 'days')} more that it speaks of: --on DATE")
    return Report(form, data, records, Page(title, (), blocks))


@dataclass(frozen=True, slots=True)
class StateChange:
    """How the answers on one mission changed on one day."""

    mission: str
    on: ValidDay
    differences: list[Difference]

    def to_json(self) -> dict[str, object]:
        """Return the change as a JSON object."""
        differences = [each.to_json() for each in self.differences]
        return {"mission": self.mission, **self.on.heading, "differences": differences}


def _appended(store: ClaimStore, receipts: Sequence[Receipt]) -> Table:
    """List what was appended, by entry or, for more than MOST_LISTED, by announcement."""
    entries = [entry for receipt in receipts for entry in receipt.appended]
    if len(entries) > MOST_LISTED:
        rows = [
            Row((wording.runs(e.position for e in each.appended), "", _event_count(each)))
            for each in receipts
            if each.appended
        ]
        return Table(("", "", "events"), rows)
    labels = labels_of(store, entries)
    rows = [
        Row((str(e.position), Mark(entry_text.short(e.id)), entry_text.summary(e, labels)))
        for e in entries
    ]
    return Table(("", "id", "event"), rows)


def _event_count(receipt: Receipt) -> str:
    source = receipt.appended[-1].source or "no source"
    events = sum(not isinstance(entry.content, Source) for entry in receipt.appended)
    return f"{source}: {count(events, 'event', 'events')}"


def _changes(
    store: ClaimStore, changes: Sequence[StateChange], entries: Sequence[Entry]
) -> Iterator[Block]:
    """Lay out the changes; a change shown for an earlier day is not repeated."""
    shown: set[object] = set()
    nothing_new: dict[str, list[StateChange]] = {}
    cited = diff_table.entries_of(one for each in changes for one in each.differences)
    key = legend(store, entries=cited)
    for each in changes:
        new = [one for one in each.differences if (each.mission, _identity(one)) not in shown]
        shown.update((each.mission, _identity(one)) for one in new)
        if new:
            yield Mark(f"What changes in {each.mission}, {each.on}")
            if len(new) > MOST_LISTED:
                since = entries[0].position - 1
                yield (
                    f"{len(new)} answers: `mission diff {each.mission} --on {iso_day(each.on.day)}"
                    f" --recorded {since}..` shows them"
                )
                continue
            yield diff_table.table(new, key)
        elif entries:
            nothing_new.setdefault(each.mission, []).append(each)
    for mission, same in nothing_new.items():
        if any(each.differences for each in changes if each.mission == mission):
            days = (f"{'the same' if e.differences else 'nothing'} {e.on}" for e in same)
            yield f"Else in {mission}: {'; '.join(days)}."
        else:
            yield f"No answer changes in {mission}, {'; '.join(str(e.on) for e in same)}."
    yield from key.notes()


def _identity(difference: Difference) -> object:
    """Return what identifies a difference apart from its day."""
    sides = (difference.before, difference.after)
    return (
        *(difference.change, difference.facet, difference.key, difference.period),
        *((each.standing, repr(each.value), each.start, each.end) for each in sides if each),
    )
