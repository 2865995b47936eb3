"""Whole small records, drawn at random: their lines, and the record that they make.

Each is small enough to look at every possible world of it. A line is a step in its making: a
source, a claim, or an event about an earlier one.
"""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from events.catalogue import (
    CeilingAuthorised,
    CommandAttested,
    CommanderAppointed,
    CommanderAttested,
    CommanderRelieved,
    CommandHandedOver,
    CommandRelinquished,
    CommandTakenOver,
    ContributionAttested,
    ContributionDeployed,
    ContributionStrengthReported,
    ContributionWithdrawn,
    MandateAdopted,
    MandateAttested,
    MandateExpired,
    MandateExtended,
    MissionAttested,
    MissionEnded,
    MissionEstablished,
    StrengthReported,
)
from events.claim_event import ClaimEvent
from events.claim_fields import CommanderFields, CountFields
from events.dates.days import iso_day
from events.dates.edtf import parse
from events.facets import Role
from events.record_events import ClaimRetracted, SourceCorrected, SourceEvent, SourceWithdrawn
from tests.projections.build import MISSION, Record
from tests.projections.oracle import CALENDAR

DAYS = range(CALENDAR.start, CALENDAR.stop - 6)
"""The days that claims are dated."""

SOURCES = 4
"""The sources of a record. Two came out at any time, two when most was over."""


@dataclass(frozen=True)
class Line:
    """One step in the making of a record.

    `target` counts earlier events (sources, for what happens to a source), `by` is the number of
    the source of an event about the record, below 0 for none. `jointly` makes a start name the
    next nation, `by_source` gives an attestation the date of its source.
    """

    step: str
    source: int = 0
    kind: type[ClaimEvent] | None = None
    key: str = ""
    period: int = 1
    on: str = ""
    basis: str = "reported"
    number: int = 0
    unit: str = ""
    until: str = ""
    jointly: bool = False
    by_source: bool = False
    target: int = 0
    by: int = -1


@st.composite
def windows(draw: st.DrawFn, *, days: range = DAYS) -> str:
    """Draw a date: a day, several days, or a window open on one side."""
    first = draw(st.integers(days[0], days[-1]))
    length = draw(st.sampled_from((0, 0, 0, 1, 2, 4, 7)))
    last = min(first + length, days[-1])
    if first == last:
        return iso_day(first)
    shape = draw(st.integers(0, 7))
    left = "" if shape == 0 else iso_day(first)
    right = "" if shape == 1 else iso_day(last)
    return f"[{left}..{right}]"


_BY_FACET: dict[str, tuple[type[ClaimEvent], ...]] = {
    "command": (CommandTakenOver, CommandHandedOver, CommandRelinquished, CommandAttested),
    "commander": (CommanderAppointed, CommanderRelieved, CommanderAttested),
    "contribution": (
        ContributionDeployed,
        ContributionWithdrawn,
        ContributionAttested,
        ContributionStrengthReported,
    ),
    "mandate": (MandateAdopted, MandateExpired, MandateExtended, MandateAttested),
    "mission": (MissionEstablished, MissionEnded, MissionAttested),
    "strength": (StrengthReported,),
    "ceiling": (CeilingAuthorised,),
}
_NAMES = {
    "command": ("DNK", "ITA", "CAN"),
    "commander": ("ann", "bo", "chief/bo", "chief/cy"),
    "contribution": ("helicopters",),
    "mandate": ("bill",),
    "strength": ("DNK", "DNK", "DNK/police", "DNK/police/female"),
    "ceiling": ("DNK", "DNK/police"),
}
_UNITS = ("", "soldiers", "soldiers", "soldater", "helicopters")
_NEXT = {"DNK": "ITA", "ITA": "CAN", "CAN": "DNK"}

FACET_MIXES = (
    ("command",),
    ("commander",),
    ("contribution",),
    ("mandate",),
    ("mission",),
    ("command", "mission"),
    ("contribution", "mission"),
    ("strength",),
    ("strength", "ceiling", "mission"),
    ("command", "contribution", "strength", "mission"),
)


@st.composite
def claims(draw: st.DrawFn, facets: tuple[str, ...], basis: str | None = None) -> Line:
    """Draw a claim."""
    facet = draw(st.sampled_from(facets))
    kind = draw(st.sampled_from(_BY_FACET[facet]))
    attests = kind.bears[0].role is Role.ATTESTATION
    plans = ["planned", "decided"]
    if kind is MandateExtended:
        basis = draw(st.sampled_from(plans)) if basis in (None, "reported") else basis
    elif attests:
        basis = "reported"
    elif basis is None:
        ends = all(bearing.role is Role.END for bearing in kind.bears)
        unless = ["unless-ahead"] if ends else []
        basis = draw(st.sampled_from(["reported"] * 4 + plans + unless))
    reads = facet in ("strength", "ceiling")
    return Line(
        "say",
        draw(st.sampled_from((2, 3, 2, 3, 0, 1) if basis == "reported" else (0, 1, 0, 1, 2, 3))),
        kind,
        draw(st.sampled_from(_NAMES.get(facet, (MISSION,)))),
        1 if reads else draw(st.sampled_from((1, 1, 2))),
        draw(windows()),
        basis,
        draw(st.integers(0, 3)),
        draw(st.sampled_from(_UNITS)),
        draw(windows()) if reads and draw(st.integers(0, 3)) == 0 else "",
        jointly=facet == "command" and draw(st.integers(0, 3)) == 0,
        by_source=attests and draw(st.integers(0, 3)) == 0,
    )


