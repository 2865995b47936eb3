"""`mission history`: one key's claims over record time."""

import click

from cli import describing, wording
from cli.ledger import Asked, ask, need_key, reading
from cli.options import (
    Known,
    Recorded,
    facet_option,
    format_option,
    key_argument,
    ledger_option,
    mission_argument,
    recorded_option,
)
from cli.output import put
from cli.page import Page, Row, Table
from projections.history import Change, history

CSV_COLUMNS = (
    *("position", "recorded_at", "recorded_by", "did", "type", "on", "basis", "source", "target"),
    *("reason", "event"),
)


@click.command(name="history", short_help="Show one key's claims over record time.")
@mission_argument
@key_argument
@facet_option
@recorded_option
@format_option()
@ledger_option
def command(
    *,
    mission: str,
    key: str,
    facet: str | None,
    recorded: Recorded,
    form: str,
    ledger: str | None,
) -> None:
    """Show what the record took in about KEY: when, from whom, and what was undone.

    \b
    Examples:
      mission history nmi dnk-helicopters
      mission history nmi DNK --facet command --format jsonl
    """  # noqa: D301
    with reading(ledger) as store:
        asked = ask(store, mission, Known(), recorded)
        need_key(asked.seen, key, facet)
        changes = history(asked.seen, key, facet)
        data = [change.to_json() for change in changes]
        put(
            form,
            data=data,
            records=data,
            columns=CSV_COLUMNS,
            page=lambda: _page(asked, changes, key),
        )


def _page(asked: Asked, changes: list[Change], key: str) -> Page:
    marks = wording.numbered(change.entry.source for change in changes if change.entry.source)
    rows = [
        Row(
            (
                str(change.entry.position),
                f"{change.entry.recorded_at:%Y-%m-%d %H:%M:%S}",
                change.entry.recorded_by,
                change.did,
                describing.short(change.entry.id),
                wording.cited([change.entry.source] if change.entry.source else [], marks),
            ),
            below=(describing.summary(change.entry),),
        )
        for change in changes
    ]
    return Page(
        (asked.title, f": history of {key}"),
        (asked.as_recorded,),
        (
            Table(("", "recorded (UTC)", "by", "did", "event", "source"), rows),
            *wording.source_notes(marks, asked.described(marks)),
        ),
    )
