"""Warnings about how a source is described, in an announcement or in a correction of a source.

They are about the fields that are stated, with the others as they are in force: a day of reading
before the publication, a reprint of a source that nobody recorded, a circle of reprints.
"""

from collections.abc import Iterator

from events.files.announcement import FileLine
from events.files.diagnostics import Diagnostic
from events.names import did_you_mean
from events.record_events import DESCRIPTION, SourceCorrected
from events.source import Source
from events.source_description import SourceDescription
from projections.checks.source_fields import in_circle, read_early, reprint_circle
from projections.likeness import warning
from projections.question import ClaimStore
from projections.sources import sources_in_force


def source_slips(
    store: ClaimStore, content: Source | SourceCorrected, place: FileLine
) -> Iterator[Diagnostic]:
    """Yield a warning for each likely slip in the fields that a source, or a correction, states.

    The correction need not be in the store yet.
    """
    name = content.id if isinstance(content, Source) else content.about
    stated = {field: each for field in DESCRIPTION if (each := getattr(content, field))}

    def describe(one: str) -> SourceDescription | None:
        found = sources_in_force(store, [one]).get(one)
        if found is None or one != name:
            return found and found.description
        return found.description._replace(**stated)

    source = describe(name)
    if source and not stated.keys().isdisjoint(("published", "retrieved")):
        for odd in read_early(name, source):
            yield warning(odd.code, odd.message, "one of the two dates is wrong", place)
    original = content.reprints
    if original and (circle := reprint_circle(name, describe)):
        odd = in_circle(circle)
        hint = "one of them is the original, and reprints none"
        yield warning(odd.code, odd.message, hint, place)
    if original and not store.descriptions([original]):
        similar = did_you_mean(original, store.source_ids())
        yield warning(
            "original-unknown",
            f"{name} reprints {original}, and no source is called that",
            similar or "add the original first, if you have it",
            place,
        )
