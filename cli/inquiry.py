"""A question put to an open ledger, through the publication and record clocks."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from cli.ledger import reading
from cli.options.clocks import PublicationLimit, RecordPoint, ValidDay
from cli.options.ranges import DaySpan
from cli.options.request import Request
from cli.render.counting import count
from cli.render.languages.translation import tr
from cli.render.legend import Legend
from events.errors import MissionLedgerError
from events.facets import FACETS, MISSION
from projections import names
from projections.question import ClaimStore, Question
from projections.sources import sources_in_force
from projections.state import label_of
from projections.state_object import StateEntry
from projections.view import View, view


@dataclass(frozen=True)
class Inquiry:
    """An open ledger and two clocks; `end` is the last position of the log that is read."""

    store: ClaimStore
    known: PublicationLimit
    recorded: RecordPoint
    end: int

    @property
    def columns(self) -> dict[str, object]:
        """The publication and record clocks, as every export states them."""
        return {"known": self.known.text, "recorded": self.recorded.text, "position": self.end}

    @property
    def recorded_columns(self) -> dict[str, object]:
        """The record clock alone, for records that have positions of their own."""
        return {"recorded": self.recorded.text, "log_position": self.end}

    def clocks(self, left_out: Collection[str]) -> tuple[str, str]:
        """Return a heading's lines on both clocks; `left_out` are sources only possibly public."""
        if self.known.text is None:
            return tr("from all sources, whenever published"), self.as_recorded
        text = tr("from sources certainly public by {date}", date=self.known.text)
        if left_out:
            sources = count(
                len(left_out),
                "source that may have been public is left out",
                "sources that may have been public are left out",
            )
            text += f" ({sources})"
        return text, self.as_recorded

    @cached_property
    def as_recorded(self) -> str:
        """Which part of the log the answer uses, in words."""
        if self.recorded.text is None:
            return tr("as recorded to the end of the log, position {position}", position=self.end)
        text = tr("as recorded up to position {position}", position=self.end)
        if self.recorded.moment is not None:
            return text + tr(" (the last by {moment})", moment=self.recorded.text)
        if self.end:
            entry = next(self.store.entries(after=self.end - 1, upto=self.end))
            text += f" ({entry.recorded_at:%Y-%m-%d %H:%M:%S} UTC)"
        return text

    def legend(
        self, sources: Iterable[str | None] = (), entries: Iterable[StateEntry] = ()
    ) -> Legend:
        """Return the legend of an answer that cites these sources and shows these state entries."""
        return legend(self.store, sources, entries, known=self.known.seconds, upto=self.end)

    def of_mission(self, mission: str, question: Question | None = None) -> "MissionInquiry":
        """Ask about a mission, given by name or alias. Raises LookupFailure.

        With a `question`, only the claims that its answer can depend on are read.
        """
        short = names.mission(self.store, mission)
        seen = view(self.store, short, known=self.known.seconds, upto=self.end, question=question)
        return MissionInquiry(self.store, self.known, self.recorded, self.end, seen)


@dataclass(frozen=True)
class MissionInquiry(Inquiry):
    """A question about one mission, and the view of it through the clocks."""

    seen: View

    @property
    def title(self) -> str:
        """The mission's full name and its short name."""
        return title_of(self.seen)

    def heading(self, when: ValidDay | DaySpan) -> dict[str, object]:
        """Return the mission, the day or days and the clocks, as every export states them."""
        return {"mission": self.seen.mission, **when.heading, **self.columns}

    def under(self, when: object) -> tuple[str, ...]:
        """Return the lines under the title of a page: the day or days, and the clocks."""
        return (str(when), *self.clocks(self.seen.visible.possibly_public))


@contextmanager
def inquiry(request: Request) -> Iterator[Inquiry]:
    """Open the ledger of a request, or the shipped record, for questions through its clocks."""
    with reading(request.ledger) as store:
        yield through(store, request.known, request.recorded)


def through(store: ClaimStore, known: PublicationLimit, recorded: RecordPoint) -> Inquiry:
    """Look at a ledger through two clocks.

    Raises MissionLedgerError if `--recorded` is a position after the end of the log.
    """
    if recorded.moment is not None:
        return Inquiry(store, known, recorded, store.position_at(recorded.moment))
    end, asked = store.position(), recorded.position
    if asked is not None and asked > end:
        raise MissionLedgerError(
            f"--recorded {asked}: the log ends at position {end}",
            hint="a plain number is a position; for a day write it in full: 2021-12-31",
        )
    return Inquiry(store, known, recorded, end if asked is None else asked)


def legend(
    store: ClaimStore,
    sources: Iterable[str | None] = (),
    entries: Iterable[StateEntry] = (),
    *,
    known: int | None = None,
    upto: int | None = None,
) -> Legend:
    """Return the legend of an answer that cites these sources and shows these state entries.

    Sources are described as was known at a second, recorded up to a position. The ledger must still
    be open.
    """
    shown = list(entries)
    cited = dict.fromkeys(source for source in sources if source)
    cited.update(dict.fromkeys(source for entry in shown for source in entry.sources))
    others = dict.fromkeys(entry.key for entry in shown if FACETS[entry.facet].names_mission)
    found = sources_in_force(store, cited, known=known, upto=upto)
    return Legend(
        cited,
        {name: each.description for name, each in found.items()},
        names.titles(store, others),
        {name: each.changes for name, each in found.items()},
    )


def title_of(seen: View) -> str:
    """Return a mission's full name and its short name."""
    name = label_of(seen, MISSION, seen.mission, 1)
    return seen.mission if name == seen.mission else f"{name} ({seen.mission})"
