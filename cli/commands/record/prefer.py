"""`mission prefer`: of an occurrence whose sources disagree, the claims to go by."""

from collections.abc import Sequence

import click

from cli.commands.record.retract import standing_event
from cli.failures import NegativeAnswer, shown
from cli.ledger import writing
from cli.options import completion
from cli.options.clocks import ValidDay
from cli.options.common import facet_option
from cli.recording.append import (
    append_own,
    need_source,
    reason_option,
    recording_options,
    source_option,
)
from cli.render.entry_text import short
from cli.render.messages import say
from events.errors import MissionLedgerError
from events.facets import Role
from events.record_events import ReadingPreferred
from ledger.log import Store
from projections.view import View, view
from projections.weighing.claims import Place
from projections.weighing.occurrence import occurrence
from projections.weighing.readings import clashes, readings


@click.command(name="prefer")
@click.argument(
    "events",
    metavar="EVENT…",
    nargs=-1,
    required=True,
    shell_complete=completion.entries,
)
@reason_option
@source_option
@facet_option
@click.option("--role", type=click.Choice(["start", "end", "reading"]), help="Which is disputed.")
@recording_options
def command(
    *,
    events: tuple[str, ...],
    reason: str,
    source: str | None,
    facet: str | None,
    role: str | None,
    on: ValidDay | None,
    by: str | None,
    expect: int | None,
    form: str,
    ledger: str | None,
) -> None:
    """Of a start, an end or a reading whose sources disagree, go by what the EVENTs say.

    The other readings stay visible, and a claim recorded later that disagrees opens the dispute
    again.

    \b
    Examples:
      mission prefer 17 --reason "its own account"
      mission prefer 17 21 --role start --reason "two to one"
    """  # noqa: D301
    with writing(ledger) as store:
        need_source(store, source)
        mission, ids = _chosen(store, events)
        seen = view(store, mission)
        places = _shared(seen, ids, facet, role)
        if not places:
            asked = " ".join(part for part in (facet, role) if part)
            raise MissionLedgerError(
                f"there is no start, end or reading{asked and f' ({asked})'} that all of the"
                " events chosen tell of",
                hint="choose events that date the same thing (`mission why MISSION KEY`)",
            )
        disputed = [place for place in places if _disputed(seen, place)]
        if not disputed:
            _tell_undisputed(seen, places)
            raise NegativeAnswer
        if len(disputed) > 1:
            said = ", ".join(f"the {place[3].value} of {place[0]} {place[1]}" for place in disputed)
            raise MissionLedgerError(
                f"the events bear on {said}", hint="say which with --facet and --role"
            )
        (about,) = disputed
        _need_one_reading(seen, about, ids)
        preference = ReadingPreferred(
            mission=mission,
            source=source,
            facet=about[0],
            key=about[1],
            period=about[2],
            role=about[3],
            claims=tuple(ids),
            reason=reason,
        )
        append_own(store, preference, by=by, expect=expect, on=on, form=form)


def _chosen(store: Store, names: Sequence[str]) -> tuple[str, list[str]]:
    found = [standing_event(store, name) for name in names]
    missions = {mission for mission, _ in found}
    if len(missions) > 1:
        raise MissionLedgerError(f"the events are of different missions: {', '.join(missions)}")
    return missions.pop(), [entry.id for _, entry in found]


def _shared(seen: View, ids: Sequence[str], facet: str | None, role: str | None) -> list[Place]:
    """Return the places that every event chosen bears on."""

    def of(event: str) -> list[Place]:
        return [
            (claim.facet, claim.key, claim.period, each)
            for claim in seen.visible.claims
            if claim.event == event
            for each in dict.fromkeys((claim.role, *([Role.READING] * len(readings([claim])))))
        ]

    return [
        place
        for place in of(ids[0])
        if all(place in of(other) for other in ids)
        and facet in (None, place[0])
        and role in (None, place[3].value)
    ]


def _tell_undisputed(seen: View, places: Sequence[Place]) -> None:
    say("nothing is disputed there, so there is nothing to settle")
    for place in places:
        if settled := seen.visible.preferences.get(place):
            by = short(settled.event)
            say(f"{by} settled it: {shown(settled.reason)}; `mission retract {by}` opens it again")


def _need_one_reading(seen: View, place: Place, ids: Sequence[str]) -> None:
    """Make sure that going by the claims chosen settles something. Raises MissionLedgerError."""
    chosen = [
        claim
        for claim in seen.by_period[place[:3]]
        if claim.event in ids and claim.reported and place[3] in (claim.role, Role.READING)
    ]
    if not chosen:
        raise MissionLedgerError(
            "the events chosen only plan it, and the dispute is between reports",
            hint="choose among the reports (`mission why MISSION KEY`)",
        )
    found = None if place[3] is Role.READING else occurrence(chosen)
    if clashes(readings(chosen)) if found is None else found.disputed:
        raise MissionLedgerError(
            "the events chosen disagree with each other, so going by them settles nothing",
            hint="choose one, or those that agree",
        )


def _disputed(seen: View, place: Place) -> bool:
    facet, key, number, role = place
    claims = seen.by_period.get((facet, key, number), ())
    if role is Role.READING:
        return bool(clashes(readings(claims), seen.visible.preferences.get(place)))
    for period in seen.periods[facet]:
        if (period.key, period.number) == (key, number):
            part = period.start if role is Role.START else period.end
            return part is not None and part.disputed
    return False
