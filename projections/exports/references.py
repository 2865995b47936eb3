"""The sources of an extract, as they are described by now through the clocks.

Sources that were not certainly public by `known` are left out. One that is withdrawn is listed, and
says so: whoever cited it has to know.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from events.printable import printable
from events.source_description import SourceDescription
from projections.exports.extract import Extract
from projections.exports.publication_dates import is_plain
from projections.sources import SourceInForce, changed, sources_in_force

CANNOT_HOLD = (
    "What a source states is not here, nor where in it that stands.",
    "The publisher is the body that put the document out, and need not be its author.",
    "A correction or a withdrawal of a source is told in its note alone.",
    "Invisible characters are written as escapes (\\u202e).",
)
"""What a list of sources cannot hold, in sentences."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A source as it is `described` by now; `shown` is that with visible characters only.

    `changes` are its corrections and its withdrawal, in words.
    """

    id: str
    described: SourceDescription
    shown: SourceDescription
    changes: tuple[str, ...]

    @property
    def url(self) -> str | None:
        """Its address, with what would be markup or a command percent-encoded."""
        return self.shown.url and _encoded(self.shown.url)

    @property
    def archived(self) -> str | None:
        """The address of the snapshot, likewise."""
        return self.shown.archived and _encoded(self.shown.archived)

    @property
    def notes(self) -> list[str]:
        """What has no field in reference managers, in words; what changed it comes first."""
        shown = self.shown
        dated = "" if is_plain(self.described.published) else f"published {shown.published} (EDTF)"
        reprints = f"reprints {shown.reprints}" if shown.reprints else ""
        facts = (*self.changes, dated, reprints, shown.digest, shown.note)
        return [each for each in facts if each]


def references(extract: Extract) -> Iterator[Reference]:
    """Yield the sources that the missions of an extract name, by id."""
    named: set[str] = set()
    for view in extract.views():
        named.update(claim.source for claim in view.claims if claim.source)
        named.update(each.source for each in view.amendments if each.source)
    for each in described(extract, sorted(named)):
        publication = each.described.publication
        if extract.known is None or publication.is_certain(extract.known):
            yield each


def described(extract: Extract, names: Iterable[str]) -> Iterator[Reference]:
    """Yield those sources that the log describes, in this order, public by then or not."""
    found = sources_in_force(extract.store, names, known=extract.known, upto=extract.position)
    yield from (_reference(name, each) for name, each in found.items())


_SAFE = "".join(chr(code) for code in range(33, 127) if chr(code) not in '{}\\"<>^`|')
"""The characters of an address that HTML and TeX take for nothing else."""


def _encoded(url: str) -> str:
    return quote(url, safe=_SAFE)


def _reference(name: str, found: SourceInForce) -> Reference:
    described = found.description
    stated = {field: printable(text) for field, text in described._asdict().items() if text}
    shown = described._replace(**stated)
    changes = tuple(printable(changed(each)) for each in found.changes)
    return Reference(name, described, shown, changes)
