"""The command of an export format, made from its row in the registry.

mission export csv nmi-tables nmi --on 2021-06-15
mission export bibtex - nmi > sources.bib
"""

import sys
from pathlib import Path

import click

from cli.call import complete_files
from cli.failures import CallError
from cli.inquiry import through
from cli.ledger import reading
from cli.options import completion
from cli.options.clocks import PublicationLimit, RecordPoint, ValidDay
from cli.options.common import clocks, ledger_option
from cli.output_file import whole_file, whole_folder
from cli.render.counting import count
from cli.render.messages import say
from cli.render.progress import progress
from cli.standard_streams import DASH, standard_output
from projections import names
from projections.exports.extract import Extract
from projections.exports.registry import Format
from projections.record import Record


def export_command(form: Format) -> click.Command:
    """Return the command that writes a format."""

    @click.argument(
        "target", metavar="DIR" if form.folder else "FILE", shell_complete=complete_files
    )
    @click.argument(
        "missions",
        metavar="MISSION" if form.one_mission else "[MISSION]...",
        nargs=1 if form.one_mission else -1,
        shell_complete=completion.missions,
    )
    @clocks
    @ledger_option
    def command(
        *,
        target: str,
        missions: str | tuple[str, ...],
        on: ValidDay,
        known: PublicationLimit,
        recorded: RecordPoint,
        ledger: str | None,
    ) -> None:
        asked = (missions,) if isinstance(missions, str) else missions
        if form.folder and target == DASH:
            raise CallError(
                f"{form.name} is a folder of files, and cannot be written to standard output",
                f"name a DIR: mission export {form.name} DIR",
            )
        write = form.write  # before anything is opened: its library may be missing
        with reading(ledger) as store:
            extract = _extract(store, asked, on, known, recorded)
            if form.folder:
                with whole_folder(Path(target)) as folder:
                    written = write(extract, folder)
            elif target == DASH:
                written = write(extract, standard_output(binary=form.binary))
                sys.stdout.buffer.flush()
            else:
                with whole_file(Path(target)) as file:
                    written = write(extract, file)
            left_out = len(extract.left_out)
        listed = ", ".join(count(many, one, _plural(one)) for one, many in written.items())
        doubtful = count(left_out, "source", "sources")
        unsure = f"; left out, as only perhaps public by then: {doubtful}" if left_out else ""
        where = "" if target == DASH else f"{target}: "
        say(f"{where}{listed}, as of the close of {on.heading['on']}{unsure}")

    named = click.command(name=form.name, short_help=form.summary)(command)
    named.help = _help(form)
    return named


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _extract(
    store: Record,
    asked: tuple[str, ...],
    on: ValidDay,
    known: PublicationLimit,
    recorded: RecordPoint,
) -> Extract:
    """Return what is exported: the missions asked for, or all of them."""
    inquiry = through(store, known, recorded)
    found = [names.mission(store, each) for each in asked]
    every = () if asked else (each.mission for each in store.missions(upto=inquiry.end))
    return Extract(
        store,
        tuple(dict.fromkeys((*found, *every))),
        on.day,
        inquiry.end,
        store.tree(inquiry.end).root.hex(),
        known.seconds,
        known.text,
        recorded.text,
        progress("exporting", "missions"),
    )


def _help(form: Format) -> str:
    if form.folder:
        where = "DIR must be new or empty, and appears only when complete."
    else:
        where = "FILE must not exist, and appears only when complete; `-` is standard output."
    which = "" if form.one_mission else " Without MISSION, writes all missions."
    extra = f"\n\nNeeds pip install 'mission-ledger[{form.extra[0]}]'." if form.extra else ""
    return f"{form.summary}\n\n{where}{which}{extra}\n\n\b\nExample:\n  {form.example}\n"
