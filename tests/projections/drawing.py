"""Long records drawn at random: every type of event, dates of all widths, and second thoughts.

What a seed draws is the same each time. Unlike `test_state_property`, where a record is small
enough to look at every possible world of it, these are large enough to have long series, periods
that are over, corrections of corrections, and sources that were not public yet, came out on another
day than they were described with, or are withdrawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

from events.bearings import bearings_of
from events.catalogue import CLAIM_TYPES
from events.claim_event import ClaimEvent
from events.dates.days import FOREVER, iso_day
from events.dates.edtf import parse
from events.encoding.codec import Content, encode, event_id, write
from events.facets import Basis, Role
from events.publication import publication, publication_day
from events.record_events import (
    ClaimCorrected,
    ClaimRetracted,
    ReadingPreferred,
    RecordEvent,
    SourceCorrected,
    SourceWithdrawn,
)
from events.source import Source
from ledger.announcements import announcement_id
from ledger.log import Ledger

MISSIONS = ("alpha", "beta")
FIRST = parse("2010-01-01").window.first or 0
DAYS = 2000
"""Most dates fall on one of so many days from FIRST on."""

_KEYS = {
    "mandate": ("m-1",),
    "commander": ("per-a", "per-b"),
    "post": ("force-commander",),
    "contribution": ("dnk-helicopters", "ita-staff"),
    "place": ("baghdad",),
    "under": ("m-1",),
    "other": ("beta", "gamma"),
    "counted": ("DNK", "alpha"),
    "category": ("police",),
    "sex": ("female",),
    "phase": ("transition",),
    "budget": ("staff",),
    "happening": ("visit-1", "visit-2", "visit-3"),
}
_CODES = ("DNK", "ITA", "NATO")
_PARTIES = ("by", "participant", "contributor", "nation", "organisation")
_QUANTITIES = ("quantity", "personnel", "reserve")
_UNITS = (None, None, "people", "soldiers", "helicopters")
_SERIES = ("strength-reported", "contribution-strength-reported")
_IN_FUTURE = "2150-05-01"


@dataclass
class Drawn:
    """A record so far; `contents` come in the order they are appended in.

    `sources` has the publication date of each, by name. `doubts` is how likely a second thought is
    about a source: then all that rests on it is read in full, so that some records have none.
    """

    random: Random
    doubts: float
    periods: Sequence[int]
    sources: dict[str, str] = field(default_factory=dict)
    contents: list[Content] = field(default_factory=list)
    claims: list[tuple[str, ClaimEvent]] = field(default_factory=list)
    targets: list[tuple[str, str]] = field(default_factory=list)


def draw(seed: int, size: int, periods: Sequence[int] = (1, 1, 1, 1, 2)) -> list[Content]:
    """Draw a record of about so many events, each on one of these numbers of periods."""
    random = Random(seed)
    drawn = Drawn(random, random.choice((0, 0.05, 0.25)), periods)
    while len(drawn.contents) < size:
        drawn.contents.extend(_next(drawn))
    return list({event_id(content): content for content in drawn.contents}.values())


def append_drawn(store: Ledger, contents: Sequence[Content]) -> None:
    """Append what was drawn as it may stand in a log from elsewhere, and none of it is refused.

    An append refuses what sources report in advance, and sources from the future.
    """
    written = {each.id: each for each in map(write, contents)}
    given = (datetime.now(UTC), "anna", announcement_id(written))
    start = store.position() + 1
    store.continue_with([encode(one, at, *given) for at, one in enumerate(written.values(), start)])


def _next(drawn: Drawn) -> Iterator[Content]:
    random = drawn.random
    chance = random.random()
    if not drawn.sources or chance < 0.12:
        name = f"s-{len(drawn.sources)}"
        drawn.sources[name] = _published(random)
        yield Source(
            id=name, publisher="P", title="T", language="en", published=drawn.sources[name]
        )
    elif chance < 0.84 or not drawn.claims:
        event = _claim(drawn, random.choice(list(CLAIM_TYPES) + 5 * list(_SERIES)))
        drawn.claims.append((event_id(event), event))
        drawn.targets.append((event_id(event), event.mission))
        yield event
    else:
        yield from _second_thought(drawn)


def _second_thought(drawn: Drawn) -> Iterator[Content]:
    random = drawn.random
    source = random.choice([None, None, random.choice(list(drawn.sources))])
    target, mission = random.choice(drawn.targets)
    what = random.choice(("retract", "correct", "correct", "prefer"))
    if random.random() < drawn.doubts:
        what = "source"
    reason = f"number {len(drawn.contents)}"
    event: RecordEvent
    if what == "source":
        event = _source_event(drawn, mission, source, reason)
    elif what == "retract":
        event = ClaimRetracted(mission=mission, source=source, target=target, reason=reason)
    elif what == "correct":
        old = dict(drawn.claims).get(target)
        kind = old.type if old else random.choice(list(CLAIM_TYPES))
        claim = _claim(drawn, kind, mission)
        event = ClaimCorrected(
            mission=mission, source=source, target=target, claim=claim, reason=reason
        )
        if old:
            drawn.claims.append((event_id(event), claim))
    else:
        chosen, claim = random.choice(drawn.claims)
        (facet, key, period), role = next(bearings_of(claim))
        if getattr(claim, "quantity", None) and role is not Role.HAPPENING:
            role = Role.READING
        if role in (Role.ATTESTATION, Role.HAPPENING):
            return
        fields = {"mission": claim.mission, "facet": facet, "key": key, "period": period}
        event = ReadingPreferred.model_validate(
            {**fields, "role": role, "claims": (chosen,), "reason": reason}
        )
    drawn.targets.append((event_id(event), event.mission))
    yield event


def _source_event(drawn: Drawn, mission: str, source: str | None, reason: str) -> RecordEvent:
    random = drawn.random
    fields = {
        "mission": mission,
        "source": source,
        "about": random.choice([random.choice(list(drawn.sources)), *list(drawn.sources)[-4:]]),
        "reason": reason,
    }
    if random.random() < 0.3:
        return SourceWithdrawn.model_validate(fields)
    changed = {"title": "U"} if random.random() < 0.2 else {"published": _published(random)}
    return SourceCorrected.model_validate({**fields, **changed})


def _claim(drawn: Drawn, type_: str, mission: str | None = None) -> ClaimEvent:
    random, kind = drawn.random, CLAIM_TYPES[type_]
    names = list(drawn.sources)
    source = random.choice([None, *names[-4:], random.choice(names)])
    fields: dict[str, object] = {
        "mission": mission or random.choice(MISSIONS),
        "source": source,
        "on": _date(random, drawn.sources.get(source or "")),
        "period": random.choice(drawn.periods),
    }
    roles = {bearing.role for bearing in kind.bears}
    if type_ == "mandate-extended":
        fields["basis"] = "decided"
    elif Role.ATTESTATION not in roles:
        bases = [Basis.REPORTED] * 5 + [Basis.PLANNED, Basis.DECIDED]
        fields["basis"] = random.choice(
            bases + ([Basis.UNLESS_AHEAD] * 2 if roles == {Role.END} else [])
        )
    if source and fields.get("basis", "reported") == "reported" and random.random() < 0.15:
        fields |= {"on": publication_day(drawn.sources[source]), "dated_by_source": True}
    fields |= _stated(random, kind, counts=Role.READING in roles)
    if "until" in fields and not _ends_later(str(fields["until"]), str(fields["on"])):
        del fields["until"]
    if type_ == "command-handed-over":
        fields["from"], fields["to"] = random.sample(_CODES, 2)
    return kind.model_validate(fields)


def _stated(random: Random, kind: type[ClaimEvent], *, counts: bool) -> dict[str, object]:
    """Draw what a claim says of what it is about."""
    fields: dict[str, object] = {}
    for name, about in kind.model_fields.items():
        if name in _KEYS:
            if about.is_required() or random.random() < 0.4:
                fields[name] = random.choice(_KEYS[name])
        elif name in _PARTIES:
            if about.is_required() or random.random() < 0.5:
                fields[name] = random.choice(_CODES)
                if name == "contributor" and random.random() < 0.3:
                    fields[name] = random.sample(_CODES, 2)
        elif name in _QUANTITIES:
            if (name == "quantity" and counts) or random.random() < 0.4:
                low = random.randint(0, 9)
                bounds = {"min": low, "max": low + random.choice((0, 0, 3))}
                fields[name] = {**bounds, "unit": random.choice(_UNITS)}
        elif name == "until":
            if random.random() < 0.2:
                fields[name] = _date(random)
        elif name in ("capability", "name", "location") and random.random() < 0.4:
            fields[name] = str(random.randint(1, 3))
    return fields


def _ends_later(until: str, on: str) -> bool:
    """Whether a quantity of this date can hold on some day before the other."""
    return parse(until).window.bounds[1] > parse(on).window.bounds[0]


def _published(random: Random) -> str:
    """Draw a publication date; some give a time, with an offset, and few lie in the future."""
    chance = random.random()
    if chance < 0.15:
        day = iso_day(FIRST + random.randrange(DAYS))
        hour, offset = random.choice(("00:30", "12:00", "23:30")), random.choice(("Z", "+03:00"))
        return f"{day}T{hour}:00{offset}"
    return _IN_FUTURE if chance < 0.18 else _date(random)


def _date(random: Random, published: str | None = None) -> str:
    """Draw a date; now and then a vague one, and now and then one that is open on a side.

    Mostly it is no later than a publication.
    """
    first = FIRST + random.randrange(DAYS)
    if published and random.random() < 0.8:
        until = publication(published).until
        if until < FOREVER:
            first = min(first, until - random.choice((0, 1, 30, 300)))
    last = first + random.choice((0, 0, 0, 0, 1, 6, 30, 90, 365, 3000))
    if first == last:
        return iso_day(first)
    shape = random.randrange(12)
    if shape == 2:
        return f"[..{iso_day(first)},{iso_day(last)}..]"
    return f"[{'' if shape == 0 else iso_day(first)}..{'' if shape == 1 else iso_day(last)}]"
