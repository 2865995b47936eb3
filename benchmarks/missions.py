"""Generate synthetic ledgers of any size, shaped like real missions, for the benchmarks.

    python -m benchmarks.missions 1000000 ledger.sqlite

A few missions are large and long, most are small and short. The announcements of a mission are
spread over its years, about ten events each, published days or weeks after the events. The log
has those of all missions in order of publication. Most events report strengths; others deploy,
attest, count and withdraw contingents, let nations join and hand over commands; a few are plans,
have vague dates, or correct or retract others. The same size always generates the same ledger.

The mission `hot` has a third of all events, but at most a million: counts over 40 years. Missions
named `small-…` have 200 events.
"""

import heapq
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from events import nations
from events.catalogue import CLAIM_TYPES
from events.claim_event import ClaimEvent
from events.dates.days import civil_day, day_number, iso_day
from events.encoding.codec import Content, encode, event_id, write
from events.entry import Entry
from events.record_events import ClaimCorrected, ClaimRetracted
from events.source import Source
from ledger.announcements import announcement_id
from projections.record import Record, create_record

FIRST_DAY, LAST_DAY = day_number(1975, 1, 1), day_number(2025, 12, 31)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
IN_AN_ANNOUNCEMENT = 10
TOGETHER = 2000
"""Entries appended per transaction."""

CAPABILITIES = (
    *("transport helicopters", "infantry company", "staff officers", "field hospital"),
    *("engineers", "mine clearance", "military police", "air surveillance radar"),
)
PLACES = ("north", "south", "east", "west", "capital", "airport", "port", "border")
CODES = sorted(nations.known())


@dataclass(frozen=True)
class Shape:
    """The shape of a mission: its events, its length, and how much is in force at a time."""

    name: str
    events: int
    years: float
    nations: int
    contingents: int
    share_of_counts: float = 0.5


