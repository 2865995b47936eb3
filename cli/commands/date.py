"""`mission date`: what a date expression is taken to mean."""

import click

from cli.failures import shown
from cli.options import format_option
from cli.output import put
from cli.page import Mark, Page, Row, Table
from events.days import iso_day
from events.edtf import Bound, Edtf, parse
from events.errors import DateError
from events.phrases import Phrase, understand

COLUMNS = ("expression", "edtf", "earliest", "latest", "kind", "precision", "rule", "language")


@click.command(name="date", short_help="Say what a date is taken to mean.")
@click.argument("expression", metavar="EXPR", nargs=-1, required=True)
@click.option(
    "--published",
    metavar="DATE",
    help="When the words were published: what is `still` so was so then.",
)
@format_option()
def command(*, expression: tuple[str, ...], published: str | None, form: str) -> None:
    """Say what EXPR means: EDTF, or words in English or Danish.

    \b
    Examples:
      mission date 2020-1X
      mission date medio 2022
      mission date siden oktober 2018 --published 2020-03-04
      mission date "[..2024-02]" --format json
    """  # noqa: D301
    text = " ".join(expression)
    date, phrase = understand(text, None if published is None else _day_out(published))
    record = _record(text, date, phrase)
    put(
        form,
        data=record,
        records=[record],
        columns=COLUMNS,
        page=lambda: Page(text, (), (Table(("", ""), _rows(date, phrase)),)),
    )


def _day_out(published: str) -> str:
    try:
        return parse(published).text
    except DateError as error:
        raise DateError(f"--published {shown(error.message)}", hint=error.hint) from None


def _record(text: str, date: Edtf, phrase: Phrase | None) -> dict[str, object]:
    return {
        "expression": text,
        "edtf": date.text,
        "earliest": None if date.window.first is None else iso_day(date.window.first),
        "latest": None if date.window.last is None else iso_day(date.window.last),
        "kind": date.kind,
        "precision": date.precision,
        "uncertain": date.uncertain,
        "approximate": date.approximate,
        "rule": phrase and phrase.rule,
        "language": phrase and phrase.language,
        "still": bool(phrase and phrase.still),
    }


def _rows(date: Edtf, phrase: Phrase | None) -> list[Row]:
    said = [
        ("EDTF", date.text),
        ("earliest", _side(date.window.first, date.start_is)),
        ("latest", _side(date.window.last, date.end_is)),
        ("kind", date.kind),
        ("precision", date.precision),
    ]
    doubts = [word for word in ("uncertain", "approximate") if getattr(date, word)]
    if doubts:
        said.append(("marked", f"{' and '.join(doubts)}; this does not move the window"))
    if date.start and date.end:
        said.append(("start", date.start.text))
        said.append(("end", date.end.text))
    if phrase:
        said.append(("read as", f"{phrase.rule} ({phrase.language})"))
    return [Row((Mark(name), text)) for name, text in said]


def _side(day: int | None, bound: Bound) -> str:
    return bound if day is None else iso_day(day)
