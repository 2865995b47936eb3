"""`mission doctor`: check the installation, the ledger and the signing key."""

import os
from collections import Counter
from pathlib import Path

import click
from click.core import ParameterSource

from cli.evidence.signing import default_key
from cli.failures import NegativeAnswer
from cli.location import setting
from cli.options.common import format_option, ledger_option
from cli.render.counting import count
from cli.render.output import put
from cli.render.page import Mark, Page, Row, Table
from ledger.upkeep.doctor import examine
from ledger.upkeep.health import Check
from projections.record import PROJECTIONS

COLUMNS = ("check", "level", "found", "do")


@click.command(name="doctor")
@format_option()
@ledger_option
@click.pass_context
def command(ctx: click.Context, *, form: str, ledger: str | None) -> None:
    """Check the program, the location of the ledger, the ledger and the signing key.

    Changes nothing. Exits with 1 if there is a problem. The entries of the ledger are checked by
    `mission verify`.

    \b
    Example:
      mission doctor
    """  # noqa: D301
    key = Path(os.environ.get("MISSION_KEY") or default_key())
    as_option = ctx.get_parameter_source("ledger") is ParameterSource.COMMANDLINE
    used = setting(ledger if as_option else None)
    found = examine(used.place, PROJECTIONS, named_by=used.named_by, key=key)
    records = [each._asdict() for each in found]
    put(form, records=records, columns=COLUMNS, page=lambda: _page(found))
    if any(each.level == "problem" for each in found):
        raise NegativeAnswer


def _page(found: list[Check]) -> Page:
    rows = []
    for each in found:
        level = Mark("problem", "alert") if each.level == "problem" else each.level
        rows.append(Row((each.check, level, each.found), below=[f"  {each.do}"] if each.do else []))
    counts = Counter(each.level for each in found)
    problems = count(counts["problem"], "problem", "problems")
    title = f"{problems}, {count(counts['note'], 'note', 'notes')}"
    return Page(title, (f"{count(len(found), 'check', 'checks')} made; nothing was changed",),
                (Table(("check", "level", "found"), rows),))  # fmt: skip
