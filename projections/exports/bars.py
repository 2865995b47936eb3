"""The periods of a mission as bars: what is to be drawn of each, up to a day, before any drawing.

    Piece(737_730, 738_310, Standing.CERTAIN)     the same look on each of these days

A piece that is `assumed` pales with the time since the period was last certain, since nobody has
said anything since then. Days on which sources disagree are told apart from the pieces, which stay
visible under them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from events.dates.days import BEGINNING, iso_day
from events.facets import FACETS
from projections.spans import DayRun, Presence, hull, presences_during
from projections.state import state
from projections.state_object import StateEntry
from projections.view import View
from projections.weighing.occurrence import Days
from projections.weighing.period import Standing

WORDS = {
    Standing.CERTAIN: "certain",
    Standing.ASSUMED: "still assumed",
    Standing.PRESUMED_ENDED: "presumed ended",
    Standing.POSSIBLE: "possible",
    Standing.EXPECTED: "only planned",
}
"""The standings in words, the surest first."""


def label_of(entry: StateEntry) -> str:
    """Return the label that an answer has."""
    return entry.label


class PictureWords(NamedTuple):
    """The words of a picture in another language than English, and the names in it.

    `text` gives a text of the picture for its English, in which names in braces are places;
    `name` the name of a period.
    """

    text: Callable[[str], str] = str
    name: Callable[[StateEntry], str] = label_of


ENGLISH = PictureWords()


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive days of one standing; an assumed piece pales from the day `since`."""

    first: int
    last: int
    standing: Standing
    since: int

    def words(self, say: Callable[[str], str] = str) -> str:
        """Return the standing and the days in words."""
        since = say("any time") if self.first == BEGINNING else iso_day(self.first)
        last, standing = iso_day(self.last), say(WORDS[self.standing])
        return say("{standing}: {first} to {last}").format(
            standing=standing, first=since, last=last
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """A period: its name, its pieces, the days on which sources disagree, and its last word.

    `on_day` says how it stands at the close of the day up to which it is drawn.
    """

    name: str
    pieces: tuple[Piece, ...]
    disputed: tuple[Days, ...]
    on_day: str


@dataclass(frozen=True, slots=True)
class Group:
    """The bars of one facet, under its label."""

    title: str
    bars: tuple[Bar, ...]


def groups_of(view: View, on: int, words: PictureWords = ENGLISH) -> list[Group]:
    """Return the periods of a mission that are in the state on some day up to `on`, by facet."""
    found = presences_during(view, Days(BEGINNING, on))
    on_day = {
        (each.facet, each.key, each.period): each
        for entries in state(view, on).facets.values()
        for each in entries
    }
    return [
        Group(
            words.text(FACETS[facet].label),
            tuple(_bar(each, on_day, words) for each in _in_order(held)),
        )
        for facet, held in found.items()
        if held and FACETS[facet].lasting
    ]


def axis(groups: Iterable[Group], on: int) -> Days:
    """Return the days to draw: from the first day that any bar is known to have, to `on`."""
    days = (
        day
        for group in groups
        for bar in group.bars
        for piece in bar.pieces
        for day in (piece.first, piece.last)
        if day != BEGINNING
    )
    return Days(min(days, default=on), on)


def _in_order(held: Sequence[Presence]) -> list[Presence]:
    return sorted(held, key=lambda each: (hull(each.runs), each.entry.label))


def _bar(
    each: Presence, on_day: dict[tuple[str, str, int], StateEntry], words: PictureWords
) -> Bar:
    entry, say = each.entry, words.text
    now = on_day.get((entry.facet, entry.key, entry.period))
    number = f" ({entry.period})" if entry.period > 1 else ""
    if now:
        says = say(WORDS[now.standing]) + (f", {say('disputed')}" if now.disputed else "")
    elif (last := each.runs[-1]).standing is Standing.EXPECTED:
        # No source says that it ever began, so none says that it ended.
        says = say("only planned, up to {day}").format(day=iso_day(last.last))
    else:
        says = say("ended by {day}").format(day=iso_day(last.last + 1))
    disputed = tuple(Days(run.first, run.last) for run in each.disputed_runs)
    return Bar(words.name(entry) + number, tuple(pieces_of(each.runs)), disputed, says)


def pieces_of(runs: Sequence[DayRun]) -> Iterator[Piece]:
    """Yield runs of days as pieces; what is assumed pales from the day after the last certain."""
    certain_to: int | None = None
    assumed_from: int | None = None
    for first, last, standing in runs:
        if standing is Standing.CERTAIN:
            certain_to, assumed_from = last, None
        elif standing is Standing.ASSUMED and assumed_from is None:
            assumed_from = first if certain_to is None else certain_to + 1
        yield Piece(first, last, standing, first if assumed_from is None else assumed_from)
