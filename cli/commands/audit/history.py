"""`mission history`: the claims on one key over record time."""

import click

from cli.inquiry import MissionInquiry, inquiry
from cli.options.common import facet_option, key_argument, mission_argument, recorded_option
from cli.options.request import Request, asks
from cli.render import entry_text
from cli.render.languages.translation import term
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
@asks
def command(request: Request, *, mission: str, key: str, facet: str | None) -> None:
    """List the events about KEY in the order they were recorded.

    Shows for each the time, who recorded it, and what it retracts, corrects or settles.

    \b
    Examples:
      mission history nmi dnk-helicopters
      mission history nmi DNK --facet command --format jsonl
    """  # noqa: D301
    with inquiry(request) as opened:
        asked = opened.of_mission(mission)
        key = names.key(asked.seen, key, facet)
        changes = history(asked.store, asked.seen, key, facet)
        put(
            request.form,
            records=[{"key": key, **change.to_json()} for change in changes],
            columns=CSV_COLUMNS,
            page=lambda: _page(asked, changes, key),
            heading={"mission": asked.seen.mission, **asked.recorded_columns},
        )


def _page(asked: MissionInquiry, changes: list[Change], key: str) -> Page:
    legend = asked.legend(change.entry.source for change in changes)
    labels = labels_of(asked.store, (change.entry for change in changes))
    rows = [
        Row(
            (
                str(change.entry.position),
                f"{change.entry.recorded_at:%Y-%m-%d %H:%M:%S}",
                change.entry.recorded_by,
                term("amendment", change.did),
                entry_text.short(change.entry.id),
                legend.cited([change.entry.source]),
            ),
            below=(entry_text.summary(change.entry, labels),),
        )
        for change in changes
    ]
    table = Table(("", "recorded (UTC)", "by", "did", "event", "source"), rows)
    title = (asked.title, f": history of {key}")
    return Page(title, (asked.as_recorded,), (table, *legend.notes()))
