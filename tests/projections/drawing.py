"""Long records drawn at random: many facets, dates of all widths, and second thoughts.

What a seed draws is the same each time. Unlike `test_state_property`, where a record is small
enough to look at every possible world of it, these are large enough to have long series, periods
that are over, corrections of corrections and sources that were not public yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from events.catalogue import CLAIM_TYPES
from events.claim_event import ClaimEvent
from events.dates.days import iso_day
from events.dates.edtf import parse
from events.encoding.codec import Content, event_id
from events.facets import Role
from events.record_events import ClaimCorrected, ClaimRetracted, ReadingPreferred
from events.source import Source

MISSIONS = ("alpha", "beta")
FIRST = parse("2010-01-01").window.first or 0
DAYS = 2000
"""Most dates fall on one of so many days from FIRST on."""

_KEYS = {
    "mandate": ("m-1",),
    "commander": ("per-a", "per-b"),
    "contribution": ("dnk-helicopters", "ita-staff"),
    "place": ("baghdad",),
    "other": ("beta", "gamma"),
    "counted": ("DNK", "alpha"),
}
_CODES = ("DNK", "ITA", "NATO")
_SERIES = ("strength-reported", "contribution-strength-reported")


@dataclass
class Drawn:
    """A record so far; `contents` come in the order they are appended in."""

    random: Random
    sources: list[str] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    claims: list[tuple[str, ClaimEvent]] = field(default_factory=list)
    targets: list[tuple[str, str]] = field(default_factory=list)


def draw(seed: int, size: int) -> list[Content]:
    """Draw a record of about so many events."""
    drawn = Drawn(Random(seed))
    while len(drawn.contents) < size:
        drawn.contents.extend(_next(drawn))
    return list({event_id(content): content for content in drawn.contents}.values())


def _next(drawn: Drawn) -> Iterator[Content]:
    random = drawn.random
    chance = random.random()
    if not drawn.sources or chance < 0.12:
        name = f"s-{len(drawn.sources)}"
        drawn.sources.append(name)
        yield Source(id=name, publisher="P", title="T", language="en", published=_date(random))
    elif chance < 0.84 or not drawn.claims:
        event = _claim(drawn, random.choice(list(CLAIM_TYPES) + 5 * list(_SERIES)))
        drawn.claims.append((event_id(event), event))
        drawn.targets.append((event_id(event), event.mission))
        yield event
    else:
        yield from _second_thought(drawn)


def _second_thought(drawn: Drawn) -> Iterator[Content]:
    random = drawn.random
    source = random.choice([None, None, random.choice(drawn.sources)])
    target, mission = random.choice(drawn.targets)
    what = random.choice(("retract", "correct", "correct", "prefer"))
    reason = f"number {len(drawn.contents)}"
    event: ClaimRetracted | ClaimCorrected | ReadingPreferred
    if what == "retract":
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
        bearing = claim.bears[0]
        role = Role.READING if getattr(claim, "quantity", None) else bearing.role
        if role is Role.ATTESTATION:
            return
        event = ReadingPreferred(
            mission=claim.mission,
            facet=bearing.facet,
            key=getattr(claim, bearing.key),
            period=getattr(claim, bearing.period),
            role=role,
            claims=(chosen,),
            reason=reason,
        )
    drawn.targets.append((event_id(event), event.mission))
    yield event


def _claim(drawn: Drawn, type_: str, mission: str | None = None) -> ClaimEvent:
    random, kind = drawn.random, CLAIM_TYPES[type_]
    fields: dict[str, object] = {
        "mission": mission or random.choice(MISSIONS),
        "source": random.choice([None, *drawn.sources[-4:], random.choice(drawn.sources)]),
        "on": _date(random),
        "period": random.choice((1, 1, 1, 1, 2)),
    }
    if kind.bears[0].role is not Role.ATTESTATION:
        fields["basis"] = random.choice(("reported",) * 5 + ("planned", "decided"))
    for name, about in kind.model_fields.items():
        if name in _KEYS:
            fields[name] = random.choice(_KEYS[name])
        elif name in ("by", "participant", "contributor", "nation", "organisation"):
            if about.is_required() or random.random() < 0.5:
                fields[name] = random.choice(_CODES)
        elif name == "quantity" and (about.is_required() or random.random() < 0.5):
            low = random.randint(0, 9)
            fields[name] = {"min": low, "max": low + random.choice((0, 0, 3))}
        elif name in ("reserve", "capability", "name", "location") and random.random() < 0.4:
            fields[name] = str(random.randint(1, 3))
    if type_ == "command-handed-over":
        fields["from"], fields["to"] = random.sample(_CODES, 2)
    return kind.model_validate(fields)


def _date(random: Random) -> str:
    """Draw a date; now and then a vague one, and now and then one that is open on a side."""
    first = FIRST + random.randrange(DAYS)
    last = first + random.choice((0, 0, 0, 0, 1, 6, 30, 90, 365, 3000))
    if first == last:
        return iso_day(first)
    shape = random.randrange(12)
    if shape == 2:
        return f"[..{iso_day(first)},{iso_day(last)}..]"
    return f"[{'' if shape == 0 else iso_day(first)}..{'' if shape == 1 else iso_day(last)}]"
