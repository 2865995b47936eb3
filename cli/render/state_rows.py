"""State entries as table rows, the same in `state`, `find`, `why` and `diff`.

Denmark                    certain   2020-11 / 2020-12   2022-05   [1] [2]
DNK                        disputed  disputed
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cli.render import wording
from cli.render.legend import Legend
from cli.render.page import Line, Mark, Notes, Row
from events import nations
from events.facets import MEASURES, Role
from projections.state_object import StateEntry
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Occurrence
from projections.weighing.period import Standing

COLUMNS = ("", "standing", "when", "sources")

_NATIONS = ("contributor", "nation", "organisation")


def row(entry: StateEntry, legend: Legend) -> Row:
    """Return an entry as a row of COLUMNS, with its values below."""
    return Row(
        (name(entry, legend), wording.standing(entry), when(entry), legend.cited(entry.sources)),
        below=list(carried(entry, legend)),
    )


def rows(entries: Iterable[StateEntry], legend: Legend, *, fold: bool = True) -> Iterator[Row]:
    """Yield the rows of one facet; entries possible only for lack of a start share the last row."""
    listed = list(entries)
    folded = [e for e in listed if fold and e.startless and not e.disputed and e.end is None]
    if len(folded) == 1:
        folded = []
    yield from (row(entry, legend) for entry in listed if entry not in folded)
    if folded:
        many = len(folded)
        yield _folded(folded, f"{many} more" if many < len(listed) else f"all {many}", legend)


def _folded(entries: Sequence[StateEntry], title_: str, legend: Legend) -> Row:
    names = ", ".join(title(entry, legend) for entry in entries)
    sources = legend.cited(source for entry in entries for source in entry.sources)
    cells = (title_, "possible", "start not stated", sources)
    return Row(cells, below=[names])


def title(entry: StateEntry, legend: Legend) -> str:
    """Return an entry's name for use without its key."""
    return legend.title(entry.key) if entry.facet == "relation" else entry.label


def name(entry: StateEntry, legend: Legend) -> list[Line]:
    """Return an entry's label, and below it its key."""
    period = f", period {entry.period}" if entry.period > 1 else ""
    label = title(entry, legend)
    if label == entry.key:
        return [(Mark(entry.key), period)]
    return [Mark(label), f"{entry.key}{period}"]


def when(entry: StateEntry) -> list[Line]:
    """Return an entry's start, end and last attestation."""
    if entry.facet == "strength":
        on = wording.as_mapping(entry.value.get("on"))
        dates = " / ".join(wording.date(str(each)) for each in _listed(on.get("edtf")))
        mark = wording.basis_mark(on.get("basis"))
        return [f"{mark or 'as of'} {dates}"]
    lines: list[Line] = ["start not stated"]
    if entry.start:
        lines = [wording.occurrence("from", entry.start)]
    if entry.end:
        lines.append(wording.occurrence("until", entry.end))
    attested = [claim for claim in entry.claims if claim.role is Role.ATTESTATION]
    if attested and not (entry.end and entry.end.reported):
        # The whole window: its last day alone would claim more than the source.
        last = max(attested, key=lambda claim: (claim.last, claim.first))
        lines.append(f"last attested {wording.days(last.first, last.last)}")
    return lines


def carried(entry: StateEntry, legend: Legend, *, dated: bool = False) -> Iterator[Line]:
    """Yield the lines on an entry's values other than its name and dates.

    With `dated`, every quantity has its date, even one with the same standing as the entry.
    """
    value = entry.value
    facts = [
        _field(name, value[name], planned=name in entry.planned)
        for name in sorted(value, key=lambda name: name != "contributor")
        if name not in (*MEASURES, "on", "aliases") and value[name] != entry.label
    ]
    if aliases := _listed(value.get("aliases")):
        facts.append(f"also called {', '.join(map(str, aliases))}")
    text = ", ".join(facts)
    if quantity := wording.as_mapping(value.get("quantity")):
        first, *others = _measured("", quantity, entry, legend, dated=dated)
        yield f"{text}: {first}" if text else first
        yield from others
    elif text:
        yield text
    if reserve := wording.as_mapping(value.get("reserve")):
        yield from _measured("in reserve: ", reserve, entry, legend, dated=dated)
    for name, variants in entry.variants.items():
        yield f"{name} also given as {'; '.join(_field('', each) for each in variants)}"


