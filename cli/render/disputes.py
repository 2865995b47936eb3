"""Which sources state what, where they disagree or a preference settled it."""

from collections.abc import Iterable, Iterator

from cli.render import wording
from cli.render.legend import Legend
from cli.render.page import Notes
from projections.state_object import StateEntry
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Occurrence


def notes(entries: Iterable[StateEntry], legend: Legend) -> list[Notes]:
    """List which sources state what, where they disagree or a preference settled it."""
    open_, settled = [], []
    for entry in entries:
        for name, part in (("start", entry.start), ("end", entry.end)):
            if part and part.disputed:
                lead = f"{wording.facet(entry.facet)} {entry.label}, {name}:"
                open_.append((lead, _sides(part.counted, legend)))
            if part and part.preference and part.set_aside:
                lead = f"{wording.facet(entry.facet)} {entry.label}, {name}:"
                settled.append((lead, _choice(part, legend)))
        lead = f"{wording.facet(entry.facet)} {entry.label}:"
        open_ += [(lead, why) for why in _other_disputes(entry, legend)]
    notes = [Notes("DISPUTES", open_)] if open_ else []
    return notes + ([Notes("SETTLED BY PREFERENCE", settled)] if settled else [])


def _sides(claims: Iterable[Claim], legend: Legend) -> str:
    """Return which sources give which date: `[2] says 2018-06; [1, 3] say 2018-07`."""
    sides: dict[str, list[str]] = {}
    for claim in sorted(claims, key=wording.by_window):
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


def _other_disputes(entry: StateEntry, legend: Legend) -> Iterator[str]:
    """Describe what sources disagree on, other than the dates of the start and end."""
    if entry.counts_disputed:
        yield "sources give quantities of one date that exclude each other"
    if entry.contradicted:
        yield "what sources attest or plan does not fit what they report of its start or end"
    if entry.clashing:
        yield "what sources report of it and of another holder cannot both be so"
    if wording.as_mapping(entry.value.get("on")).get("disputed"):
        yield _sides(entry.claims, legend)
