"""Questions about a mission, as far as they decide which events can matter to the answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from events.facets import PeriodKey
from ledger.log import Store
from projections.weighing.amendments import Amendment
from projections.weighing.claims import Claim
from projections.weighing.sources import Sources


@dataclass(frozen=True, slots=True)
class DayQuestion:
    """Selects what the state at the close of a day rests on, of `only` these periods if given.

    Every period of the facets in `whole` is selected besides, whether in the state or not.
    """

    day: int
    only: frozenset[PeriodKey] | None = None
    whole: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SpanQuestion:
    """Selects what falls, or can fall, on the days from `first` to `last`."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PlansQuestion:
    """Selects everything ever planned or decided, and what came of it."""


@dataclass(frozen=True, slots=True)
class PeriodsQuestion:
    """Selects every claim on some periods."""

    only: frozenset[PeriodKey]


Question = DayQuestion | SpanQuestion | PlansQuestion | PeriodsQuestion


@dataclass(frozen=True, slots=True)
class Selection:
    """The claims an answer has to read, and the amendments of all of the mission, by position.

    `position` is the last position of the log that was considered. `published` are the sources that
    these name, with all that was said of them. `periods` are those
    whose claims were read; None means every period. `possibly_public` are the sources of the
    mission that were possibly, but not certainly, public in time; None where the claims themselves
    tell.
    """

    position: int
    claims: tuple[Claim, ...]
    amendments: tuple[Amendment, ...]
    published: Sources
    periods: frozenset[PeriodKey] | None = None
    possibly_public: frozenset[str] | None = None


class ClaimStore(Store, Protocol):
    """A log with its claims, which questions are put to.

    `upto` is the last position to read; None is the end of the log. `known` is in seconds since
    1970 UTC: sources that were not certainly public by then do not count; None is no limit. All
    raise StoreError where the ledger cannot be read.
    """

    def select(
        self,
        mission: str,
        question: Question | None = None,
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Selection:
        """Return at least the claims of a mission that the answer to a question can rest on.

        Without a question, return all of them.
        """
        ...

    def select_each(
        self,
        questions: Mapping[str, Question],
        *,
        known: int | None = None,
        upto: int | None = None,
    ) -> Iterator[tuple[str, Selection]]:
        """Yield each mission in `questions`, in order, with what `select` returns for it."""
        ...

    def missions_of(
        self, party: str, day: int | None, *, known: int | None = None, upto: int | None = None
    ) -> Mapping[str, frozenset[PeriodKey] | None]:
        """Return at least the missions whose state on a day can name a nation or body.

        Each maps to the periods that can name it; None means any period. Without a day, any day
        counts.
        """
        ...

    def possibly_public(self, known: int | None, *, upto: int | None = None) -> frozenset[str]:
        """Return the sources, named by some event, that were possibly but not certainly public."""
        ...

    def sources(self, names: Iterable[str], *, upto: int | None = None) -> Sources:
        """Return sources with all events about them, and the sources that these rest on."""
        ...

    def missions_citing(self, source: str) -> Sequence[str]:
        """Return the missions with an event that rests on a source, in order."""
        ...

    def parties(self) -> Sequence[str]:
        """Return the nations and bodies that claims name, in order."""
        ...

    def periods(self, mission: str) -> Sequence[PeriodKey]:
        """Return the periods of a mission that any event bears on, in order."""
        ...
