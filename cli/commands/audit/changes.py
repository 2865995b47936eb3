"""`mission changes`: what the record took in since its reader last looked."""

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from cli import call
from cli.account.account import AnnouncementAccount, account
from cli.account.feed import feed
from cli.account.last_told import ToldPosition, last_told
from cli.account.page import COLUMNS, page, rows
from cli.account.starting_point import (
    HOW,
    GivenCheckpoint,
    StartingPoint,
    read_since,
    starting_point,
)
from cli.evidence.signing import public_key
from cli.failures import CallError, NegativeAnswer
from cli.inquiry import Inquiry, through
from cli.ledger import existing_ledger, reading
from cli.options import completion
from cli.options.clocks import RecordPoint
from cli.options.common import base_url_option, file_option, on_option, recorded_option
from cli.options.request import Request, asks_in
from cli.render import atom
from cli.render.messages import say
from cli.render.output import put
from cli.standard_streams import standard_output
from ledger.merkle.tree import EMPTY_ROOT, leaf_hash
from ledger.transparency.signed_notes import to_base64
from projections import names
from projections.record import Record

ATOM = "atom"
PAGES = ("table", "markdown")


@click.command(name="changes")
@click.argument(
    "missions", metavar="[MISSION]…", nargs=-1, required=False, shell_complete=completion.missions
)
@click.option(
    "--since",
    metavar="WHEN",
    shell_complete=call.complete_files,
    help="After this position, the close of this day, this moment, or this checkpoint (a file).",
)
@click.option(
    "--since-last", is_flag=True, help="After what the last call with --since-last told you."
)
@file_option("--key", "Check the checkpoint's signature with this public key.", metavar="KEY")
@base_url_option("With --format atom: link each entry to URL#POSITION.")
@on_option
@recorded_option
@asks_in(*call.FORMATS, ATOM)
def command(
    request: Request,
    *,
    missions: tuple[str, ...],
    since: str | None,
    since_last: bool,
    key: str | None,
    base_url: str | None,
) -> None:
    """Tell what was recorded since you last looked, and which answers it changed.

    Lists announcement by announcement what was claimed, retracted, corrected, preferred and said of
    sources, then how the answers changed: the state on one day (--on), and the periods that the
    announcement bears on. A day given with --since means its close: --since yesterday tells what
    was recorded today. Exits with 1 if nothing was.

    \b
    Examples:
      mission changes --since 93
      mission changes nmi --since 2026-01-31
      mission changes --since january --key public.key
      mission changes --since-last
      mission changes --since 93 --format atom > feed.xml
    """  # noqa: D301
    given = _given(since, key, since_last=since_last, request=request)
    if base_url and request.form != ATOM:
        raise click.UsageError("--base-url requires --format atom")
    with (existing_ledger if since_last else reading)(request.ledger) as store:
        asked = through(store, request.known, request.recorded)
        chosen = sorted({names.mission(store, each) for each in missions})
        memory = last_told(store, chosen) if since_last else None
        if given:
            start = starting_point(store, given, asked.end)
        elif memory:
            start = memory.starting_point(store)
        else:
            start = StartingPoint(0, "last", "since the beginning")
        found = account(
            store, after=start.position, upto=asked.end, day=request.on.day, missions={*chosen}
        )
        answer = _Answer(request, asked, start, chosen, found)
        told = memory and ToldPosition(asked.end, to_base64(store.tree(asked.end).root))
        if request.form == ATOM:
            answer.print_feed(store, base_url)
        elif found or request.form not in PAGES:
            answer.print()
    standard_output().flush()
    if memory and told:
        memory.write(told)
    if not found:
        of = f" on {', '.join(chosen)}" if chosen else ""
        say(f"nothing was recorded{of} {start.words}{_hint(given)}")
        raise NegativeAnswer


class _Answer:
    """What changed, with what was asked."""

    def __init__(
        self,
        request: Request,
        asked: Inquiry,
        start: StartingPoint,
        missions: Sequence[str],
        found: Sequence[AnnouncementAccount],
    ) -> None:
        self._request = request
        self._asked = asked
        self._start = start
        self._missions = missions
        self._found = found

    def print(self) -> None:
        """Print it in one of the formats that all commands have."""
        start, day = self._start, self._request.on
        shared = {**day.heading, **self._asked.recorded_columns}
        records = [each.to_json() for each in self._found]
        put(
            self._request.form,
            data={
                "since": start.to_json(),
                **shared,
                "missions": list(self._missions),
                "announcements": records,
            },
            records=records,
            columns=COLUMNS,
            page=lambda: page(self._found, self._under()),
            heading={**start.heading, **shared},
            sheet=lambda: list(rows(self._found)),
        )

    def print_feed(self, store: Record, base_url: str | None) -> None:
        """Print it as an Atom feed."""
        last = next(store.entries(after=self._asked.end - 1, upto=self._asked.end), None)
        first = next((leaf_hash(raw) for _, raw in store.stored(upto=1)), EMPTY_ROOT)
        made = feed(
            self._found,
            log=first,
            updated=last.recorded_at if last else None,
            missions=self._missions,
            subtitle="; ".join(self._under()),
            base_url=base_url,
        )
        standard_output().write(atom.written(made))

    def _under(self) -> list[str]:
        of = [f"on {', '.join(self._missions)}"] if self._missions else []
        answers = f"answers {self._request.on}, from all sources"
        return [*of, self._start.words, self._asked.as_recorded, answers]


def _given(
    since: str | None, key: str | None, *, since_last: bool, request: Request
) -> RecordPoint | GivenCheckpoint | None:
    """Return where to begin as it was given; None for where the last call ended."""
    if (since is None) != since_last:
        message = "give only one of --since and --since-last" if since else "since when?"
        raise CallError(message, HOW)
    if since is None:
        if key or request.recorded.text is not None:
            raise click.UsageError("--since-last cannot be combined with --key or --recorded")
        return None
    found = read_since(since, public_key(key) if key else None)
    if key and not isinstance(found, GivenCheckpoint):
        raise click.UsageError("--key requires a checkpoint: --since FILE")
    return found


def _hint(given: RecordPoint | GivenCheckpoint | None) -> str:
    """Say what a day means where that day is not over."""
    moment = given.moment if isinstance(given, RecordPoint) else None
    if moment is None or moment <= datetime.now(UTC):
        return ""
    return "; a day means its close: --since yesterday for what was recorded today"
