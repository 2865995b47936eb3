"""`mission missions`: what missions the ledger holds."""

import click

from cli.failures import AnswerIsNo
from cli.ledger import position_of, reading
from cli.options import Recorded, format_option, ledger_option, recorded_option
from cli.output import put
from cli.page import Mark, Page, Row, Table


@click.command(name="missions", short_help="List the missions in the ledger.")
@recorded_option
@format_option()
@ledger_option
def command(*, recorded: Recorded, form: str, ledger: str | None) -> None:
    """List missions by short name, with their aliases and how many events each has.

    \b
    Examples:
      mission missions
      mission missions --format csv
    """  # noqa: D301
    with reading(ledger) as store:
        found = store.missions(upto=position_of(store, recorded))
    data = [
        {"mission": each.mission, "aliases": list(each.aliases), "events": each.events}
        for each in found
    ]
    rows = [Row((Mark(each.mission), ", ".join(each.aliases), str(each.events))) for each in found]
    count = "1 mission" if len(found) == 1 else f"{len(found)} missions"
    put(
        form,
        data=data,
        records=data,
        columns=("mission", "aliases", "events"),
        page=lambda: Page(
            count, (), (Table(("mission", "also called", "events"), rows),) if rows else ()
        ),
    )
    if not found:
        raise AnswerIsNo
