"""What each source says of an entry: the claims on every period, and which of them count when.

    claims-0.js          the claims on some periods in words, loaded when an entry is opened
    fates-164.js         the part of each claim at each step of the publication clock

A claim without a part at a step came from a source that was not certainly public by then.
"""

from collections.abc import Iterator, Mapping, Sequence

from cli.render import entry_text, wording
from cli.site.data_script import data_script
from cli.site.mission_data import MissionData
from cli.site.rows import place_of
from events.entry import Entry
from events.facets import PeriodKey
from events.printable import printable
from events.record_events import statement_of
from projections.rectangles import EveryDay
from projections.weighing.claims import Claim
from projections.why import Part, parts_of_claims

LARGEST = 200_000
"""Bytes of one file of claims, about."""

PARTS = tuple(Part)


def claim_files(
    data: MissionData, entries: Mapping[int, Entry], sources: Mapping[str, int]
) -> Iterator[tuple[int, int, bytes]]:
    """Yield the files of claims: the first and last number of their places, and the script."""
    of_place = _by_place(data)
    first, listed, size = 0, list[object](), 0
    for number, place in enumerate(data.places):
        shown = [_claim(each, entries[each.position], sources) for each in of_place.get(place, ())]
        listed.append(shown)
        size += sum(len(str(each)) for each in shown)
        if size > LARGEST or number == len(data.places) - 1:
            script = data_script(f"claims:{data.mission}:{first}", {"first": first, "places": listed})
            yield first, number, script
            first, listed, size = number + 1, [], 0


def _by_place(data: MissionData) -> Mapping[PeriodKey, Sequence[Claim]]:
    """Return the claims on each place, in the order of their numbers."""
    found: dict[PeriodKey, dict[tuple[str, str], Claim]] = {}
    for claim in data.latest.views[-1].claims:
        of_place = found.setdefault(place_of(*claim.place), {})
        of_place.setdefault((claim.event, claim.role.value), claim)
    return {place: list(claims.values()) for place, claims in found.items()}


def _claim(claim: Claim, entry: Entry, sources: Mapping[str, int]) -> dict[str, object]:
    """Return a claim in words, with its source and who recorded it when."""
    statement = statement_of(entry.content)
    told: dict[str, object] = {}
    if statement:
        told = {
            "words": statement.as_stated,
            "value": entry_text.values(statement),
            "at": statement.at,
            "note": statement.note,
        }
    shown = {
        "role": claim.role.value,
        "date": wording.date(claim.edtf),
        "basis": wording.basis_mark(claim.basis),
        "source": sources.get(claim.source) if claim.source else None,
        "position": entry.position,
        "recorded": f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
        "by": entry.recorded_by,
        "event": claim.event,
        **told,
    }
    return {name: _safe(each) for name, each in shown.items() if each not in (None, "", [])}


def _safe(value: object) -> object:
    if isinstance(value, list):
        return [printable(each) for each in value]
    return printable(value) if isinstance(value, str) else value


def fates(data: MissionData, every: EveryDay) -> dict[str, object]:
    """Return the part of each claim: its place and number, the first and last step, part, reason.

    A reason is a text and the position of the event that cancelled the claim; 0 where none did.
    """
    reasons: dict[tuple[str, int], int] = {}
    since: dict[tuple[int, int, int, int], int] = {}
    found: list[int] = []
    for step in range(len(every.views) + 1):
        here = set(_parts_at(data, every, step, reasons))
        for fate in [each for each in since if each not in here]:
            place, claim, part, reason = fate
            found += (place, claim, since.pop(fate), step - 1, part, reason)
        for fate in here:
            since.setdefault(fate, step)
    return {"reasons": [[printable(text), at] for text, at in reasons], "fates": found}


def _parts_at(
    data: MissionData, every: EveryDay, step: int, reasons: dict[tuple[str, int], int]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the place, the number, the part and the reason of each claim heard at a step."""
    if step == len(every.views):
        return
    seen = every.views[step]
    positions = {each.event: each.position for each in seen.amendments}
    for claim, part, reason in parts_of_claims(seen):
        place = place_of(*claim.place)
        if place in data.places:
            number = data.claims[place][claim.event, claim.role.value]
            by = seen.visible.cancelled.get(claim.event)
            told = reason, positions.get(by.by, 0) if by else 0
            yield data.places[place], number, PARTS.index(part), reasons.setdefault(told, len(reasons))
