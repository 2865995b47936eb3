"""Facts with two clocks: contributions that are deployed, withdrawn, and corrected.

A contribution is deployed on a day, some are later withdrawn on a day, and some of those days are
corrected.
"""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, Protocol

FIRST = date(2000, 1, 1).toordinal()
DAYS, STEPS = 3000, 600
SIZES = {"ten": (40, 10), "five-hundred": (3, 500), "other": (100, 40)}
"""For each kind of mission: how many there are, and how many contributions each has."""


@dataclass(frozen=True)
class Change:
    """What is recorded of one contribution at a step: its period; `until` None means open."""

    step: int
    mission: str
    key: str
    since: int
    until: int | None
    first: bool


@dataclass(frozen=True)
class Point:
    """One query: the contributions that a mission had on a day, as recorded at a step."""

    mission: str
    day: int
    step: int


def changes() -> list[Change]:
    """Return random facts, in the order they are recorded."""
    random, found = Random(7), []
    for kind, (missions, contributions) in SIZES.items():
        for mission in range(missions):
            for number in range(contributions):
                name, key = f"{kind}-{mission}", f"contingent-{number}"
                steps = sorted(random.sample(range(STEPS), 3))
                since = FIRST + random.randrange(DAYS // 10)
                found.append(Change(steps[0], name, key, since, None, True))
                if random.random() < 0.4:
                    until = since + 1 + random.randrange(DAYS)
                    found.append(Change(steps[1], name, key, since, until, False))
                    if random.random() < 0.2:
                        later = until + random.randrange(1, 200)
                        found.append(Change(steps[2], name, key, since, later, False))
    return sorted(found, key=lambda each: each.step)


class Peer(Protocol):
    """A database that the facts are recorded in and queried from."""

    def record(self, step: int, made: list[Change]) -> None:
        """Record the changes of a step in one transaction."""

    def read(self, point: Point) -> Any:  # noqa: ANN401 (its own type)
        """Answer, or read the facts of the answer; only this is timed."""

    def keys(self, found: Any) -> frozenset[str]:  # noqa: ANN401
        """Return the contributions in the result of `read`."""
