"""What the commands that append share: who records, on what position, and what came of it."""

import getpass
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from cli.failures import drop_output, shown
from cli.inquiry import legend
from cli.options import completion
from cli.options.clocks import ValidDay, read_on, today
from cli.options.common import format_option, ledger_option, reading_of
from cli.render import diff_table, entry_text, wording
from cli.render.counting import count
from cli.render.messages import say
from cli.render.output import put
from cli.render.page import Block, Mark, Page, Row, Table
from events.catalogue import MEASURES, Event
from events.dates.days import BEGINNING, FOREVER, iso_day
from events.dates.edtf import parse
from events.encoding.codec import Entry
from events.errors import MissionLedgerError
from events.facets import Role
from events.fields import Note
from events.files.diagnostics import Diagnostic
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred, statement_of
from events.source import Source
from ledger.append import append_announcement
from ledger.log import Receipt, Store
from ledger.question import DayQuestion, PeriodsQuestion, period_keys_of
from ledger.storage.overlay import overlay
from projections import names
from projections.diff import Difference, diff
from projections.state import state
from projections.state_object import State
from projections.view import view

MOST_COMPARED = 8
"""Days of missions whose answers are compared, at the most."""
MOST_LISTED = 100
"""Entries, or answers that changed, that are listed one by one."""

COLUMNS = ("position", "id", "type", "mission", "source")

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class RecordKeeperEvents:
    """The record-keeper's own events, as an announcement that has no source."""

    events: tuple[Event, ...]
    source: Source | None = None


def _why(ctx: click.Context, param: click.Parameter, value: str) -> str:  # noqa: ARG001
    """Refuse a reason that an event could not hold."""
    if not value.strip():
        raise click.BadParameter("it is empty: say why, it is kept")
    try:
        return TypeAdapter[str](Note).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise click.BadParameter(first["msg"]) from None


