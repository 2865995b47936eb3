"""The sources of an extract, as they are described by now through the clocks.

Sources that were not certainly public by `known` are left out. One that is withdrawn is listed, and
says so: whoever cited it has to know.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from events.printable import printable
from events.source_description import SourceDescription
from projections.exports.extract import Extract
from projections.sources import SourceInForce, changed, sources_in_force


@dataclass(frozen=True, slots=True)
class Reference:
    """A source as it is `described` by now; `shown` is that with visible characters only."""

    id: str
    described: SourceDescription
    shown: SourceDescription
    withdrawn: bool
    changes: tuple[str, ...]


def references(extract: Extract) -> Iterator[Reference]:
    """Yield the sources that the missions of an extract name, by id."""
    named: set[str] = set()
    for view in extract.views():
        sources = view.visible.sources
        for name in {claim.source for claim in view.claims if claim.source}.union(
            each.source for each in view.amendments if each.source
        ):
            if sources.is_public(name) or sources.withdrawal(name):
                named.add(name)
    found = sources_in_force(
        extract.store, sorted(named), known=extract.known, upto=extract.position
    )
    for name in sorted(found):
        each = found[name]
        if extract.known is None or each.description.publication.is_certain(extract.known):
            yield _reference(name, each)


def _reference(name: str, found: SourceInForce) -> Reference:
    described = found.description
    stated = {field: printable(text) for field, text in described._asdict().items() if text}
    shown = described._replace(**stated)
    changes = tuple(printable(changed(each)) for each in found.changes)
    return Reference(name, described, shown, found.withdrawn, changes)
