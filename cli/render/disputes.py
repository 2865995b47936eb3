"""Which sources state what, where they disagree or a preference settled it."""

from collections.abc import Iterable, Iterator, Sequence

from cli.render import local_names, wording
from cli.render.languages.translation import term, tr
from cli.render.legend import Legend
from cli.render.page import Notes
from events.facets import Role
from projections.state_object import StateEntry
from projections.weighing.claims import Claim
from projections.weighing.occurrence import Occurrence


def notes(entries: Iterable[StateEntry], legend: Legend) -> list[Notes]:
    """List which sources state what, where they disagree or a preference settled it."""
    open_, settled = [], []
    for entry in entries:
        label = local_names.label(entry.facet, entry.key, entry.label)
        what = f"{wording.facet(entry.facet)} {label}"
        for role, part in ((Role.START, entry.start), (Role.END, entry.end)):
            lead = f"{what}, {term('role', role.value)}:"
            if part and part.disputed:
                open_.append((lead, _sides(part.counted, legend)))
            if part and part.preference and part.set_aside:
                settled.append((lead, _choice(part, legend)))
        open_ += [(f"{what}:", why) for why in _other_disputes(entry, legend)]
    notes = [Notes(tr("DISPUTES"), open_)] if open_ else []
    return notes + ([Notes(tr("SETTLED BY PREFERENCE"), settled)] if settled else [])


def _sides(claims: Iterable[Claim], legend: Legend) -> str:
    """Return which sources give which date: `[2] says 2018-06; [1, 3] say 2018-07`."""
    sides: dict[str, list[str]] = {}
    for claim in sorted(claims, key=wording.by_window):
        sides.setdefault(claim.edtf, []).extend([claim.source] if claim.source else [])
    return "; ".join(_side(edtf, who, legend) for edtf, who in sides.items())


def _side(edtf: str, who: Sequence[str], legend: Legend) -> str:
    cited, date = legend.cited(who) or tr("no source"), wording.date(edtf)
    if len(set(who)) > 1:
        return tr("{sources} say {date}", sources=cited, date=date)
    return tr("{source} says {date}", source=cited, date=date)


def _choice(part: Occurrence, legend: Legend) -> str:
    reason = part.preference.reason if part.preference else ""
    return tr(
        "{counted}; passed over: {others}. {reason}",
        counted=_sides(part.counted, legend),
        others=_sides(part.set_aside, legend),
        reason=reason,
    )


def _other_disputes(entry: StateEntry, legend: Legend) -> Iterator[str]:
    """Describe what sources disagree on, other than the dates of the start and end."""
    if entry.counts_disputed:
        yield tr("sources give quantities of one date that exclude each other")
    if entry.contradicted:
        yield tr("what sources attest or plan does not fit what they report of its start or end")
    if entry.clashing:
        yield tr("what sources report of it and of another holder cannot both be so")
    if wording.as_mapping(entry.value.get("on")).get("disputed"):
        yield _sides(entry.claims, legend)
