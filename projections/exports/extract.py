"""What an export is made of: some missions of a record, through the clocks, up to a day.

Every file that is written from an extract repeats its facts, so that whoever finds the file later
can tell what it was asked from, and ask again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from events.dates.days import iso_day
from events.facets import MISSION
from events.printable import printable
from ledger.progress import Progress, no_progress
from projections.question import ClaimStore, PeriodsQuestion
from projections.state import label_of
from projections.view import View, view

MOST_NAMED = 20
"""The most missions that a file names; it counts more."""


@dataclass(frozen=True)
class Extract:
    """Some missions, a day in valid time (`on`, a day number), and the two other clocks.

    `known` is in seconds since 1970 UTC, None for no limit; `known_text` and `recorded_text` are
    the clocks as answers show them. `position` is the last position of the log that is read, and
    `root` the Merkle root (RFC 6962) of the log up to there, in hex. `progress` is told of the
    missions that are written.
    """

    store: ClaimStore
    missions: tuple[str, ...]
    on: int
    position: int
    root: str
    known: int | None = None
    known_text: str | None = None
    recorded_text: str | None = None
    progress: Progress = no_progress

    def views(self, progress: Progress = no_progress) -> Iterator[View]:
        """Yield the view of each mission, and report it; each is read when it is asked for."""
        for number, mission in enumerate(self.missions, 1):
            yield self.view(mission)
            progress(number, len(self.missions))

    def view(self, mission: str) -> View:
        """Return the view of a mission through the clocks."""
        return view(self.store, mission, known=self.known, upto=self.position)

    @property
    def clocks(self) -> dict[str, object]:
        """The clocks, the position and the day, as tables have them in columns."""
        return {
            "known": self.known_text,
            "recorded": self.recorded_text,
            "position": self.position,
            "on": iso_day(self.on),
        }

    @cached_property
    def titles(self) -> dict[str, str]:
        """The full names of the missions through the clocks, by short name."""
        return {mission: self._title(mission) for mission in self.missions}

    def _title(self, mission: str) -> str:
        place = (MISSION, mission, 1)
        question = PeriodsQuestion(frozenset([place]))
        seen = view(self.store, mission, known=self.known, upto=self.position, question=question)
        return label_of(seen, *place)

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The sources that were possibly, but not certainly, public by then."""
        if self.known is None:
            return frozenset()
        return frozenset().union(*(each.visible.possibly_public for each in self.views()))

    @cached_property
    def facts(self) -> dict[str, str]:
        """What every file says of itself, by name."""
        missions = f"{len(self.missions)}"
        if len(self.missions) <= MOST_NAMED:
            named = (name if name == t else f"{t} ({name})" for name, t in self.titles.items())
            missions = printable("; ".join(named)) or "none"
        known = "all sources, whenever they were published"
        if self.known_text:
            known = f"sources certainly public by {self.known_text}"
            if self.left_out:
                known += f"; left out, since they may have been: {len(self.left_out)}"
        recorded = f"the log up to position {self.position}"
        if self.recorded_text:
            recorded += f" (asked: {self.recorded_text})"
        return {
            "missions": missions,
            "valid time (on)": f"the close of {iso_day(self.on)}",
            "publication time (known)": known,
            "record time (recorded)": recorded,
            "log position": str(self.position),
            "log root (RFC 6962, SHA-256)": self.root,
        }