compared_option = click.option(
    "--on",
    metavar="DATE",
    callback=reading_of(read_on, lambda: None),
    shell_complete=completion.dates,
    help="The day whose answers are compared before and after.  [those spoken of, and today]",
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
    """Add what every command that appends takes: the day compared, who, where, and the format."""
    for option in (ledger_option, format_option(), expect_option, by_option, compared_option):
        command = option(command)
    return command


reason_option = click.option(
    "--reason", metavar="WHY", required=True, callback=_why, help="Why; it is kept."
)
source_option = click.option(
    "--source",
    metavar="ID",
    shell_complete=completion.sources,
    help="The source that gives cause; without one this mends our own misreading.",
)


def recorder(by: str | None) -> str:
    """Return who records. Raises MissionLedgerError where nobody can be named."""
    if by:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        raise MissionLedgerError(
            "nobody is named as recording this", hint="say who with --by NAME or MISSION_BY"
        ) from None


def need_source(store: Store, name: str | None) -> None:
    """Make sure a source is in the ledger. Raises MissionLedgerError."""
    if name is not None and not list(store.of_sources([name])):
        raise MissionLedgerError(
            f"there is no source {name or 'of no name'} in the ledger",
            hint="`mission sources` lists them; `mission add` brings one in with what it states",
        )


@dataclass(frozen=True, slots=True)
class ComparedDays:
    """The days whose answers are compared before and after, by mission; `left` are not."""

    days: tuple[tuple[str, ValidDay], ...]
    left: int = 0

    def states(self, store: Store) -> list[State]:
        """Return each mission's state on each of its days."""
        return [
            state(view(store, mission, question=DayQuestion(on.day)), on.day)
            for mission, on in self.days
        ]


def compared(store: Store, entries: Iterable[Entry], on: ValidDay | None) -> ComparedDays:
    """Choose the days to compare: the one asked for, or those that new events speak of, and today.

    `store` has what the events refer to. MOST_COMPARED at the most, the latest of each mission.
    """
    spoken: dict[str, set[int]] = {}
    for entry in entries:
        if entry.mission:
            spoken.setdefault(entry.mission, set()).update(_spoken_of(store, entry.content))
    if on:
        return ComparedDays(tuple((mission, on) for mission in sorted(spoken)))
    now = today()
    each = max(MOST_COMPARED // max(len(spoken), 1), 1) - 1
    days: list[tuple[str, ValidDay]] = []
    left = 0
    for mission in sorted(spoken):
        others = sorted(spoken[mission] - {now.day})
        chosen = sorted([*others[-each:], now.day]) if each else [now.day]
        left += len(others) + 1 - len(chosen)
        days += [(mission, ValidDay(day)) for day in chosen]
    return ComparedDays(tuple(days), left)


def _spoken_of(store: Store, content: object) -> Iterator[int]:
    """Yield the first and last days of the dates that an event speaks of, or those it is about."""
    if claim := statement_of(content):
        yield from (day for day in parse(claim.on).window.bounds if BEGINNING < day < FOREVER)
    about: Iterable[Entry] = ()
    if isinstance(content, ReadingPreferred):  # those passed over are no longer so either
        period = PeriodsQuestion(frozenset({(content.facet, content.key, content.period)}))
        entries = store.select(content.mission, period).entries
        about = (entry for entry in entries if _bears_on(entry.content, content))
    elif isinstance(content, ClaimRetracted | ClaimCorrected):
        about = store.starting_with(content.target, limit=1)
    for entry in about:
        yield from _spoken_of(store, entry.content)


def _bears_on(content: object, preferred: ReadingPreferred) -> bool:
    """Whether a claim is one on the start, the end or the count that is settled."""
    claim = statement_of(content)
    place = (preferred.facet, preferred.key, preferred.period)
    if claim is None or place not in period_keys_of(claim):
        return False
    if preferred.role is Role.READING:
        return any(getattr(claim, measure, None) for measure in MEASURES)
    return (preferred.facet, preferred.role) in {(each.facet, each.role) for each in claim.bears}


def append_own(
    store: Store,
    event: Event,
    *,
    by: str | None,
    expect: int | None,
    on: ValidDay | None,
    form: str,
) -> None:
    """Append one event about the record, and say what it changed."""
    tried = overlay(store)
    who = recorder(by)
    would = append_announcement(tried, RecordKeeperEvents((event,)), by=who)
    days = compared(tried, would.appended, on)
    before = days.states(store)
    receipt = append_announcement(store, RecordKeeperEvents((event,)), by=who, expected=expect)
    title = "Recorded" if receipt.appended else "Nothing new: the same event is in the log already"
    with acknowledged([receipt]):
        tell(form, [receipt], title, days=days, before=before, store=store)


@contextmanager
def acknowledged(receipts: Sequence[Receipt]) -> Iterator[None]:
    """See to it that what was appended is never reported as failed.

    Whatever goes wrong inside, in working the answer out or in writing it, is told as that, with
    the positions that were appended.
    """
    try:
        yield
        sys.stdout.flush()
    except BaseException as error:
        positions = [entry.position for each in receipts for entry in each.appended]
        if not positions:
            raise
        say(
            f"recorded, at positions {wording.runs(positions)}; only the answer could not be shown"
            f" in full: {shown(error) or type(error).__name__}"
        )
        if not isinstance(error, Exception):
            raise
        drop_output()


def tell(
    form: str,
    receipts: Sequence[Receipt],
    title: str,
    *,
    days: ComparedDays,
    before: Sequence[State],
    store: Store,
    warnings: Sequence[Diagnostic] = (),
) -> None:
    """Print what was appended, and how answers changed by it on some days."""
    entries = [entry for receipt in receipts for entry in receipt.appended]
    records = [
        {
            "position": entry.position,
            "id": entry.id,
            "type": entry.content.type,
            "mission": entry.mission,
            "source": entry.source,
        }
        for entry in entries
    ]
    after = days.states(store)
    found = [
        StateChange(mission, on, diff(one, other))
        for (mission, on), one, other in zip(days.days, before, after, strict=True)
    ]
    data = {
        "appended": records,
        "already": [id_ for receipt in receipts for id_ in receipt.already],
        "position": receipts[-1].position if receipts else None,
        "changes": {each.mission: each.to_json()["differences"] for each in found},
        "compared": [each.to_json() for each in found],
        "days_not_compared": days.left,
        "warnings": [warning.to_json() for warning in warnings],
    }

    def page() -> Page:
        blocks: list[Block] = [_appended(store, receipts)] if entries else []
        blocks += _changes(store, found, entries)
        if days.left:
            blocks.append(f"{count(days.left, 'day', 'days')} more that it speaks of: --on DATE")
        return Page(title, (), blocks)

    put(form, data=data, records=records, columns=COLUMNS, page=page)


@dataclass(frozen=True, slots=True)
class StateChange:
    """How the answers on one mission changed on one day."""

    mission: str
    on: ValidDay
    differences: list[Difference]

    def to_json(self) -> dict[str, object]:
        """Return the changes as a JSON object."""
        differences = [each.to_json() for each in self.differences]
        return {"mission": self.mission, **self.on.heading, "differences": differences}


def _appended(store: Store, receipts: Sequence[Receipt]) -> Table:
    """List what was appended, entry by entry or, where that is much, file by file."""
    entries = [entry for receipt in receipts for entry in receipt.appended]
    if len(entries) > MOST_LISTED:
        rows = [
            Row((wording.runs(e.position for e in each.appended), "", _many(each)))
            for each in receipts
            if each.appended
        ]
        return Table(("", "", "events"), rows)
    labels = names.labels(store, entries)
    rows = [
        Row((str(e.position), Mark(entry_text.short(e.id)), entry_text.summary(e, labels)))
        for e in entries
    ]
    return Table(("", "id", "event"), rows)


def _many(receipt: Receipt) -> str:
    source = receipt.appended[-1].source or "no source"
    events = sum(not isinstance(entry.content, Source) for entry in receipt.appended)
    return f"{source}: {count(events, 'event', 'events')}"


def _changes(
    store: Store, found: Sequence[StateChange], entries: Sequence[Entry]
) -> Iterator[Block]:
    """Lay out what changed; what changed the same on a day before is not shown again."""
    shown: set[object] = set()
    still: dict[str, list[StateChange]] = {}
    cited = diff_table.entries_of(one for each in found for one in each.differences)
    key = legend(store, entries=cited)
    for each in found:
        new = [one for one in each.differences if (each.mission, _said(one)) not in shown]
        shown.update((each.mission, _said(one)) for one in new)
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
            still.setdefault(each.mission, []).append(each)
    for mission, some in still.items():
        if any(each.differences for each in found if each.mission == mission):
            said = (f"{'the same' if e.differences else 'nothing'} {e.on}" for e in some)
            yield f"Else in {mission}: {'; '.join(said)}."
        else:
            yield f"No answer changes in {mission}, {'; '.join(str(e.on) for e in some)}."
    yield from key.notes()


def _said(difference: Difference) -> object:
    """Return what a difference says, on whatever day, to tell it from another."""
    sides = (difference.before, difference.after)
    return (
        *(difference.change, difference.facet, difference.key, difference.period),
        *((each.standing, repr(each.value), each.start, each.end) for each in sides if each),
    )
