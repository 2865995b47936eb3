"""The options commands share, and what the three clocks are asked.

--on 2021-06                     the close of 2021-06-30
--known 2022-05-24T10:00:00Z     from sources certainly public by that second
--recorded 93                    as the log stood at position 93
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click
from click.shell_completion import CompletionItem

from cli import call, failures
from events.days import iso_day
from events.edtf import Edtf
from events.errors import DateError
from events.facets import FACETS

Command = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class On:
    """A day in valid time (a day number); `asked` is how it was put, where that is not the day."""

    day: int
    asked: str = ""

    def __str__(self) -> str:
        close = f"as of the close of {iso_day(self.day)}"
        return f"{close}, the last day of {self.asked}" if self.asked else close


@dataclass(frozen=True, slots=True)
class Known:
    """A moment on the publication clock, in seconds since 1970 UTC; `text` as the answer names it.

    Both are None where every source counts.
    """

    seconds: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A place on the record clock: a position, or a moment to look up in the log; or neither."""

    position: int | None = None
    moment: datetime | None = None
    text: str | None = None


def read_on(text: str) -> On:
    """Read `--on`. Raises DateError for a date that has no last day."""
    date, asked = _understood("--on", text)
    if date.instant is not None:
        day = _seconds_to_day(date.instant)
        return On(day, "" if text.strip() == iso_day(day) else asked)
    if date.window.last is None:
        raise DateError(
            f"--on {failures.shown(text)}: an open end has no last day", hint="name a day or month"
        )
    same = date.window.first == date.window.last
    return On(date.window.last, "" if same else asked)


def read_known(text: str, option: str = "--known") -> Known:
    """Read `--known`. Raises DateError for a date that has no last day."""
    from events.source import close_of_day  # noqa: PLC0415 (start-up: it imports pydantic)

    date, _ = _understood(option, text)
    if date.instant is not None:
        return Known(date.instant, _moment(date.instant))
    if date.window.last is None:
        raise DateError(
            f"{option} {failures.shown(text)}: an open end has no last day",
            hint=f"leave {option} out to set no limit",
        )
    return Known(close_of_day(date.window.last), iso_day(date.window.last))


