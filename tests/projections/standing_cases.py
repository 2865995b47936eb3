"""The standing table as cases: what is said of one contingent, and how it stands on some days."""

from events.catalogue import ContributionAttested, ContributionDeployed, ContributionWithdrawn
from tests.projections.build import Record

KINDS = {
    "starts": ContributionDeployed,
    "ends": ContributionWithdrawn,
    "attests": ContributionAttested,
}
PUBLISHED = "2023-01-01"


def contribution(text: str) -> Record:
    """Read a record of one contingent, a claim a line: `starts 2021-05 planned published DATE`."""
    record = Record().source("s", PUBLISHED)
    for number, line in enumerate(text.split(";")):
        said, on, *more = line.split()
        if "published" in more:
            record.source(f"s{number}", more[-1])
        else:
            record.source(f"s{number}", PUBLISHED)
        basis = more[0] if more and more[0] != "published" else "reported"
        fields = {"contributor": "DNK"} if said != "ends" else {}
        period = 2 if "second" in more else 1
        basis = "reported" if basis == "second" else basis
        record.say(
            KINDS[said], contribution="helicopters", on=on, basis=basis, period=period, **fields
        )
    return record


def days(wanted: str) -> list[tuple[str, str]]:
    """Read the standings of a case, a day each: `2021-05-02 -, 2021-05-03 certain`."""
    return [(on, standing) for on, standing in map(str.split, wanted.split(","))]


PLANNED = "planned published 2021-02-01"

