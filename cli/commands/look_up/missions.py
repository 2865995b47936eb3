"""`mission missions`: list the missions in the ledger."""

from collections.abc import Mapping, Sequence

import click

from cli.failures import NegativeAnswer
from cli.inquiry import inquiry
from cli.options.common import recorded_option
from cli.options.request import Request, asks
from cli.render.counting import count
from cli.render.output import put
from cli.render.page import Cell, Mark, Page, Row, Table
from ledger.log import MissionNames
from projections import names


@click.command(name="missions")
@recorded_option
@asks
def command(request: Request) -> None:
    """List the missions in the ledger: name, aliases and number of events.

    \b
    Examples:
      mission missions
      mission missions --format csv
    """  # noqa: D301
    with inquiry(request) as asked:
        found = asked.store.missions(upto=asked.end)
        titles = names.titles(asked.store, (each.mission for each in found))
        put(
            request.form,
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
            heading={"mission": None, **asked.recorded_columns},
            page=lambda: _page(found, titles, asked.as_recorded),
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
