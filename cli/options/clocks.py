"""The options of the three clocks, parsed into values.

--on 2021-06                     the close of 2021-06-30
--on yesterday                   the close of yesterday, in UTC
--known 2022-05-24T10:00:00Z     from sources certainly public by that second
--recorded 93                    as the log stood at position 93
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cli.render.languages.translation import tr
from events.dates.days import iso_day
from events.dates.edtf_date import Edtf
from events.errors import DateError

if TYPE_CHECKING:
    from events.dates.phrases import Phrase


@dataclass(frozen=True, slots=True)
class ValidDay:
    """A day in valid time (a day number); `asked` is how it was given, if in another form."""

    day: int
    asked: str = ""

    def __str__(self) -> str:
        close = tr("as of the close of {day}", day=iso_day(self.day))
        return f"{close}, {self.asked}" if self.asked else close

    @property
    def heading(self) -> dict[str, object]:
        """The day as exports state it."""
        return {"on": iso_day(self.day)}


@dataclass(frozen=True, slots=True)
class PublicationLimit:
    """A moment on the publication clock, in seconds since 1970 UTC; `text` is how answers show it.

    Both are None if there is no limit.
    """

    seconds: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class RecordPoint:
    """A point on the record clock: a position, a moment to look up in the log, or neither."""

    position: int | None = None
    moment: datetime | None = None
    text: str | None = None


def read_on(text: str) -> ValidDay:
    """Parse `--on`. Raises DateError for a date that has no last day."""
    date, phrase = read_date("--on", text)
    asked = text.strip()
    last = last_day("--on", text, date, phrase, hint="name a day or month")
    if phrase and phrase.passing:
        return ValidDay(last, f"{asked} (UTC)")
    if date.window.first == last:
        return ValidDay(last)
    return ValidDay(last, f"the last day of {asked}" + (f" ({date.text})" if phrase else ""))


def read_known(text: str, option: str = "--known") -> PublicationLimit:
    """Parse `--known`. Raises DateError for a date that has no last day."""
    from events.publication import close_of_day  # noqa: PLC0415 (start-up)

    date, phrase = read_date(option, text)
    if date.instant is not None:
        return PublicationLimit(date.instant, _moment(date.instant))
    last = last_day(option, text, date, phrase, hint=f"omit {option} to set no limit")
    return PublicationLimit(close_of_day(last), iso_day(last))


def read_recorded(text: str, option: str = "--recorded") -> RecordPoint:
    """Parse `--recorded`: digits are a position, anything else a moment or the close of a day.

    A moment to the second means the end of that second. Raises DateError.
    """
    if re.fullmatch(r"[0-9]{1,12}", text.strip()):
        return RecordPoint(position=int(text), text=text.strip())
    if exact := re.fullmatch(r"([0-9-]{10}T[0-9:]{8})\.([0-9]{1,6})Z", text.strip()):
        try:
            moment = datetime.fromisoformat(f"{exact[1]}.{exact[2]:0<6}+00:00")
        except ValueError as error:
            raise DateError(f"{option} {text}: {error}") from None
        return RecordPoint(moment=moment, text=text.strip())
    known = read_known(text, option) if text.strip() else None
    if known is None or known.seconds is None:
        raise DateError(f"{option} is empty", hint="give a position, a day or a timestamp")
    ends = (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))
    seconds = min(max(known.seconds, int(ends[0].timestamp())), int(ends[1].timestamp()))
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=999_999)
    return RecordPoint(moment=moment, text=known.text)


def read_date(option: str, text: str) -> "tuple[Edtf, Phrase | None]":
    """Parse an option's date, and the phrase if it was given in words. Raises DateError."""
    from events.dates.phrases import parse_date  # noqa: PLC0415 (start-up)

    try:
        return parse_date(text, today=today().day)
    except DateError as error:
        raise DateError(f"{option}: {error.message}", hint=error.hint) from None


def last_day(option: str, text: str, date: Edtf, phrase: "Phrase | None", *, hint: str) -> int:
    """Return a date's last day. Raises DateError if it has none or means `still so`."""
    if date.window.last is None or (phrase and phrase.still):
        far = date.kind == "date" and not phrase
        why = "it is too far away to have days" if far else "an open end has no last day"
        raise DateError(f"{option} {text}: {why}", hint=hint)
    return date.window.last


def _moment(seconds: int) -> str:
    days, rest = divmod(seconds, 86_400)
    day = iso_day(days + datetime(1970, 1, 1, tzinfo=UTC).toordinal())
    return f"{day}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}Z"


def today() -> ValidDay:
    """Return the current day in UTC."""
    return ValidDay(datetime.now(UTC).date().toordinal())
