"""`mission missions`: list the missions in the ledger."""

from collections.abc import Mapping, Sequence

import click

from cli.failures import NegativeAnswer
from cli.inquiry import as_recorded, end_of
from cli.ledger import reading
from cli.options.clocks import RecordPoint
from cli.options.common import format_option, ledger_option, recorded_option
from cli.render.counting import count
from cli.render.output import put
from cli.render.page import Cell, Mark, Page, Row, Table
from ledger.log import MissionNames
from projections import names


@click.command(name="missions")
@recorded_option
@format_option()
@ledger_option
def command(*, recorded: RecordPoint, form: str, ledger: str | None) -> None:
    """List the missions in the ledger: name, aliases and number of events.

    \b
    Examples:
      mission missions
      mission missions --format csv
    """  # noqa: D301
    with reading(ledger) as store:
        end = end_of(store, recorded)
        found = store.missions(upto=end)
        titles = names.titles(store, (each.mission for each in found))
        heading = as_recorded(store, end, recorded)
    put(
        form,
        records=[
            {
                "mission": each.mission,
                "name": titles[each.mission],
                "aliases": list(each.aliases),
                "events": each.events,
            }
            for each in found
        ],
        columns=("mission", "name", "aliases", "events"),
        heading={"mission": None, "recorded": recorded.text, "log_position": end},
        page=lambda: _page(found, titles, heading),
    )
    if not found:
        raise NegativeAnswer


def _page(found: Sequence[MissionNames], titles: Mapping[str, str], heading: str) -> Page:
    rows = []
    for each in found:
        title, short = titles[each.mission], each.mission
        named: Cell = Mark(short) if title == short else [Mark(title), short]
        rows.append(Row((named, ", ".join(each.aliases), str(each.events))))
    blocks = (Table(("mission", "also called", "events"), rows),) if rows else ()
    return Page(count(len(found), "mission", "missions"), (heading,), blocks)
