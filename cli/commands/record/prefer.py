"""`mission prefer`: settle a dispute by choosing which claims to follow, with a reason."""

from collections.abc import Sequence

import click

from cli.failures import NegativeAnswer
from cli.ledger import writing
from cli.options import completion
from cli.options.common import facet_option
from cli.recording.append import append_own, check_source_exists
from cli.recording.effective import effective_event
from cli.recording.options import RecordingOptions, reason_option, records, source_option
from cli.render.entry_text import short
from cli.render.messages import say
from events.errors import MissionLedgerError
from events.facets import Role
from events.record_events import ReadingPreferred
from projections.question import ClaimStore
from projections.view import View, view
from projections.weighing.claims import Place
from projections.weighing.occurrence import occurrence
from projections.weighing.readings import clashes, readings


@click.command(name="prefer")
@click.argument(
    "events", metavar="EVENT…", nargs=-1, required=True, shell_complete=completion.entries
)
@reason_option
@source_option
@facet_option
@click.option("--role", type=click.Choice(["start", "end", "reading"]), help="What is disputed.")
@records
def command(
    options: RecordingOptions,
    *,
    events: tuple[str, ...],
    reason: str,
    source: str | None,
    facet: str | None,
    role: str | None,
) -> None:
    """Settle a disputed start, end or reading in favour of the claims of EVENTs.

    EVENT is an id, the beginning of one, or a position. The other readings stay visible. A claim
    recorded later that disagrees reopens the dispute.

    \b
    Examples:
      mission prefer 17 --reason "its own account"
      mission prefer 17 21 --role start --reason "two to one"
    """  # noqa: D301
    with writing(options.ledger) as store:
        check_source_exists(store, source)
        mission, ids = _chosen(store, events)
        seen = view(store, mission)
        places = _shared(seen, ids, facet, role)
        if not places:
            limits = " ".join(part for part in (facet, role) if part)
            raise MissionLedgerError(
                f"the events have no start, end or reading{limits and f' ({limits})'} in common",
                hint="choose events that date the same occurrence (see `mission why MISSION KEY`)",
            )
        disputed = [place for place in places if _disputed(seen, place)]
        if not disputed:
            _report_undisputed(seen, places)
            raise NegativeAnswer
        if len(disputed) > 1:
            listed = ", ".join(
                f"the {part.value} of {name} {key}" for name, key, _, part in disputed
            )
            raise MissionLedgerError(
                f"the events bear on several disputes: {listed}",
                hint="choose one with --facet and --role",
            )
        (place,) = disputed
        _check_settles(seen, place, ids)
        disputed_facet, key, period, disputed_role = place
        preference = ReadingPreferred(
            mission=mission,
            source=source,
            facet=disputed_facet,
            key=key,
            period=period,
            role=disputed_role,
            claims=tuple(ids),
            reason=reason,
        )
        append_own(store, (preference,), options)


def _chosen(store: ClaimStore, names: Sequence[str]) -> tuple[str, list[str]]:
    found = [effective_event(store, name) for name in names]
    missions = {mission for mission, _ in found}
    if len(missions) > 1:
        raise MissionLedgerError(f"the events belong to different missions: {', '.join(missions)}")
    return missions.pop(), [entry.id for _, entry in found]


def _shared(seen: View, ids: Sequence[str], facet: str | None, role: str | None) -> list[Place]:
    """Return the places that all chosen events bear on, limited to a facet and a role."""

    def places_of(event: str) -> list[Place]:
        return [
            (*claim.place, each)
            for claim in seen.visible.claims
            if claim.event == event
            for each in dict.fromkeys((claim.role, *([Role.READING] * len(readings([claim])))))
        ]

    def matches(place: Place) -> bool:
        name, _, _, part = place
        return facet in (None, name) and role in (None, part.value)

    return [
        place
        for place in places_of(ids[0])
        if matches(place) and all(place in places_of(other) for other in ids)
    ]


def _report_undisputed(seen: View, places: Sequence[Place]) -> None:
    """Print that nothing is disputed, and which preferences settled it before."""
    say("nothing is disputed there")
    for place in places:
        if settled := seen.visible.preferences.get(place):
            by = short(settled.event)
            say(f"{by} settled it: {settled.reason}; `mission retract {by}` reopens it")


def _check_settles(seen: View, place: Place, ids: Sequence[str]) -> None:
    """Check that the chosen claims settle the dispute. Raises MissionLedgerError."""
    facet, key, period, role = place
    chosen = [
        claim
        for claim in seen.by_period[facet, key, period]
        if claim.event in ids and claim.reported and role in (claim.role, Role.READING)
    ]
    if not chosen:
        raise MissionLedgerError(
            "the chosen events are plans; the dispute is between reports",
            hint="choose from the reports (see `mission why MISSION KEY`)",
        )
    found = None if role is Role.READING else occurrence(chosen)
    if clashes(readings(chosen)) if found is None else found.disputed:
        raise MissionLedgerError(
            "the chosen events contradict each other, so they settle nothing",
            hint="choose one event, or events that agree",
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
