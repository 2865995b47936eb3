"""Whole small records, drawn at random: every answer against the oracle, and what never happens.

Set MISSION_LEDGER_EXAMPLES=20000 for a long run.
"""

import os
from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from events.claim_event import ClaimEvent
from events.dates.days import iso_day
from events.facets import MEASURES, Basis, Bearing, Role
from events.fields import Quantity
from events.publication import close_of_day
from projections.state import state
from projections.state_object import State, StateEntry
from tests.projections.build import MISSION, Record
from tests.projections.oracle import CALENDAR, ENDS_WITH_MISSION, FIRST, READING_FACETS, World
from tests.projections.small_records import DAYS, Line, claims, event, records, reports, write
from tests.projections.worlds.holders import EXCLUSIVE
from tests.projections.worlds.readings import Count
from tests.projections.worlds.statements import window

LONG = int(os.environ.get("MISSION_LEDGER_EXAMPLES", "0"))


def examples(number: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Settle how many records a promise is tried on."""
    return settings(
        max_examples=LONG or number,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


Answers = dict[tuple[str, str, int], tuple[str, bool]]


def answers(found: State) -> Answers:
    """Return each period in a state with its standing and mark."""
    return {
        (entry.facet, entry.key, entry.period): (entry.standing.value, entry.disputed)
        for entries in found.facets.values()
        for entry in entries
        if entry.facet not in READING_FACETS
    }


def every_answer(
    record: Record, known: int | None = None, upto: int | None = None
) -> list[Answers]:
    """Return the answers of every day."""
    view = record.view(known, upto)
    return [answers(state(view, day)) for day in CALENDAR]


Shown = tuple[str, str, str | None, str, int | None]
"""A quantity in an answer: its date, basis, source, standing and upper bound."""


def _quantities(entry: StateEntry) -> list[Shown]:
    return [
        (each["on"], each["basis"], each["source"], each["standing"], each["max"])
        for measure in MEASURES
        if isinstance(shown := entry.value.get(measure), dict)
        for of_kind in (shown, *shown.get("also", ()))
        for each in (of_kind, *of_kind.get("others", ()))
    ]


def _as_shown(world: World, counts: list[Count]) -> list[Shown]:
    by_event = {said.event: said for said in world.statements}
    return [
        (said.on, said.basis.value, said.claim.source, count.standing, quantity.max)
        for count in counts
        for said in (by_event[count.event],)
        if isinstance(quantity := getattr(said.claim, count.measure), Quantity)
    ]


def agree(record: Record, known: int | None, upto: int | None) -> None:
    """Ask the projection and the oracle about every day."""
    view = record.view(known, upto)
    world = World(record.entries, record.sources, MISSION, known, upto)
    for day in CALENDAR:
        found, wanted = state(view, day), world.on(day)
        assert answers(found) == wanted.periods, iso_day(day)
        assert len(found.possibly_public) == world.left_out
        for entries in found.facets.values():
            for entry in entries:
                place = (entry.facet, entry.key, entry.period)
                if entry.facet not in READING_FACETS:
                    counts = _as_shown(world, wanted.quantities.get(place, []))
                    assert sorted(_quantities(entry), key=str) == sorted(counts, key=str), iso_day(
                        day
                    )
        read = [
            (entry.facet, entry.key, entry.events[0], entry.standing.value, entry.disputed)
            for name in READING_FACETS
            for entry in found.facets.get(name, ())
        ]
        assert sorted(read) == sorted(
            (*place, count.event, count.standing, count.disputed)
            for place, counts in wanted.counts.items()
            for count in counts
        ), iso_day(day)


knowns = st.none() | st.integers(DAYS[0], DAYS[-1]).map(close_of_day)


@examples(250)
@given(records(), knowns, st.integers(4, 12))
def test_every_answer_is_what_the_possible_worlds_say(
    lines: list[Line], known: int | None, upto: int
) -> None:
    """Standing, mark and quantity are those of the definitions, read out day by day."""
    record = write(lines)
    agree(record, None, None)
    agree(record, known, upto)


def certain(found: Answers) -> set[tuple[str, str, int]]:
    """Return the periods that are certain."""
    return {place for place, (standing, _) in found.items() if standing == "certain"}


@examples(80)
@given(records(), claims(("command", "commander", "contribution", "mandate", "mission")), st.data())
def test_a_plan_never_makes_anything_certain(
    lines: list[Line], extra: Line, data: st.DataObject
) -> None:
    """Whatever is certain with one more planned claim was certain without it."""
    assume(not (extra.kind or ClaimEvent).__name__.endswith("Attested"))
    extra = replace(extra, basis=data.draw(st.sampled_from(("planned", "decided"))))
    before, after = every_answer(write(lines)), every_answer(write([*lines, extra]))
    for was, now in zip(before, after, strict=True):
        assert certain(now) <= certain(was)


@examples(50)
@given(records(about_the_record=False), st.data())
def test_uncertainty_marks_never_change_an_answer(lines: list[Line], data: st.DataObject) -> None:
    """A date with `?`, `~` or `%` answers as the same date without."""
    marked = [
        replace(line, on=line.on + data.draw(st.sampled_from(("", "?", "~", "%"))))
        if line.step == "say" and not line.on.startswith("[")
        else line
        for line in lines
    ]
    assert every_answer(write(marked)) == every_answer(write(lines))


@examples(80)
@given(records(about_the_record=False, size=5), st.data())
def test_a_vaguer_report_makes_nothing_certain(lines: list[Line], data: st.DataObject) -> None:
    """Widening a reported date makes no day certain, where the record had no dispute.

    Where it had one, widening can settle it: then sources agree that did not before. And a holder
    of an exclusive facet is certain again once it is vague when another took over. What a source
    said of days after it came out was no report, and can become one.
    """
    said = [
        n
        for n, line in enumerate(lines)
        if line.step == "say" and line.basis == "reported" and not _is_ahead(line, lines)
    ]
    assume(said)
    which = data.draw(st.sampled_from(said))
    wide = _wider(lines[which].on, data.draw(st.integers(0, 4)), data.draw(st.integers(0, 4)))
    widened = [*lines[:which], replace(lines[which], on=wide), *lines[which + 1 :]]
    before = every_answer(write(lines))
    assume(not any(marked for found in before for _, marked in found.values()))
    for was, now in zip(before, every_answer(write(widened)), strict=True):
        assert {p for p in certain(now) if p[0] not in EXCLUSIVE} <= certain(was)


def _is_ahead(line: Line, lines: list[Line]) -> bool:
    (source,) = (each for each in lines if (each.step, each.source) == ("source", line.source))
    return window(line.on).first > window(source.on).last


def _wider(on: str, before: int, after: int) -> str:
    first, _, last = on.strip("[]").partition("..")
    last = last if ".." in on else first
    left = iso_day(max(_number(first) - before, DAYS[0])) if first else ""
    right = iso_day(_number(last) + after) if last else ""
    return left if left == right else f"[{left}..{right}]"


def _number(text: str) -> int:
    return FIRST - 1 + int(text[-2:])


@examples(50)
@given(records(), st.integers(0, 9), knowns)
def test_retracting_a_retraction_undoes_it(
    lines: list[Line], target: int, known: int | None
) -> None:
    """An event retracted, and the retraction retracted: the answers are as before."""
    record = write(lines)
    assume(record.entries)
    before = every_answer(record, known)
    event_id = record.entries[target % len(record.entries)].id
    record.retract(record.retract(event_id, reason="wrong"), reason="right after all")
    assert every_answer(record, known) == before


@examples(50)
@given(records(), records(), knowns)
def test_what_is_recorded_later_never_changes_an_earlier_answer(
    lines: list[Line], more: list[Line], known: int | None
) -> None:
    """At a position, answers do not depend on what came after it."""
    alone, longer = write(lines), write([*lines, *more[4:]])
    until = alone.position
    assert every_answer(longer, known, until) == every_answer(alone, known, until)


@examples(50)
@given(records(), knowns.filter(bool), claims(("command", "contribution", "strength")))
def test_a_source_not_surely_public_never_changes_an_answer(
    lines: list[Line], known: int, extra: Line
) -> None:
    """Only the count of sources left out knows of it."""
    record = write(lines)
    before = [state(record.view(known), day) for day in CALENDAR]
    last = iso_day(known // 86_400 + 719_163 + 1)
    record.source("late", f"[{iso_day(DAYS[0])}..{last}]")
    record.add(event(record, replace(extra)).model_copy(update={"source": "late"}))
    for was, day in zip(before, CALENDAR, strict=True):
        now = state(record.view(known), day)
        assert now.facets == was.facets
        assert len(now.possibly_public) == len(was.possibly_public) + 1


@examples(50)
@given(records(about_the_record=False), st.randoms(use_true_random=False))
def test_the_order_of_announcements_in_the_log_does_not_matter(
    lines: list[Line], random: object
) -> None:
    """The clocks that matter are the sources' own, so claims may come in any order."""
    shuffled = lines[4:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert every_answer(write(lines[:4] + shuffled)) == every_answer(write(lines))


@examples(80)
@given(records())
def test_what_is_gone_does_not_come_back(lines: list[Line]) -> None:
    """A period is in the state on one run of days, and certain on one run of them."""
    found = every_answer(write(lines))
    for place in {place for each in found for place in each}:
        presence = [place in each for each in found]
        sureness = [each.get(place, ("", False))[0] == "certain" for each in found]
        assert _runs(presence) <= 1, place
        assert _runs(sureness) <= 1, place


def _runs(flags: list[bool]) -> int:
    return sum(flag and not before for before, flag in zip([False, *flags], flags, strict=False))


@examples(400)
@given(reports())
def test_a_further_report_that_agrees_takes_nothing_away(lines: list[Line]) -> None:
    """What is certain stays so, what has begun does not turn into what has not.

    A report agrees where nothing is disputed without it, nor with it. What is assumed yields only
    to a report that bears on an end, or on the order of holders or periods.

    A start's own day is left out where a reported end can be that day: its own, or that of the
    period before it, which it can then follow a day sooner.
    """
    *fewer, extra = lines
    assume(extra.basis == "reported")
    record = write(fewer)
    before, after = every_answer(record), every_answer(write(lines))
    assume(not any(disputed for found in (*before, *after) for _, disputed in found.values()))
    says = event(record, extra)
    bears = [(_place(bearing, says), bearing.role) for bearing in says.bears]
    own_days = _own_days(record, says)
    places = {place for found in before for place in found}
    for place in places:
        was, now = (
            [found.get(place, (None, False))[0] for found in each] for each in (before, after)
        )
        may_end = _bears_on_end_or_order(bears, place, places)
        is_of_key = any(at[:2] == place[:2] and role is Role.END for at, role in bears)
        for n, standing in enumerate(was):
            own = is_of_key and CALENDAR[n] in own_days
            if standing == "certain" and not own:
                assert now[n] == "certain", (place, iso_day(CALENDAR[n]))
            if standing == "assumed" and not may_end:
                assert now[n] in ("assumed", "certain"), (place, iso_day(CALENDAR[n]))
            if standing in ("certain", "assumed") and any(now[n:]):
                assert any(now[: n + 1]), (place, iso_day(CALENDAR[n]))


Place = tuple[str, str, int]
Bears = list[tuple[Place, Role]]


def _place(bearing: Bearing, says: ClaimEvent) -> Place:
    return bearing.facet, getattr(says, bearing.key), getattr(says, bearing.period)


def _own_days(record: Record, end: ClaimEvent) -> set[int]:
    """Return the days of an end on which a reported start of some period can fall."""
    return {
        on
        for entry in record.entries
        if isinstance(start := entry.content, ClaimEvent) and start.basis is Basis.REPORTED
        if any(bearing.role is Role.START for bearing in start.bears)
        for on in CALENDAR
        if window(start.on).holds(on) and window(end.on).holds(on)
    }


def _bears_on_end_or_order(bears: Bears, place: Place, among: set[Place]) -> bool:
    """Tell whether a report may end a stay: a holder's own start or attestation orders it too."""
    facet, key, _ = place
    has_rivals = any(other == facet and its_key != key for other, its_key, _ in among)
    return any(
        (at == place and role is Role.END)
        or (at[0] == "mission" and role is Role.END and facet in ENDS_WITH_MISSION)
        or (at[:2] == (facet, key) and at != place)
        or (at[0] == facet in EXCLUSIVE and (at[1] != key or has_rivals))
        for at, role in bears
    )
