"""`mission publish`: write the record as a folder of pages, for a disk or a web server."""

from importlib import metadata
from pathlib import Path

import click

from cli.call import complete_files
from cli.evidence.files import checkpoint_in
from cli.failures import CallError
from cli.ledger import reading
from cli.options.clocks import today
from cli.options.common import base_url_option, file_option, ledger_option
from cli.render.counting import count
from cli.render.messages import say
from cli.render.progress import progress
from cli.site.pages import SiteFacts
from cli.site.publish import Publication
from cli.site.site_folder import SiteFolder
from cli.standard_streams import DASH, named_input
from events.dates.days import iso_day
from ledger.transparency.checkpoints import Checkpoint
from ledger.transparency.prove import check_begins_with
from projections.record import Record


@click.command(name="publish")
@click.argument("directory", metavar="DIR", shell_complete=complete_files)
@click.option("--title", default="Mission Ledger", show_default=True, help="The name of the site.")
@base_url_option("Where DIR will be on the web, for citations.")
@file_option("--checkpoint", "Show this checkpoint of the log, once it is found to match.")
@ledger_option
def command(
    *,
    directory: str,
    title: str,
    base_url: str | None,
    checkpoint: str | None,
    ledger: str | None,
) -> None:
    """Write the record to DIR as pages to explore, cite and print, in English and Danish.

    They need no server: open DIR/index.html, or copy DIR to any web server. Every page of a mission
    has its state on every day, as known on every day. Run again, the command writes what changed.

    \b
    Examples:
      mission publish site
      mission publish site --title "Danish missions"
      mission publish site --base-url https://example.org/
    """  # noqa: D301
    if directory == DASH:
        raise CallError(
            "a site is a folder of files, and cannot be written to standard output",
            "name a DIR: mission publish site",
        )
    if base_url and "?" in base_url:
        raise CallError(
            f"--base-url {base_url}: pages are below this address, so it cannot have a query",
            "give the address of the folder: https://example.org/missions",
        )
    day = today().day
    with reading(ledger) as store:
        shown = _matching(store, checkpoint) if checkpoint else None
        size = store.position()
        facts = SiteFacts(
            ledger=title,
            address=f"{base_url.rstrip('/')}/" if base_url else "",
            version=metadata.version("mission-ledger"),
            today=iso_day(day),
            position=size,
            root=store.tree(size).root.hex(),
        )
        site = Publication(store, SiteFolder(Path(directory)), facts, day, shown)
        done = site.write(progress("publishing", "missions"))
    missions = count(done.missions, "mission", "missions")
    say(f"{directory}: {missions}, {done.written} written; open {directory}/index.html")


def _matching(store: Record, name: str) -> tuple[Checkpoint, bytes]:
    """Read a checkpoint that the log begins with. Raises ProofError; who signed it is not checked.

    Raises UnreadableProofError where the file holds none.
    """
    found, data = checkpoint_in(name)
    check_begins_with(store, found, store.tree(), named_input(name))
    return found, data