def _field(name: str, value: object, *, planned: bool = False) -> str:
    if name in _NATIONS:
        text = nations.label(str(value))
    elif isinstance(value, list | tuple):
        text = ", ".join(map(str, value))
    else:
        text = str(value)
    if name in ("location", "kind"):
        text = f"{name} {text}"
    return f"{text} (planned)" if planned else text


def _measured(
    lead: str, answer: Mapping[str, object], entry: StateEntry, legend: Legend, *, dated: bool
) -> Iterator[str]:
    yield lead + _answer(answer, entry, legend, dated=dated)
    yield from _rivals(lead, answer, legend)
    if last := wording.as_mapping(answer.get("last_reported")):
        yield f"{lead}last reported: {_quantity(last, legend)}, {_dated(last)}"
    for other in map(wording.as_mapping, _listed(answer.get("others"))):
        yield from _measured(f"{lead}or ", other, entry, legend, dated=dated)
    for before in map(wording.as_mapping, _listed(answer.get("before"))):
        yield f"{lead}before: {_quantity(before, legend)}, {_dated(before)}"
        yield from _rivals(f"{lead}before: ", before, legend)


def _rivals(lead: str, answer: Mapping[str, object], legend: Legend) -> Iterator[str]:
    for rival in map(wording.as_mapping, _listed(answer.get("rivals"))):
        yield f"{lead}or {_quantity(rival, legend)}, as {rival.get('source')} says"


def _quantity(quantity: Mapping[str, object], legend: Legend) -> str:
    return wording.quantity(quantity, legend.foreign(quantity.get("source")))


def _answer(answer: Mapping[str, object], entry: StateEntry, legend: Legend, *, dated: bool) -> str:
    words = _quantity(answer, legend)
    same = answer.get("standing") == entry.standing.value
    if dated and same and entry.facet != "strength":
        return f"{words}, {_dated(answer)}"
    if same and (entry.facet == "strength" or not wording.basis_mark(answer.get("basis"))):
        return words
    standing = Standing(str(answer.get("standing")))
    return f"{words}, {wording.STANDINGS.get(standing, standing.value)}, {_dated(answer)}"


def _dated(reading: Mapping[str, object]) -> str:
    basis = wording.basis_mark(reading.get("basis")) or "as of"
    return f"{basis} {wording.date(str(reading.get('on')))}"


def disputes(entries: Iterable[StateEntry], legend: Legend) -> list[Notes]:
    """List which sources state what, where they disagree or a preference settled it."""
    open_, settled = [], []
    for entry in entries:
        for name, part in (("start", entry.start), ("end", entry.end)):
            if part and part.disputed:
                lead = f"{entry.facet} {entry.label}, {name}:"
                open_.append((lead, _sides(part.counted, legend)))
            if part and part.preference and part.set_aside:
                settled.append((f"{entry.facet} {entry.label}, {name}:", _choice(part, legend)))
        open_ += [(f"{entry.facet} {entry.label}:", why) for why in _other_disputes(entry)]
    notes = [Notes("DISPUTES", open_)] if open_ else []
    return notes + ([Notes("SETTLED BY PREFERENCE", settled)] if settled else [])


def _sides(claims: Iterable[Claim], legend: Legend) -> str:
    """Return which sources give which date: `[2] says 2018-06; [1, 3] say 2018-07`."""
    sides: dict[str, list[str]] = {}
    for claim in sorted(claims, key=lambda claim: (claim.first, claim.last)):
        sides.setdefault(claim.edtf, []).extend([claim.source] if claim.source else [])
    return "; ".join(
        f"{legend.cited(who) or 'no source'} {'say' if len(set(who)) > 1 else 'says'}"
        f" {wording.date(edtf)}"
        for edtf, who in sides.items()
    )


def _choice(part: Occurrence, legend: Legend) -> str:
    reason = part.preference.reason if part.preference else ""
    counted, passed_over = _sides(part.counted, legend), _sides(part.set_aside, legend)
    return f"{counted}; passed over: {passed_over}. {reason}"


def _other_disputes(entry: StateEntry) -> Iterator[str]:
    """Describe what sources disagree on, other than the dates of the start and end."""
    if entry.counts_disputed:
        yield "sources give quantities of one date that exclude each other"
    if entry.contradicted:
        yield "what sources attest or plan does not fit what they report of its start or end"
    if entry.clashing:
        yield "what sources report of it and of another holder cannot both be so"


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 (a JSON value)
    return list(value) if isinstance(value, list | tuple) else []
