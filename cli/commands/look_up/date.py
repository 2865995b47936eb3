"""`mission date`: show how a date expression is read."""

import click

from cli.options.clocks import today
from cli.options.common import format_option
from cli.render.output import put
from cli.render.page import Mark, Page, Row, Table
from events.dates.days import iso_day
from events.dates.edtf_date import Bound, Edtf
from events.dates.languages import LANGUAGES
from events.dates.phrases import Phrase, parse_date
from events.errors import DateError

COLUMNS = ("expression", "edtf", "earliest", "latest", "kind", "precision", "rule", "language")


@click.command(name="date")
@click.argument("expression", metavar="EXPR", nargs=-1, required=True)
@click.option(
    "--published",
    metavar="DATE",
    help="When the words were published: `since 2018` attests that day.",
)
@format_option()
def command(*, expression: tuple[str, ...], published: str | None, form: str) -> None:
    """Show how EXPR is read: EDTF, or words in English or Danish.

    \b
    Examples:
      mission date 2020-1X
      mission date medio 2022
      mission date siden oktober 2018 --published 2020-03-04
      mission date "[..2024-02]" --format json

    \b
    Words (on the command line only, not in files):
      11 June 2020                  11. juni 2020
      Tuesday, May 24, 2022         tirsdag den 24. maj 2022
      Q1 2021                       1. kvartal 2021
      summer 2021                   sommeren 2021
      beginning of 2021             primo 2021
      middle of 2021                medio 2021
      end of 2021                   ultimo 2021
      early May 2021                tidligt i maj 2021
      by May 2021                   senest i maj 2021
      until May 2021                indtil maj 2021
      before May 2021               før maj 2021
      after May 2021                efter maj 2021
      not before May 2021           tidligst i maj 2021
      since 2018                    siden 2018
      since at least 2018           siden mindst 2018
      as of 1 May 2021              pr. 1. maj 2021
      from May 2021                 fra maj 2021
      from May 2021 to May 2022     fra maj 2021 til maj 2022
      from 2021 and one year ahead  fra 2021 og et år frem
      between May and August 2021   mellem maj og august 2021
      May or June 2021              maj eller juni 2021
      today                         i dag
      yesterday                     i går
    """  # noqa: D301
    text = " ".join(expression)
    now = today().day
    date, phrase = parse_date(text, None if published is None else _read_day(published), today=now)
    record = _record(text, date, phrase)
    put(
        form,
        data=record,
        records=[record],
        columns=COLUMNS,
        page=lambda: Page(text, (), (Table(("", ""), _rows(date, phrase)),)),
    )


def _read_day(published: str) -> str:
    """Read --published as EDTF. Raises DateError with the name of the option."""
    try:
        return parse_date(published, today=today().day)[0].text
    except DateError as error:
        raise DateError(f"--published {error.message}", hint=error.hint) from None


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
    rows = [
        ("EDTF", date.text),
        ("earliest", _side(date.window.first, date.start_is)),
        ("latest", _side(date.window.last, date.end_is)),
        ("kind", date.kind),
        ("precision", date.precision),
    ]
    if phrase:
        language = next(each.name for each in LANGUAGES if each.code == phrase.language)
        rows.insert(0, ("read as", f"{phrase.rule} ({language})"))
    doubts = [word for word in ("uncertain", "approximate") if getattr(date, word)]
    if doubts:
        rows.append(("marked", f"{' and '.join(doubts)}; this does not move the window"))
    if date.kind == "interval":
        rows.append(("start", date.start.text if date.start else _NO_START[date.start_is]))
        rows.append(("end", date.end.text if date.end else _NO_END[date.end_is]))
    return [Row((Mark(name), text)) for name, text in rows]


_NO_START: dict[Bound, str] = {
    "unknown": "not said",
    "open": "not said (.. before the slash says no more than a blank)",
}
_NO_END: dict[Bound, str] = {
    "unknown": "not said: it may have ended since (2014-05/.. says that it had not)",
    "open": "still so when the source came out: on a start, it attests that day as well"
    " (2014-05/ leaves it open)",
}
"""What an interval without a date on one side says of a start that has it."""


def _side(day: int | None, bound: Bound) -> str:
    return bound if day is None else iso_day(day)
