"""A command's question: a mission as seen through the publication and record clocks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cli.options.clocks import PublicationLimit, RecordPoint
from cli.render.legend import Legend
from events.errors import MissionLedgerError
from projections import names
from projections.question import ClaimStore, Question
from projections.state import label_of
from projections.state_object import StateEntry
from projections.view import View, view

if TYPE_CHECKING:
    from cli.options.clocks import ValidDay
    from cli.options.ranges import DaySpan


def position_of(store: ClaimStore, recorded: RecordPoint) -> int | None:
    """Return the position that `--recorded` selects; None if it was not given.

    Raises MissionLedgerError for a position after the end of the log.
    """
    if recorded.moment is not None:
        return store.position_at(recorded.moment)
    end = store.position() if recorded.position is not None else 0
    if recorded.position is not None and recorded.position > end:
        raise MissionLedgerError(
            f"--recorded {recorded.position}: the log ends at position {end}",
            hint="a plain number is a position; for a day write it in full: 2021-12-31",
        )
    return recorded.position


def end_of(store: ClaimStore, recorded: RecordPoint) -> int:
    """Return the last position to read: the one `--recorded` selects, or the log's end.

    Raises MissionLedgerError for a position after the end of the log.
    """
    upto = position_of(store, recorded)
    return store.position() if upto is None else upto


@dataclass(frozen=True)
class Inquiry:
    """A mission's view through the clocks that a command was given."""

    store: ClaimStore
    seen: View
    known: PublicationLimit
    recorded: RecordPoint
    as_recorded: str

    @property
    def title(self) -> str:
        """The mission's full name and its short name."""
        return title_of(self.seen)

    def legend(
        self, sources: Iterable[str | None] = (), entries: Iterable[StateEntry] = ()
    ) -> Legend:
        """Return the legend of an answer that cites these sources and shows these state entries."""
        return legend(self.store, sources, entries, upto=self.seen.position)

    def heading(self, when: "ValidDay | DaySpan | None" = None) -> dict[str, object]:
        """Return the mission, the day or days and the clocks, as every export states them."""
        clocks = clock_columns(self.known, self.recorded, self.seen.position)
        return {"mission": self.seen.mission, **(when.heading if when else {}), **clocks}

    @cached_property
    def clocks(self) -> list[str]:
        """The heading's lines on the sources and the part of the log that the answer uses."""
        return [from_sources(self.known, self.seen.visible.possibly_public), self.as_recorded]


def legend(
    store: ClaimStore,
    sources: Iterable[str | None] = (),
    entries: Iterable[StateEntry] = (),
    *,
    upto: int | None = None,
) -> Legend:
    """Return the legend of an answer that cites these sources and shows these state entries.

    Sources are described as recorded up to a position. The ledger must still be open.
    """
    shown = list(entries)
    cited = dict.fromkeys(source for source in sources if source)
    cited.update(dict.fromkeys(source for entry in shown for source in entry.sources))
    others = dict.fromkeys(entry.key for entry in shown if entry.facet == "relation")
    return Legend(cited, store.descriptions(cited, upto=upto), names.titles(store, others))


def title_of(seen: View) -> str:
    """Return a mission's full name and its short name."""
    name = label_of(seen, "mission", seen.mission, 1)
    return seen.mission if name == seen.mission else f"{name} ({seen.mission})"


def clock_columns(
    known: PublicationLimit, recorded: RecordPoint, position: int
) -> dict[str, object]:
    """Return the publication and record clocks, as every export states them."""
    return {"known": known.text, "recorded": recorded.text, "position": position}


def from_sources(known: PublicationLimit, left_out: Collection[str]) -> str:
    """Describe an answer's sources; `left_out` are those only possibly public by then."""
    if known.text is None:
        return "from all sources, whenever published"
    text = f"from sources certainly public by {known.text}"
    if count := len(left_out):
        sources = "1 source that may" if count == 1 else f"{count} sources that may"
        verb = "is" if count == 1 else "are"
        text += f" ({sources} have been public {verb} left out)"
    return text


def ask(
    store: ClaimStore,
    mission: str,
    known: PublicationLimit,
    recorded: RecordPoint,
    question: Question | None = None,
) -> Inquiry:
    """View a mission, given by name or alias, through two clocks. Raises LookupFailure.

    With a `question`, only the claims that its answer can depend on are read.
    """
    short = names.mission(store, mission)
    upto = position_of(store, recorded)
    seen = view(store, short, known=known.seconds, upto=upto, question=question)
    return Inquiry(store, seen, known, recorded, as_recorded(store, seen.position, recorded))


def as_recorded(store: ClaimStore, position: int, recorded: RecordPoint) -> str:
    """Describe which part of the log an answer uses."""
    if recorded.text is None:
        return f"as recorded to the end of the log, position {position}"
    when = ""
    if position and recorded.moment is None:
        entry = next(store.entries(after=position - 1, upto=position))
        when = f" ({entry.recorded_at:%Y-%m-%d %H:%M:%S} UTC)"
    elif recorded.moment is not None:
        when = f" (the last by {recorded.text})"
    return f"as recorded up to position {position}{when}"
