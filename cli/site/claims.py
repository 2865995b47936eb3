"""What each source says of an entry: the claims on every period, and which of them count when.

    claims-0.js          the claims on some periods in words, loaded when an entry is opened
    fates-164.js         the part of each claim at each step of the publication clock

A claim without a part at a step came from a source that was not certainly public by then. What
follows from the date of its source is told as it counts at the step: a source can be corrected.
"""

from collections.abc import Iterator, Mapping

from cli.render import entry_text, wording
from cli.render.languages.translation import term, tr
from cli.site.data_script import data_script
from cli.site.mission_data import MissionData
from cli.site.row_writer import place_of
from events.entry import Entry
from events.facets import Basis
from events.printable import printable
from events.record_events import statement_of
from projections.rectangles import EveryDay
from projections.view import View
from projections.weighing.claims import Claim
from projections.why import Part, parts_of_claims

LARGEST = 200_000
"""Bytes of one file of claims, about."""

PARTS = tuple(Part)


def claim_files(
    data: MissionData, dated: "Dated", entries: Mapping[int, Entry], sources: Mapping[str, int]
) -> Iterator[tuple[int, int, bytes]]:
    """Yield the files of claims: the first and last number of their places, and the script.

    `dated` are the dates of the claims and their bases, as `Fates` has them.
    """
    first, listed, size = 0, list[object](), 0
    for number, place in enumerate(data.places):
        shown = [
            _claim(each, dated.get((number, at)), entries[each.position], sources)
            for at, each in enumerate(data.claims_of.get(place, ()))
        ]
        listed.append(shown)
        size += sum(len(str(each)) for each in shown)
        if size > LARGEST or number == len(data.places) - 1:
            script = data_script(
                f"claims:{data.mission}:{first}", {"first": first, "places": listed}
            )
            yield first, number, script
            first, listed, size = number + 1, [], 0


def _claim(
    claim: Claim,
    dated: Mapping[tuple[str, Basis], int] | None,
    entry: Entry,
    sources: Mapping[str, int],
) -> dict[str, object]:
    """Return a claim in words, with its source and who recorded it when."""
    (date, basis), *otherwise = (_in_words(*each) for each in dated or [(claim.edtf, claim.basis)])
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
        "role": term("role", claim.role.value),
        "date": date,
        "basis": basis,
        "otherwise": otherwise,
        "source": sources.get(claim.source) if claim.source else None,
        "position": entry.position,
        "recorded": f"{entry.recorded_at:%Y-%m-%d %H:%M:%S}",
        "by": entry.recorded_by,
        "event": claim.event,
        **told,
    }
    return {name: _safe(each) for name, each in shown.items() if each not in (None, "", [])}


def _in_words(edtf: str, basis: Basis) -> tuple[str, str]:
    """Return the date of a claim, and its basis unless it is reported."""
    date = wording.date(edtf)
    if basis is Basis.UNLESS_AHEAD:  # no view has it: a source that it needs is withdrawn
        return tr("on {date}, planned if after its source", date=date), ""
    return date, wording.basis_mark(basis)


def _safe(value: object) -> object:
    if isinstance(value, list | tuple):
        return [*map(_safe, value)]
    return printable(value) if isinstance(value, str) else value


Fate = tuple[int, int, int, str, int, int]
"""The place and number of a claim, its part, the reason, where it was cancelled, and its date."""

Dated = Mapping[tuple[int, int], Mapping[tuple[str, Basis], int]]
"""The dates and bases by which a claim counts, numbered, by its place and number."""


class Fates:
    """Works out which claims count at each step, once for the same claims.

    `dated` has the dates and bases by which claims count, the first by all that is known now.
    """

    def __init__(self, data: MissionData) -> None:
        self._data = data
        self._found: dict[object, frozenset[Fate]] = {}
        self.dated: dict[tuple[int, int], dict[tuple[str, Basis], int]] = {}
        self._at(data.latest.views[-1])

    def upto(self, every: EveryDay) -> dict[str, object]:
        """Return the part of each claim: its place and number, the steps, the part, the reason.

        The last number is that of its date and basis. A reason is a text and the position of the
        event that cancelled the claim; 0 if none did.
        """
        reasons: dict[tuple[str, int], int] = {}
        since: dict[Fate, int] = {}
        found: list[int] = []
        for step, here in enumerate([*map(self._at, every.views), frozenset[Fate]()]):
            for fate in sorted(since.keys() - here):
                place, claim, part, reason, at, dated = fate
                number = reasons.setdefault((reason, at), len(reasons))
                found += (place, claim, since.pop(fate), step - 1, part, number, dated)
            for fate in here - since.keys():
                since[fate] = step
        return {"reasons": [[printable(text), at] for text, at in reasons], "fates": found}

    def _at(self, seen: View) -> frozenset[Fate]:
        heard = seen.visible
        reasons = tuple(heard.cancelled.values()), tuple(heard.preferences.items())
        changes = tuple(each.event for each in seen.published.changes)
        inputs = heard.claims, heard.withdrawn, reasons, changes and (changes, seen.known)
        if inputs not in self._found:
            self._found[inputs] = frozenset(self._parts(seen))
        return self._found[inputs]

    def _parts(self, seen: View) -> Iterator[Fate]:
        positions = {each.event: each.position for each in seen.amendments}
        for claim, part, reason in parts_of_claims(seen):
            place = place_of(*claim.place)
            if place in self._data.places:
                name = (
                    self._data.places[place],
                    self._data.claims[place][claim.event, claim.role.value],
                )
                by = seen.visible.cancelled.get(claim.event)
                at = positions.get(by.by, 0) if by else 0
                dates = self.dated.setdefault(name, {})
                dated = dates.setdefault((claim.edtf, claim.basis), len(dates))
                yield *name, PARTS.index(part), reason, at, dated