def shapes(events: int) -> Iterator[Shape]:
    """Yield the shapes of missions that together have this many events."""
    hot = min(events // 3, 1_000_000)
    yield Shape("hot", hot, 40, 40, 60, 0.99)
    left = events - hot
    for size, years, states, contingents in (
        (100_000, 30, 40, 80),
        (10_000, 15, 30, 40),
        (1_000, 6, 12, 12),
    ):
        for number in range(left // 5 // size):
            yield Shape(f"of-{size}-{number}", size, years, states, contingents)
            left -= size
    for number in range(left // 200):
        yield Shape(f"small-{number}", 200, 3, 6, 5)


@dataclass
class Mission:
    """The generator of a mission, with its current state: who is present now."""

    shape: Shape
    random: Random
    made: int = 0
    sources: int = 0
    nations: list[str] = field(default_factory=list)
    contingents: list[str] = field(default_factory=list)
    sent: int = 0
    leader: str = ""
    commander: int = 0
    last_claim: ClaimEvent | None = None

    def announcements(self) -> Iterator[tuple[int, str, list[Content]]]:
        """Yield each announcement with its day and the mission's name, in order."""
        shape, random = self.shape, self.random
        days = int(shape.years * 365)
        begins = (
            random.randint(FIRST_DAY, LAST_DAY - days) if shape.name != "hot" else LAST_DAY - days
        )
        pool = random.sample(CODES, shape.nations)
        count = max(shape.events // IN_AN_ANNOUNCEMENT, 1)
        for number in range(count):
            day = begins + number * days // count
            last = number == count - 1 and shape.name != "hot"
            yield day, shape.name, self._announcement(day, number, pool, last=last)

    def _announcement(self, day: int, number: int, pool: list[str], *, last: bool) -> list[Content]:
        random, shape = self.random, self.shape
        published = day + random.choice((0, 1, 2, 7, 14, 30))
        source = f"{shape.name}-{number}"
        out = iso_day(published) if random.random() < 0.8 else iso_day(published)[:7]
        said: list[Content] = [
            Source(
                id=source,
                publisher=f"Press office of {random.choice(pool)}",
                title=f"Weekly report number {number} on what goes on in {shape.name}",
                language="en",
                published=out,
            )
        ]
        claims: list[tuple[str, dict[str, object]]] = []
        if number == 0:
            claims.append(("mission-established", {"name": f"Mission {shape.name}"}))
            claims.append(("place-opened", {"place": "capital", "name": "The capital"}))
        if last:
            claims.append(("mission-ended", {}))
            claims += [("participation-left", {"participant": each}) for each in self.nations]
            claims += [("contribution-withdrawn", {"contribution": e}) for e in self.contingents]
            claims += [("place-closed", {"place": place}) for place in PLACES]
            if self.leader:
                claims.append(("command-relinquished", {"by": self.leader, "period": self.made}))
        while len(claims) < IN_AN_ANNOUNCEMENT - 1:
            claims.append(self._claim(pool))
        for paragraph, (kind, fields) in enumerate(claims, 1):
            event = CLAIM_TYPES[kind].model_validate(
                {
                    "mission": shape.name,
                    "source": source,
                    "on": self._date(day, open_too="strength" not in kind),
                    "at": f"paragraph {paragraph}",
                    **fields,
                }
            )
            said.append(event)
            if random.random() < 0.004:
                said.append(self._second_thought(event))
        return said

    def _claim(self, pool: list[str]) -> tuple[str, dict[str, object]]:
        random, shape = self.random, self.shape
        if len(self.nations) < shape.nations and random.random() < 0.2:
            nation = pool[len(self.nations)]
            self.nations.append(nation)
            return "participation-joined", {"participant": nation}
        whose = random.choice(self.nations or pool[:1])
        fields: dict[str, object]

        quantity = {"min": (low := random.randint(1, 900)), "max": low, "unit": "soldiers"}
        if random.random() < shape.share_of_counts:
            if self.contingents and random.random() < 0.3:
                fields = {"contribution": random.choice(self.contingents), "quantity": quantity}
                return "contribution-strength-reported", fields
            return "strength-reported", {"counted": whose, "quantity": quantity}
        if len(self.contingents) < shape.contingents:
            self.sent += 1
            key = f"{whose.lower()}-contingent-{self.sent}"
            self.contingents.append(key)
            return "contribution-deployed", {
                "contribution": key,
                "contributor": whose,
                "capability": random.choice(CAPABILITIES),
                "quantity": quantity,
                "location": random.choice(PLACES),
            }
        chance = random.random()
        key = random.choice(self.contingents)
        if chance < 0.45:
            self.contingents.remove(key)
            return "contribution-withdrawn", {"contribution": key}
        if chance < 0.55:
            fields = {"contribution": key, "basis": random.choice(("planned", "decided"))}
            return "contribution-withdrawn", fields
        if chance < 0.8:
            return "contribution-attested", {"contribution": key, "contributor": whose}
        if chance < 0.9:
            return "participation-attested", {"participant": whose}
        if chance < 0.93:
            return self._command(whose)
        return "place-attested", {"place": random.choice(PLACES)}

    def _command(self, whose: str) -> tuple[str, dict[str, object]]:
        if self.made > 40:
            return "command-attested", {"by": self.leader, "period": self.made}
        before, self.leader = self.leader, whose
        self.made += 1
        if before in ("", whose):
            return "command-taken-over", {"by": whose, "period": self.made}
        return "command-handed-over", {"from": before, "to": whose, "period": self.made}

    def _second_thought(self, event: ClaimEvent) -> Content:
        target = event_id(event)
        if self.random.random() < 0.3:
            return ClaimRetracted(mission=event.mission, target=target, reason="misread")
        claim = event.model_copy(update={"note": "read again"})
        return ClaimCorrected(mission=event.mission, target=target, claim=claim, reason="misread")

    def _date(self, day: int, *, open_too: bool) -> str:
        happened = day - self.random.choice((0, 0, 1, 3, 10))
        text, chance = iso_day(happened), self.random.random()
        if chance < 0.8:
            return text
        year, month, _ = civil_day(happened)
        if chance < 0.96:
            return f"{year}-{month:02}"
        if open_too and chance < 0.97:
            return f"[..{text}]"
        return f"{year}-{33 + (month - 1) // 3}"


def announcements(events: int) -> Iterator[list[Content]]:
    """Yield the announcements of all missions in order of day."""
    streams = (Mission(shape, Random(shape.name)).announcements() for shape in shapes(events))
    return (said for _, _, said in heapq.merge(*streams, key=lambda each: each[:2]))


def entries(events: int) -> Iterator[Entry]:
    """Yield the log of a ledger of about this many events, as encoded entries."""
    return log_of(announcements(events))


def log_of(given: Iterable[list[Content]]) -> Iterator[Entry]:
    """Yield the log of some announcements, as encoded entries."""
    position = 0
    for number, said in enumerate(given):
        moment = NOON + timedelta(seconds=number)
        written = list({each.id: each for each in map(write, said)}.values())
        announced = announcement_id(each.id for each in written)
        for each in written:
            position += 1
            yield encode(each, position, moment, "anna", announced)


def fill(store: Record, made: Iterable[Entry]) -> int:
    """Append a log to an empty ledger; return the number of entries."""
    stream, count = iter(made), 0
    while some := list(islice(stream, TOGETHER)):
        count = store.continue_with(some)
    return count


def ledger_of(events: int, path: Path) -> Path:
    """Create a ledger of about this many events, unless the file exists."""
    if not path.exists():
        create_record(path, lambda store: fill(store, entries(events)))
    return path


def large_ledger(events: int, folder: Path) -> Path:
    """Return the ledger of this many events in a folder; create it where it is not there."""
    return ledger_of(events, folder / f"{events}.sqlite")


if __name__ == "__main__":
    begun = time.perf_counter()
    ledger_of(int(sys.argv[1]), Path(sys.argv[2]))
    took = time.perf_counter() - begun
    print(f"{int(sys.argv[1]):,} events in {took:,.0f} s")
