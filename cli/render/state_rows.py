"""State entries as table rows, the same in `state`, `find`, `why` and `diff`.

Denmark                    certain   2020-11 / 2020-12   2022-05   [1] [2]
DNK                        disputed  disputed
"""

from collections.abc import Iterable, Iterator, Sequence

from cli.render import entry_values, local_names, wording
from cli.render.languages.translation import terms, tr
from cli.render.legend import Legend
from cli.render.page import Line, Mark, Row
from events.facets import FACETS, Role
from projections.quantities import kind_counted
from projections.state_object import StateEntry
from projections.weighing.period import Standing

COLUMNS = ("", "standing", "when", "sources")


def column_names() -> tuple[str, ...]:
    """Return the names of the columns in the reader's language."""
    return terms("column", COLUMNS)


def row(entry: StateEntry, legend: Legend, beside: Iterable[Line] = ()) -> Row:
    """Return an entry as a row of COLUMNS, with its values below, and lines `beside` these."""
    return Row(
        (
            name(entry, legend),
            wording.entry_standing(entry),
            when(entry),
            legend.cited(entry.sources),
        ),
        below=[*entry_values.carried(entry, legend), *beside],
    )


def rows(
    entries: Iterable[StateEntry],
    legend: Legend,
    *,
    fold: bool = True,
    ceilings: Sequence[StateEntry] = (),
) -> Iterator[Row]:
    """Yield the rows of one facet; entries possible only for lack of a start share the last row.

    A count has the `ceilings` of what it counts beside it.
    """
    listed = list(entries)
    folded = [e for e in listed if fold and e.startless and not e.disputed and e.end is None]
    if len(folded) == 1:
        folded = []
    for entry in listed:
        if entry not in folded:
            yield row(entry, legend, _authorised(entry, ceilings, legend))
    if folded:
        many = len(folded)
        all_of_them = tr("all {number}", number=many)
        title_ = tr("{number} more", number=many) if many < len(listed) else all_of_them
        yield _folded(folded, title_, legend)


def _folded(entries: Sequence[StateEntry], title_: str, legend: Legend) -> Row:
    names = ", ".join(title(entry, legend) for entry in entries)
    sources = legend.cited(source for entry in entries for source in entry.sources)
    cells = (title_, wording.standing(Standing.POSSIBLE), tr("start not stated"), sources)
    return Row(cells, below=[names])


def _authorised(
    entry: StateEntry, ceilings: Sequence[StateEntry], legend: Legend
) -> Iterator[Line]:
    """Yield how many are authorised of what an entry counts."""
    for each in ceilings:
        if each.key == entry.key and kind_counted(each) == kind_counted(entry):
            answer = wording.as_mapping(each.value.get("quantity"))
            standing = wording.standing(each.standing)
            words = (
                f"{entry_values.quantity(answer, legend)}, {standing}, {entry_values.dated(answer)}"
            )
            disputed = (", ", wording.disputed()) if each.disputed else ()
            authorised = tr("authorised: {quantity}", quantity=words)
            yield (authorised, *disputed, f" {legend.cited(each.sources)}")


def title(entry: StateEntry, legend: Legend) -> str:
    """Return an entry's name for use without its key."""
    if FACETS[entry.facet].names_mission:
        return legend.title(entry.key)
    return local_names.label(entry.facet, entry.key, entry.label)


def name(entry: StateEntry, legend: Legend) -> list[Line]:
    """Return an entry's label, and below it its key."""
    period = wording.period_mark(entry.period)
    label = title(entry, legend)
    if label == entry.key:
        return [(Mark(entry.key), period)]
    return [Mark(label), f"{entry.key}{period}"]


def when(entry: StateEntry) -> list[Line]:
    """Return an entry's start, end and last attestation."""
    if on := wording.as_mapping(entry.value.get("on")):
        dates = " / ".join(wording.date(str(each)) for each in wording.as_list(on.get("edtf")))
        if basis := wording.basis_mark(on.get("basis")):
            return [f"{basis} {dates}"]
        is_count = "quantity" in entry.value and FACETS[entry.facet].in_state
        return [tr("as of {date}", date=dates) if is_count else tr("on {date}", date=dates)]
    lines: list[Line] = [tr("start not stated")]
    if entry.start:
        lines = [wording.occurrence(tr("from"), entry.start)]
    if entry.end:
        lines.append(wording.occurrence(tr("until"), entry.end))
    attested = [claim for claim in entry.claims if claim.role is Role.ATTESTATION]
    if attested and not (entry.end and entry.end.reported):
        # The whole window: its last day alone would claim more than the source.
        last = max(attested, key=lambda claim: (claim.last, claim.first))
        lines.append(tr("last attested {days}", days=wording.days(last.first, last.last)))
    return lines