CASES = {
    # The rows of the table.
    "nothing before it begins": ("starts 2021-05-03", "2021-05-02 -"),
    "a reported start attests its own day": ("starts 2021-05-03", "2021-05-03 certain"),
    "assumed after the last day attested": ("starts 2021-05-03", "2021-05-04 assumed"),
    "certain up to a later attestation": (
        "starts 2021-05-03; attests 2021-06-10",
        "2021-06-09 certain, 2021-06-10 certain, 2021-06-11 assumed",
    ),
    "certain until a reported end, and gone at the close of its day": (
        "starts 2021-05-03; ends 2021-06-10",
        "2021-05-03 certain, 2021-06-09 certain, 2021-06-10 -",
    ),
    "possible inside the windows": (
        "starts 2021-05; ends 2021-07",
        "2021-04-30 -, 2021-05-01 possible, 2021-05-30 possible, 2021-05-31 certain,"
        "2021-06-30 certain, 2021-07-01 possible, 2021-07-30 possible, 2021-07-31 -",
    ),
    "a vague start has begun on its last day, and attests no day for sure": (
        "starts 2021-05",
        "2021-05-30 possible, 2021-05-31 assumed, 2021-06-01 assumed",
    ),
    "expected from the plan's earliest day, and on past its last": (
        f"starts 2021-05 {PLANNED}",
        "2021-04-30 -, 2021-05-01 expected, 2021-07-01 expected",
    ),
    "a pure plan ends by plan": (
        f"starts 2021-05 {PLANNED}; ends 2021-07 {PLANNED}",
        "2021-07-30 expected, 2021-07-31 -",
    ),
    "an end planned for before the start is of a plan since put off": (
        f"starts 2021-05 {PLANNED}; ends 2021-03 {PLANNED}",
        "2021-04-30 -, 2021-05-01 expected, 2021-09-01 expected",
    ),
    "a decision is as a plan": (
        "starts 2021-05-03 decided published 2021-02-01",
        "2021-05-03 expected",
    ),
    "presumed-ended once a planned end has fully passed": (
        "starts 2021-05-03; ends 2021-07 planned published 2021-06-01",
        "2021-06-30 assumed, 2021-07-15 assumed, 2021-07-30 assumed, 2021-07-31 presumed-ended,"
        "2023-01-01 presumed-ended",
    ),
    # Occurrences.
    "the days that sources share": (
        "starts 2021-05; starts [2021-05-20..2021-06-10]",
        "2021-05-19 -, 2021-05-20 possible, 2021-06-01 assumed",
    ),
    "reports that share no day are disputed, and the window is their hull": (
        "starts 2021-05-03; starts 2021-05-09",
        "2021-05-02 -, 2021-05-03 possible!, 2021-05-08 possible!, 2021-05-10 assumed!",
    ),
    "ends that share no day": (
        "starts 2021-05-03; ends 2021-06-01; ends 2021-06-09",
        "2021-05-31 certain!, 2021-06-01 possible!, 2021-06-08 possible!, 2021-06-09 -",
    ),
    "a report goes before any plan": (
        f"starts 2021-04 {PLANNED}; starts 2021-05-03; ends 2021-05-20",
        "2021-04-30 -, 2021-05-03 certain",
    ),
    "a plan is revised, not disputed": (
        "starts 2021-04-01 planned published 2021-02-01;"
        "starts 2021-06-01 planned published 2021-03-01",
        "2021-04-01 -, 2021-05-31 -, 2021-06-01 expected",
    ),
    "of plans whose publication windows are nested none is the last": (
        "starts 2021-04-01 planned published 2021-02;"
        "starts 2021-06-01 planned published 2021-02-10",
        "2021-03-31 -, 2021-04-01 expected, 2021-06-01 expected",
    ),
    "nor where the windows share a side": (
        "starts 2021-04-01 planned published [2021-02-01..2021-02-05];"
        "starts 2021-06-01 planned published [2021-02-03..2021-02-05]",
        "2021-03-31 -, 2021-04-01 expected",
    ),
    "a plan's window never reaches back past its publication": (
        "starts 2021 planned published 2021-05-10",
        "2021-05-09 -, 2021-05-10 expected",
    ),
    # Periods.
    "an attestation alone: begun at some time, and not known to have ended": (
        "attests 2021-05-03",
        "1990-01-01 possible, 2021-05-02 possible, 2021-05-03 certain, 2021-05-04 assumed",
    ),
    "a vague attestation weakens nothing": (
        "starts 2021-01-01; attests 2021-05",
        "2021-05-01 certain, 2021-05-02 assumed, 2021-05-31 assumed, 2021-06-01 assumed",
    ),
    "a reported end alone says that it had begun": (
        "ends 2021-05-03",
        "2021-05-02 possible, 2021-05-03 -",
    ),
    "a start open to the past": (
        "starts [..2021-05]",
        "1990-01-01 possible, 2021-05-30 possible, 2021-05-31 assumed",
    ),
    "an end open to the future": (
        "starts 2021-01-01; ends [2021-05-03..]",
        "2021-05-02 certain, 2021-05-03 possible, 2099-01-01 possible",
    ),
    "an end open to the past leaves no day after it, and can be the day of the start": (
        "starts 2021-01-01; ends [..2021-05]",
        "2021-01-01 possible, 2021-01-02 possible, 2021-05-30 possible, 2021-05-31 -",
    ),
    "windows that overlap": (
        "starts [2021-05-01..2021-05-20]; ends [2021-05-10..2021-05-15]",
        "2021-05-01 possible, 2021-05-14 possible, 2021-05-15 -",
    ),
    "a plan that was attested may have begun once it came out": (
        f"starts 2021-05 {PLANNED}; attests 2021-06-10",
        "2021-01-31 -, 2021-02-01 possible, 2021-06-09 possible, 2021-06-10 certain",
    ),
    "a plan that came out once it was attested says nothing of when it began": (
        "starts 2021-09 planned published 2021-06-01; attests 2021-05-10",
        "1990-01-01 possible, 2021-05-10 certain, 2021-09-30 assumed",
    ),
    "attested earlier than planned: from the day the plan came out": (
        f"starts 2021-05 {PLANNED}; attests 2021-04-10",
        "2021-01-31 -, 2021-02-01 possible, 2021-04-10 certain, 2021-05-01 assumed",
    ),
    "a plan does not narrow a start that is reported": (
        "starts 2021-05 planned published 2021-05-10; starts 2021-05",
        "2021-04-30 -, 2021-05-01 possible, 2021-05-31 assumed",
    ),
    "nor does it make the start's own day any surer": (
        "starts 2021-05 planned published 2021-05-31; starts 2021-05",
        "2021-05-30 possible, 2021-05-31 assumed, 2021-06-01 assumed",
    ),
    "a planned end does not show what lasted until its publication": (
        "starts 2021-05-03; ends 2021-09 planned published 2021-06-10",
        "2021-05-03 certain, 2021-06-01 assumed",
    ),
    "a planned end that was not kept presumes nothing": (
        "starts 2021-05-03; ends 2021-07 planned published 2021-06-01; attests 2021-08-10",
        "2021-08-10 certain, 2021-08-11 assumed",
    ),
    "a planned end takes nothing out that had perhaps begun": (
        "starts 2021; ends 2021-07 planned published 2021-01-01",
        "2021-08-01 possible, 2021-12-30 possible, 2021-12-31 presumed-ended",
    ),
    "attested on the last planned day, and not after it": (
        "starts 2021-05-03; ends 2021-07-10 planned published 2021-06-01; attests 2021-07-10",
        "2021-07-10 certain, 2021-07-11 presumed-ended",
    ),
    "only a planned end": (
        "ends 2021-07 planned published 2021-06-01",
        "1990-01-01 possible, 2021-07-30 possible, 2021-07-31 presumed-ended",
    ),
    # Reports that contradict each other: every set that can be true together is weighed.
    "attested after a reported end": (
        "starts 2021-05-03; ends 2021-06-10; attests 2021-07-01",
        "2021-06-09 certain!, 2021-06-10 possible!, 2021-07-01 possible!, 2022-01-01 possible!",
    ),
    "attested before a reported start": (
        "attests 2021-04-10; starts 2021-05-03",
        "2021-04-10 possible!, 2021-05-02 possible!, 2021-05-03 assumed!, 2022-01-01 assumed!",
    ),
    "an end before its start": (
        "starts 2021-05-10; ends 2021-05-03",
        "2021-05-02 possible!, 2021-05-03 possible!, 2021-05-10 possible!, 2022-01-01 possible!",
    ),
    "a plan to begin contradicts no report": (
        "starts 2021-05-03; starts 2021-09 planned published 2021-06-01",
        "2021-05-02 -, 2021-05-03 certain, 2022-01-01 assumed",
    ),
    "nor does a plan to end": (
        "starts 2021-01-01; ends 2021-05-03; ends 2021-09 planned published 2021-06-01",
        "2021-05-02 certain, 2021-05-03 -, 2022-01-01 -",
    ),
    "nor a plan to begin that came out after a reported end": (
        "ends 2021-05-03; starts 2021-09 planned published 2021-06-01",
        "2021-05-02 possible, 2021-05-03 -, 2021-09-10 -",
    ),
    "starts and ends that disagree": (
        "starts 2021-05-03; starts 2021-05-20; ends 2021-05-10; ends 2021-06-01",
        "2021-05-02 -, 2021-05-03 possible!, 2021-05-31 possible!, 2021-06-01 -",
    ),
    "nothing is dropped because it is outnumbered": (
        "starts 2021-01-01; ends 2021-05-03; attests 2021-06-01; attests 2021-07-01",
        "2021-05-02 certain!, 2021-05-03 possible!, 2021-07-02 possible!",
    ),
    "in a dispute a reading the evidence contradicts stays whole": (
        "starts 2021-05-03; starts 2021-05-20; attests 2021-05-10",
        "2021-05-10 possible!, 2021-05-19 possible!, 2021-05-21 assumed!",
    ),
    # A day of its own.
    "a period of one day is in force at the close of none": (
        "starts 2021-05-03; ends 2021-05-03",
        "2021-05-02 -, 2021-05-03 -, 2021-05-04 -",
    ),
    "start and end in one month": (
        "starts 2021-05; ends 2021-05",
        "2021-04-30 -, 2021-05-01 possible, 2021-05-30 possible, 2021-05-31 -",
    ),
    "the end can be the day of the start": (
        "starts 2021-05-03; ends [2021-05-03..2021-05-10]",
        "2021-05-03 possible, 2021-05-09 possible, 2021-05-10 -",
    ),
    "attested on its only day, it ended later": (
        "starts 2021-05-03; ends [2021-05-03..2021-05-10]; attests [2021-05-03..2021-05-05]",
        "2021-05-03 certain, 2021-05-04 possible, 2021-05-10 -",
    ),
    # Periods of one key.
    "two periods of one key": (
        "starts 2021-05-03; ends 2021-05-20; starts 2021-08-01 second",
        "2021-05-19 certain, 2021-05-20 -, 2021-07-31 -",
    ),
    "the first goes on until the second has begun": (
        "starts 2021-05-03; starts 2021-08 second",
        "2021-07-31 assumed, 2021-08-01 assumed, 2021-08-30 assumed, 2021-08-31 -",
    ),
    "the second begins no earlier than the first ended": (
        "starts 2021-05-03; ends 2021-08-10; starts 2021-08 second",
        "2021-08-09 certain, 2021-08-10 -",
    ),
    "the first attested once the second has begun": (
        "starts 2021-05-03; attests 2021-09-01; starts 2021-08-01 second",
        "2021-07-31 assumed!, 2021-08-01 possible!, 2021-09-02 possible!",
    ),
}
