"""What a command asks: a mission seen through the publication and record clocks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cli.options.clocks import PublicationLimit, RecordPoint
from cli.render.legend import Legend
from events.errors import MissionLedgerError
from ledger.log import Store
from ledger.question import Question
from projections import names
from projections.state import label_of
from projections.state_object import StateEntry
from projections.view import View, view

if TYPE_CHECKING:
    from cli.options.clocks import ValidDay
    from cli.options.ranges import DaySpan


def position_of(store: Store, recorded: RecordPoint) -> int | None:
    """Return the position a place on the record clock means; None where none was named.

    Raises MissionLedgerError for a position the log has not reached.
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


def end_of(store: Store, recorded: RecordPoint) -> int:
    """Return the position up to which the log is asked: the one named, else the log's end.

    Raises MissionLedgerError for a position the log has not reached.
    """
    upto = position_of(store, recorded)
    return store.position() if upto is None else upto


@dataclass(frozen=True)
class Inquiry:
    """A mission seen through the publication and record clocks, as a command was asked."""

    store: Store
    seen: View
    known: PublicationLimit
    recorded: RecordPoint
    as_recorded: str

    @property
    def title(self) -> str:
        """The mission's own name and its short name."""
        return title_of(self.seen)

    def legend(
        self, sources: Iterable[str | None] = (), entries: Iterable[StateEntry] = ()
    ) -> Legend:
        """Return the legend of an answer that cites sources and shows entries of a state."""
        return legend(self.store, sources, entries, upto=self.seen.position)

    def heading(self, when: "ValidDay | DaySpan | None" = None) -> dict[str, object]:
        """Return the mission, the day or days, and the clocks, as every file has them."""
        clocks = clock_columns(self.known, self.recorded, self.seen.position)
        return {"mission": self.seen.mission, **(when.heading if when else {}), **clocks}

    @cached_property
    def clocks(self) -> list[str]:
        """The lines of a heading that say which sources and what part of the log were asked."""
        return [from_sources(self.known, self.seen.visible.possibly_public), self.as_recorded]


def legend(
    store: Store,
    sources: Iterable[str | None] = (),
    entries: Iterable[StateEntry] = (),
    *,
    upto: int | None = None,
) -> Legend:
    """Return the legend of an answer that cites sources and shows entries of a state.

    Sources are as recorded up to a position. The ledger has to be open still.
    """
    shown = list(entries)
    cited = dict.fromkeys(source for source in sources if source)
    cited.update(dict.fromkeys(source for entry in shown for source in entry.sources))
    others = dict.fromkeys(entry.key for entry in shown if entry.facet == "relation")
    return Legend(cited, names.described(store, cited, upto), names.titles(store, others))


def title_of(seen: View) -> str:
    """Return a mission's own name and its short name."""
    name = label_of(seen, "mission", seen.mission, 1)
    return seen.mission if name == seen.mission else f"{name} ({seen.mission})"


def clock_columns(
    known: PublicationLimit, recorded: RecordPoint, position: int
) -> dict[str, object]:
    """Return the publication and record clocks, as every file written from an answer has them."""
    return {"known": known.text, "recorded": recorded.text, "position": position}


def from_sources(known: PublicationLimit, left_out: Collection[str]) -> str:
    """Say from which sources an answer is; `left_out` are those only possibly public by then."""
    if known.text is None:
        return "from all sources, whenever published"
    said = f"from sources certainly public by {known.text}"
    if count := len(left_out):
        some = "1 source that may" if count == 1 else f"{count} sources that may"
        verb = "is" if count == 1 else "are"
        said += f" ({some} have been public {verb} left out)"
    return said


def ask(
    store: Store,
    mission: str,
    known: PublicationLimit,
    recorded: RecordPoint,
    question: Question | None = None,
) -> Inquiry:
    """See a mission, by name or alias, through two clocks. Raises LookupFailure.

    All of it, or as much as a question of this question can rest on.
    """
    short = names.mission(store, mission)
    upto = position_of(store, recorded)
    seen = view(store, short, known=known.seconds, upto=upto, question=question)
    return Inquiry(store, seen, known, recorded, as_recorded(store, seen.position, recorded))


def as_recorded(store: Store, position: int, recorded: RecordPoint) -> str:
    """Say up to where the log was asked."""
    if recorded.text is None:
        return f"as recorded to the end of the log, position {position}"
    when = ""
    if position and recorded.moment is None:
        entry = next(store.entries(after=position - 1, upto=position))
        when = f" ({entry.recorded_at:%Y-%m-%d %H:%M:%S} UTC)"
    elif recorded.moment is not None:
        when = f" (the last by {recorded.text})"
    return f"as recorded up to position {position}{when}"
