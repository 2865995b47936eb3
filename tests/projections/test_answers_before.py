"""Answers under the first version of the contract, compared with those of today.

`before/log.jsonl.gz` is a log of 40 made-up missions, `before/answers.csv.gz` has 2,000 answers
that the last program of the first version gave from it. An answer that differs has to be one that a
rule of the second version changes; `RULES` says which, by what the record holds.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from events.ahead import is_reported_in_advance
from events.claim_event import ClaimEvent
from events.dates.edtf import parse
from events.encoding.codec import decode, encode, write
from events.facets import FACETS, Role
from events.publication import close_of_day
from projections.state import state
from projections.view import View, view
from projections.weighing.claims import Claim
from projections.weighing.period import Period
from tests.plain_store import PlainStore

BEFORE = Path(__file__).with_name("before")


class Answer(NamedTuple):
    """What was answered about a key on a day: standing, `!` if disputed, and a quantity."""

    mission: str
    facet: str
    key: str
    period: str
    on: str
    known: str
    answer: str

    @property
    def day(self) -> int:
        """The day asked about."""
        return parse(self.on).window.bounds[0]


class Changed(NamedTuple):
    """An answer that differs, with the period (none for a count) and the claims it rests on."""

    was: Answer
    now: str
    view: View
    period: Period | None
    own: Sequence[Claim]

    def others(self, facet: str) -> list[Claim]:
        """Return the claims on a facet, other periods and keys included."""
        return [claim for claim in self.view.visible.claims if claim.facet == facet]


@cache
def _store() -> PlainStore:
    log = gzip.decompress((BEFORE / "log.jsonl.gz").read_bytes())
    return PlainStore([decode(line) for line in log.splitlines()])


@cache
def _view(mission: str, known: str) -> View:
    second = close_of_day(parse(known).window.bounds[0]) if known else None
    return view(_store(), mission, known=second)


def _now(was: Answer) -> str:
    found = []
    for entry in state(_view(was.mission, was.known), was.day).facets[was.facet]:
        if (entry.key, str(entry.period)) == (was.key, was.period):
            quantity = entry.value.get("quantity") or {}
            most = quantity.get("max", "") if isinstance(quantity, dict) else ""
            found.append(f"{entry.standing}{'!' if entry.disputed else ''} {most}".strip())
    return ";".join(found)


def _changed(was: Answer, now: str) -> Changed:
    seen, lasting = _view(was.mission, was.known), FACETS[was.facet].lasting
    own = [
        claim
        for claim in seen.visible.claims
        if (claim.facet, claim.key) == (was.facet, was.key)
        and (not lasting or claim.period == int(was.period))
    ]
    periods = seen.periods[was.facet] if lasting else ()
    numbers = [(each.key, str(each.number)) for each in periods]
    period = periods[numbers.index((was.key, was.period))] if lasting else None
    return Changed(was, now, seen, period, own)


def _in_advance(claims: Sequence[Claim]) -> bool:
    contents = ((_store().at([claim.position])[claim.position].content, claim) for claim in claims)
    return any(
        isinstance(content, ClaimEvent)
        and is_reported_in_advance(content.basis, claim.first, claim.published)
        for content, claim in contents
    )


def _has_several_kinds(changed: Changed) -> bool:
    units = {amount.unit for claim in changed.own if (amount := claim.amount("quantity"))}
    return changed.period is None and "police" in units and len(units) > 1


def _follows(changed: Changed) -> bool:
    """Whether another period of the key comes into it."""
    same_key = [c for c in changed.others(changed.was.facet) if c.key == changed.was.key]
    return len({claim.period for claim in same_key}) > 1


def _only_end_is_planned(changed: Changed) -> bool:
    period = changed.period
    return bool(period and period.only_planned and not period.start and period.end)


def _is_vaguely_attested(changed: Changed) -> bool:
    return any(
        claim.role is Role.ATTESTATION and claim.first <= changed.was.day <= claim.last
        for claim in changed.own
    )


def _is_displaced(changed: Changed) -> bool:
    window = changed.period and changed.period.displaced
    return bool(window and changed.was.day >= window.first)


def _is_planned(changed: Changed, role: Role) -> bool:
    return any(claim.role is role and not claim.reported for claim in changed.own)


Rule = Callable[[Changed], bool]

RULES: dict[str, Rule] = {
    "6: reports on two holders that clash": lambda c: bool(
        c.period and c.period.clash is not None and c.was.day >= c.period.clash
    ),
    "6: of two holders whose starts overlap only the later one holds": _is_displaced,
    "4: a report of what lies after its source is weighed as planned": lambda c: _in_advance(c.own),
    "4: the same, of its mission": lambda c: _in_advance(c.others("mission")),
    "5: each kind of thing counted is a series of its own": _has_several_kinds,
    "6: what has only a planned end is presumed ended after it": _only_end_is_planned,
    "6: periods of one key follow each other": _follows,
    "6: assumed inside a vague attestation": _is_vaguely_attested,
    "6: what a plan was to begin is possible from its publication on, where it is reported": (
        lambda c: bool(c.period and not c.period.only_planned) and _is_planned(c, Role.START)
    ),
    "6: a plan for an end says nothing of whether it was in force": lambda c: _is_planned(
        c, Role.END
    ),
}
"""By the section of the contract; the first one that fits names a difference."""

EXPECTED = {
    "4: a report of what lies after its source is weighed as planned": 34,
    "4: the same, of its mission": 4,
    "5: each kind of thing counted is a series of its own": 24,
    "6: what has only a planned end is presumed ended after it": 25,
    "6: reports on two holders that clash": 14,
    "6: of two holders whose starts overlap only the later one holds": 23,
    "6: periods of one key follow each other": 13,
    "6: assumed inside a vague attestation": 1,
    "6: what a plan was to begin is possible from its publication on, where it is reported": 3,
    "6: a plan for an end says nothing of whether it was in force": 4,
}


def test_each_answer_that_differs_is_changed_by_a_rule() -> None:
    """No answer changes for any other reason."""
    with gzip.open(BEFORE / "answers.csv.gz", "rt", encoding="utf-8", newline="") as file:
        answers = [Answer(**row) for row in csv.DictReader(file)]
    assert len(answers) == 2000
    found: Counter[str] = Counter()
    for was in answers:
        if (now := _now(was)) != was.answer:
            changed = _changed(was, now)
            named = next((name for name, rule in RULES.items() if rule(changed)), "")
            assert named, (was, now)
            found[named] += 1
    assert dict(found) == EXPECTED


def test_entries_of_the_first_version_keep_their_bytes() -> None:
    """What is read from the log is written as it was."""
    log = gzip.decompress((BEFORE / "log.jsonl.gz").read_bytes())
    for line in log.splitlines():
        was = decode(line)
        written = write(was.content)
        about = (was.position, was.recorded_at, was.recorded_by, was.announcement)
        assert encode(written, *about).raw == line
