"""A mission with a great many periods at the same time: what is hardest for its published page.

2,000 contingents, each deployed, attested eight times, and withdrawn, by 200 sources. Counts
instead of attestations make more different answers.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.missions import CAPABILITIES, CODES, fill, log_of
from events.catalogue import CLAIM_TYPES
from events.dates.days import day_number, iso_day
from events.encoding.codec import Content
from events.source import Source
from projections.record import create_record

NAME = "many-contingents"
CONTINGENTS = 2000
REPORTS = 8
SOURCES = 200
FIRST_DAY = day_number(2000, 1, 1)

Said = tuple[int, str, dict[str, object]]
"""The day of a claim, its type, and its fields."""


def ledger(folder: Path, share_of_counts: float) -> Path:
    """Return the ledger of the mission in a folder; create it where it is not there."""
    path = folder / f"{NAME}-{share_of_counts:.0%}.sqlite"
    if not path.exists():
        create_record(path, lambda store: fill(store, log_of(_announcements(share_of_counts))))
    return path


def _announcements(share_of_counts: float) -> Iterator[list[Content]]:
    random = Random(NAME)
    claims = sorted(
        (
            each
            for number in range(CONTINGENTS)
            for each in _contingent(number, random, share_of_counts)
        ),
        key=lambda each: each[0],
    )
    size = len(claims) // SOURCES
    established: Said = (FIRST_DAY, "mission-established", {"name": "The mission of many"})
    yield _announcement(0, [established])
    for number in range(SOURCES):
        yield _announcement(number + 1, claims[number * size : (number + 1) * size])


def _contingent(number: int, random: Random, share_of_counts: float) -> Iterator[Said]:
    """Yield what is said of a contingent: it is there for half a year to seven years."""
    begins = FIRST_DAY + random.randint(0, 6000)
    ends = begins + random.randint(200, 2500)
    named: dict[str, object] = {"contribution": f"contingent-{number}"}
    yield (
        begins,
        "contribution-deployed",
        {
            **named,
            "contributor": random.choice(CODES),
            "capability": random.choice(CAPABILITIES),
            "quantity": _soldiers(random),
        },
    )
    for _ in range(REPORTS):
        day = random.randint(begins, ends)
        if random.random() < share_of_counts:
            counted = {**named, "quantity": _soldiers(random)}
            yield day, "contribution-strength-reported", counted
        else:
            yield day, "contribution-attested", named
    yield ends, "contribution-withdrawn", named


def _soldiers(random: Random) -> dict[str, object]:
    number = random.randint(1, 900)
    return {"min": number, "max": number, "unit": "soldiers"}


def _announcement(number: int, claims: list[Said]) -> list[Content]:
    """Return a source that came out the day after its last claim, and its claims."""
    source = Source(
        id=f"report-{number}",
        publisher="Press office",
        title=f"Report number {number} on where everybody is",
        language="en",
        published=iso_day(max(day for day, *_ in claims) + 1),
    )
    said: list[Content] = [source]
    for place, (day, kind, fields) in enumerate(claims, 1):
        stated = {"mission": NAME, "source": source.id, "on": iso_day(day), **fields}
        said.append(CLAIM_TYPES[kind].model_validate({**stated, "at": f"page {place}"}))
    return said
