"""What the commands that append share: who records, on what position, and what came of it."""

import getpass
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from cli import changes, describing, wording
from cli.failures import drop_output, shown
from cli.ledger import described
from cli.messages import say
from cli.options import On, format_option, ledger_option, read_on, reading_of, today
from cli.output import put
from cli.page import Block, Mark, Page, Row, Table
from events.errors import MissionLedgerError
from events.fields import Note
from events.source import Source
from events.types import Event
from ledger.appending import append_announcement
from ledger.scope import OnDay
from ledger.store import Receipt, Store
from projections.diff import diff
from projections.state import State, state
from projections.view import view

COLUMNS = ("position", "id", "type", "mission", "source")

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class OfTheRecord:
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
    callback=reading_of(read_on, today),
    help="The day whose answers are compared before and after.  [today]",
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


def states(store: Store, missions: Iterable[str], day: int) -> dict[str, State]:
    """Return each mission's state on a day."""
    return {mission: state(view(store, mission, scope=OnDay(day)), day) for mission in missions}


def append_own(
    store: Store, event: Event, *, by: str | None, expect: int | None, on: On, form: str
) -> None:
    """Append one event about the record, and say what it changed on a day."""
    before = states(store, [event.mission], on.day)
    receipt = append_announcement(store, OfTheRecord((event,)), by=recorder(by), expected=expect)
    title = "Recorded" if receipt.appended else "Nothing new: the same event is in the log already"
    with acknowledged([receipt]):
        tell(
            form,
            [receipt],
            title,
            on=on,
            before=before,
            after=states(store, [event.mission], on.day),
            store=store,
        )


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
    on: On,
    before: Mapping[str, State],
    after: Mapping[str, State],
    store: Store,
) -> None:
    """Print what was appended, and how answers changed by it on a day."""
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
    found = {mission: diff(before[mission], after[mission]) for mission in after}
    data = {
        "appended": records,
        "already": [id_ for receipt in receipts for id_ in receipt.already],
        "position": receipts[-1].position if receipts else None,
        "changes": {name: [each.to_json() for each in some] for name, some in found.items()},
    }

    def page() -> Page:
        blocks: list[Block] = []
        if entries:
            rows = [
                Row((str(e.position), Mark(describing.short(e.id)), describing.summary(e)))
                for e in entries
            ]
            blocks.append(Table(("", "id", "event"), rows))
        for mission, some in found.items():
            if some:
                marks = wording.numbered(changes.sources(some))
                blocks.append(Mark(f"What changes in {mission}, {on}"))
                blocks.append(changes.table(some, marks))
                blocks.extend(wording.source_notes(marks, described(store, marks)))
            elif entries:
                blocks.append(f"No answer on {mission} changes, {on}.")
        return Page(title, (), blocks)

    put(form, data=data, records=records, columns=COLUMNS, page=page)