@st.composite
def records(
    draw: st.DrawFn, *, about_the_record: bool = True, about_sources: bool = False, size: int = 7
) -> list[Line]:
    """Draw a record: its sources' publication dates, its claims, and events about those."""
    facets = draw(st.sampled_from(FACET_MIXES))
    late = range(DAYS[-1] - 1, CALENDAR.stop - 2)
    lines = [
        Line("source", n, on=draw(windows(days=DAYS if n < SOURCES // 2 else late)))
        for n in range(SOURCES)
    ]
    step = claims(facets)
    earlier, by = st.integers(0, size), st.integers(-2, SOURCES - 1)
    if about_the_record:
        step |= st.builds(
            Line, st.sampled_from(("retract", "prefer")), by=by, target=earlier, number=earlier
        )
        step |= st.builds(
            lambda new, target, by: replace(new, step="correct", target=target, by=by),
            claims(facets), earlier, by,
        )  # fmt: skip
        step |= claims(facets)
    if about_sources:
        step |= st.builds(
            Line, st.sampled_from(("move", "move", "withdraw")),
            on=windows(), target=st.integers(0, SOURCES - 1), by=by,
        )  # fmt: skip
    return lines + draw(st.lists(step, min_size=1, max_size=size))


@st.composite
def reports(draw: st.DrawFn) -> list[Line]:
    """Draw a record of a few reports, all by sources that came out when most was over."""
    mixes = (("command",), ("contribution",), ("contribution", "mission"), ("mandate",))
    facets = draw(st.sampled_from(mixes))
    late = iso_day(DAYS[-1])
    said = draw(st.lists(claims(facets, "reported") | claims(facets), min_size=2, max_size=4))
    last = draw(claims(facets, "reported"))
    return [Line("source", n, on=late) for n in range(SOURCES)] + [*said, last]


def _ends_later(until: str, on: str) -> bool:
    """Whether a quantity of this date can hold on some day before the other."""
    return parse(until).window.bounds[1] > parse(on).window.bounds[0]


def event(record: Record, line: Line) -> ClaimEvent:
    """Make the claim of a line."""
    kind = line.kind
    assert kind is not None
    source = f"s{line.source}"
    on = record.sources[source].published if line.by_source else line.on
    fields: dict[str, object] = {"on": on, "basis": line.basis, "source": source}
    fields["period"] = line.period
    key = kind.bears[0].key
    if kind is CommandHandedOver:
        fields |= {"from": line.key, "to": _NEXT[line.key], "from_period": line.period}
        del fields["period"]
    elif issubclass(kind, CountFields):
        fields |= dict(zip(kind.key_fields, line.key.split("/"), strict=False))
    elif issubclass(kind, CommanderFields):
        post, _, person = line.key.rpartition("/")
        fields |= {"commander": person, "post": post or None}
    elif key != "mission":
        fields[key] = line.key
    if line.by_source:
        fields["dated_by_source"] = True
    if line.jointly and "jointly_with" in kind.model_fields:
        taker = str(fields.get("to", line.key))
        fields["jointly_with"] = [_NEXT[taker]]
    if "until" in kind.model_fields and line.until and _ends_later(line.until, on):
        fields["until"] = line.until
    if kind is ContributionDeployed:
        fields["contributor"] = "DNK"
    if "quantity" in kind.model_fields and (line.number or kind is not ContributionDeployed):
        high = 100 * line.number + 100
        low = high if line.number != 3 else None
        fields["quantity"] = {"min": low, "max": high, "unit": line.unit or None}
    return record.claim(kind, **fields)


def write(lines: list[Line]) -> Record:
    """Write a record line by line; a line about an event that is not there is left out."""
    record = Record()
    for line in lines:
        ids = [entry.id for entry in record.entries]
        if line.step == "source":
            record.source(f"s{line.source}", line.on)
        elif line.step == "say":
            record.add(event(record, line))
        elif line.step in ("move", "withdraw"):
            _happen_to_source(record, line)
        elif ids:
            _amend(record, line, ids)
    # The log holds an event once.
    seen: set[str] = set()
    record.entries = [e for e in record.entries if not (e.id in seen or seen.add(e.id))]  # type: ignore[func-returns-value]
    return record


def _happen_to_source(record: Record, line: Line) -> None:
    about = f"s{line.target}"
    # A source that bears on itself, by way of others too, would make a circle.
    fields = {
        "mission": MISSION,
        "about": about,
        "source": f"s{line.by}" if line.by > line.target else None,
        "reason": f"{len(record.entries)}",
    }
    if line.step == "move":
        record.add(SourceCorrected.model_validate(fields | {"published": line.on}))
    else:
        record.add(SourceWithdrawn.model_validate(fields))


def _amend(record: Record, line: Line, ids: list[str]) -> None:
    target = ids[line.target % len(ids)]
    about = _source_at_stake(record, target)
    source = f"s{line.by}" if line.by > about else None
    content = record.entries[line.target % len(ids)].content
    if line.step == "retract":
        record.retract(target, source, f"{len(ids)}")
    elif line.step == "correct" and about < 0:
        record.correct(target, event(record, line), source)
    elif line.step == "prefer" and isinstance(content, ClaimEvent):
        bearing = content.bears[line.number % len(content.bears)]
        role = Role.READING if getattr(content, "quantity", None) else bearing.role
        if role is not Role.ATTESTATION:
            key, period = getattr(content, bearing.key), getattr(content, bearing.period)
            others = {target, ids[line.number % len(ids)]}
            record.prefer((bearing.facet, key, period, role), *sorted(others))


def _source_at_stake(record: Record, target: str) -> int:
    """Return the number of the source that an event is about, in the end; -1 for none."""
    by_id = {entry.id: entry.content for entry in record.entries}
    content = by_id.get(target)
    while isinstance(content, ClaimRetracted):
        content = by_id.get(content.target)
    return int(content.about[1:]) if isinstance(content, SourceEvent) else -1
