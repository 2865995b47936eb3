"""`mission history`: the claims on one key over record time."""

import click

from cli.inquiry import Inquiry, ask
from cli.ledger import reading
from cli.options.clocks import PublicationLimit, RecordPoint
from cli.options.common import (
    facet_option,
    format_option,
    key_argument,
    ledger_option,
    mission_argument,
    recorded_option,
)
from cli.render import entry_text
from cli.render.output import put
from cli.render.page import Page, Row, Table
from projections import names
from projections.history import Change, history
from projections.labels import labels as labels_of

CSV_COLUMNS = (
    *("key", "position", "recorded_at", "recorded_by", "did", "type", "on", "basis", "source"),
    *("target", "reason", "event"),
)


@click.command(name="history")
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
    recorded: RecordPoint,
    form: str,
    ledger: str | None,
) -> None:
    """List the events about KEY in the order they were recorded.

    Shows for each the time, who recorded it, and what it retracts, corrects or settles.

    \b
    Examples:
      mission history nmi dnk-helicopters
      mission history nmi DNK --facet command --format jsonl
    """  # noqa: D301
    with reading(ledger) as store:
        inquiry = ask(store, mission, PublicationLimit(), recorded)
        key = names.key(inquiry.seen, key, facet)
        changes = history(store, inquiry.seen, key, facet)
        put(
            form,
            records=[{"key": key, **change.to_json()} for change in changes],
            columns=CSV_COLUMNS,
            page=lambda: _page(inquiry, changes, key),
            heading={
                "mission": inquiry.seen.mission,
                "recorded": recorded.text,
                "log_position": inquiry.seen.position,
            },
        )


def _page(inquiry: Inquiry, changes: list[Change], key: str) -> Page:
    legend = inquiry.legend(change.entry.source for change in changes)
    labels = labels_of(inquiry.store, (change.entry for change in changes))
    rows = [
        Row(
            (
                str(change.entry.position),
                f"{change.entry.recorded_at:%Y-%m-%d %H:%M:%S}",
                change.entry.recorded_by,
                change.did,
                entry_text.short(change.entry.id),
                legend.cited([change.entry.source]),
            ),
            below=(entry_text.summary(change.entry, labels),),
        )
        for change in changes
    ]
    return Page(
        (inquiry.title, f": history of {key}"),
        (inquiry.as_recorded,),
        (
            Table(("", "recorded (UTC)", "by", "did", "event", "source"), rows),
            *legend.notes(),
        ),
    )