def read_recorded(text: str) -> Recorded:
    """Read `--recorded`: digits are a position, everything else a moment or the close of a day.

    A moment to the second means the end of that second. Raises DateError.
    """
    if re.fullmatch(r"[0-9]{1,12}", text.strip()):
        return Recorded(position=int(text), text=text.strip())
    if exact := re.fullmatch(r"([0-9-]{10}T[0-9:]{8})\.([0-9]{1,6})Z", text.strip()):
        try:
            moment = datetime.fromisoformat(f"{exact[1]}.{exact[2]:0<6}+00:00")
        except ValueError as error:
            raise DateError(f"--recorded {failures.shown(text)}: {error}") from None
        return Recorded(moment=moment, text=text.strip())
    known = read_known(text, "--recorded") if text.strip() else None
    if known is None or known.seconds is None:
        raise DateError("--recorded is empty", hint="give a position, a day or a timestamp")
    ends = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))
    seconds = min(max(known.seconds, int(ends[0].timestamp())), int(ends[1].timestamp()))
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=999_999)
    return Recorded(moment=moment, text=known.text)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last` (day numbers); None is open."""

    first: int | None = None
    last: int | None = None

    def meets(self, first: int, last: int) -> bool:
        """Whether a window of days has a day in the span."""
        return (self.first is None or last >= self.first) and (
            self.last is None or first <= self.last
        )

    def __str__(self) -> str:
        since = "" if self.first is None else f"from {iso_day(self.first)}"
        until = "" if self.last is None else f"to {iso_day(self.last)}"
        return f"{since} {until}".strip()


def read_span(since: str | None, until: str | None) -> Span:
    """Read `--from` and `--to`: the first day of the one to the last day of the other.

    Raises DateError.
    """
    first = _understood("--from", since)[0].window.first if since is not None else None
    last = _understood("--to", until)[0].window.last if until is not None else None
    if first is not None and last is not None and first > last:
        raise DateError(f"--from {iso_day(first)} is after --to {iso_day(last)}")
    return Span(first, last)


def _understood(option: str, text: str) -> tuple[Edtf, str]:
    from events.phrases import understand  # noqa: PLC0415 (start-up)

    try:
        date, phrase = understand(text)
    except DateError as error:
        raise DateError(f"{option}: {error.message}", hint=error.hint) from None
    said = failures.shown(text.strip())
    return date, f"{said} ({date.text})" if phrase else said


def _seconds_to_day(seconds: int) -> int:
    return seconds // 86_400 + datetime(1970, 1, 1, tzinfo=UTC).toordinal()


def _moment(seconds: int) -> str:
    day, rest = _seconds_to_day(seconds), seconds % 86_400
    return f"{iso_day(day)}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}Z"


def today() -> On:
    """Return the present day in UTC."""
    return On(datetime.now(UTC).date().toordinal())


# Decorators ------------------------------------------------------------------------------------

mission_argument = click.argument(
    "mission", metavar="MISSION", shell_complete=lambda ctx, _, text: complete_missions(ctx, text)
)
key_argument = click.argument(
    "key", metavar="KEY", shell_complete=lambda ctx, _, text: complete_keys(ctx, text)
)
ledger_option = click.option(
    "--ledger",
    metavar="PLACE",
    envvar="MISSION_LEDGER",
    shell_complete=call.complete_files,
    help="The ledger: a file or a database URL  [env: MISSION_LEDGER]",
)
facet_option = click.option(
    "--facet",
    metavar="FACET",
    type=click.Choice(list(FACETS)),
    help=f"Only this facet: {', '.join(FACETS)}.",
)


def _keep(name: str) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    def keep(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
        call.keep(ctx, name, value)
        return value

    return keep


color_option = click.option(
    f"--{call.COLOUR}",
    metavar="WHEN",
    type=click.Choice(call.COLOURS),
    is_eager=True,
    expose_value=False,
    callback=_keep(call.COLOUR),
    help="Bold and red in tables: auto (on a terminal), always or never.",
)


def format_option(*formats: str) -> Callable[[Command], Command]:
    """Add `--format`, with the formats named or all of them, and `--color` for tables."""
    *others, last = formats or call.FORMATS
    form = click.option(
        f"--{call.FORMAT}",
        "form",
        metavar="FORMAT",
        type=click.Choice([*others, last]),
        default="table",
        is_eager=True,  # an error in another option is told in this format
        callback=_keep(call.FORMAT),
        help=f"How the answer is written: {', '.join(others)} or {last}.  [table]",
    )
    return lambda command: form(color_option(command))


def reading_of(read: Callable[[str], Any], default: Callable[[], Any]) -> Callable[..., Any]:
    """Return a click callback that reads an option's text, or gives its default."""
    return lambda _ctx, _param, text: default() if text is None else read(text)


on_option = click.option(
    "--on",
    metavar="DATE",
    callback=reading_of(read_on, today),
    help="Valid time: the close of this day; of a month or year, of its last day.  [today]",
)
known_option = click.option(
    "--known",
    metavar="DATE",
    callback=reading_of(read_known, Known),
    help="Publication time: only sources certainly public by this day or second.",
)
recorded_option = click.option(
    "--recorded",
    metavar="WHEN",
    callback=reading_of(read_recorded, Recorded),
    help="Record time: a position in the log (a plain number), a day or a timestamp.",
)


def record_clocks(command: Command) -> Command:
    """Add `--known` and `--recorded`."""
    return known_option(recorded_option(command))


def clocks(command: Command) -> Command:
    """Add all three clocks."""
    return on_option(record_clocks(command))


# Completion ------------------------------------------------------------------------------------


def complete_missions(ctx: click.Context, text: str) -> list[CompletionItem]:
    """Complete mission names and aliases; nothing where the ledger cannot be read."""

    def names() -> Iterable[str]:
        from cli.ledger import reading  # noqa: PLC0415 (start-up)

        with reading(ctx.params.get("ledger"), quiet=True) as store:
            for name, aliases in store.names().items():
                yield from (name, *aliases)

    return _completed(names, text)


def complete_keys(ctx: click.Context, text: str) -> list[CompletionItem]:
    """Complete the keys of the mission named before; nothing where it cannot be read."""

    def names() -> Iterable[str]:
        from cli.ledger import mission_in, reading  # noqa: PLC0415 (start-up)
        from projections.view import view  # noqa: PLC0415

        with reading(ctx.params.get("ledger"), quiet=True) as store:
            seen = view(store, mission_in(store, ctx.params["mission"]))
            facet = ctx.params.get("facet")
            yield from (key for name, key, _ in seen.by_period if facet in (None, name))

    return _completed(names, text)


def _completed(names: Callable[[], Iterable[str]], text: str) -> list[CompletionItem]:
    try:
        return [CompletionItem(name) for name in dict.fromkeys(names()) if name.startswith(text)]
    except Exception:  # completion must never spoil the line being typed
        return []
