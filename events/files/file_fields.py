"""Which fields an event or a source has in an announcement file, and which of them it must have.

    file_fields(CommandAttested)   {"by": True, "mission": False, "on": False, …}

A file differs from what is stored: the source and the mission are those of the announcement, an
attestation or a reading is dated by its source where it states no date, a start may be `still` so,
and an event may have a label, which is not stored (`events.files.labels`).
"""

from functools import cache

from pydantic import BaseModel

from events.claim_event import ClaimEvent, Event
from events.files import expansion

NOT_IN_FILES = ("source", "dated_by_source")
"""The fields of events that are never written in a file."""


@cache
def file_fields(kind: type[BaseModel], *, nested: bool = False) -> dict[str, bool]:
    """Return the fields apart from `type`, those first that are required, and whether each is.

    `nested` is for the claim of a correction.
    """
    is_event = issubclass(kind, Event)
    aside = {"type", *(NOT_IN_FILES if is_event else ())}
    fields = {
        field.alias or name: field.is_required()
        for name, field in kind.model_fields.items()
        if name not in aside
    }
    if is_event:
        fields["mission"] = False
        if issubclass(kind, ClaimEvent):
            fields["on"] = not expansion.dated_by_source(kind)
            if expansion.start_of(kind) and not nested:
                fields["still"] = False
        if not nested:
            fields["label"] = False
    own = [name for name in fields if name not in _OF_EVERY_CLAIM]
    order = [*own, *(name for name in _OF_EVERY_CLAIM if name in fields)]
    return {name: fields[name] for name in sorted(order, key=lambda name: not fields[name])}


_OF_EVERY_CLAIM = (
    *("on", "still", "basis", "as_stated", "at", "note", "reason", "period", "from_period"),
    *("mission", "label"),
)
"""The fields that come last among those required, and among the others."""
